"""A shopper's photo leaves no trace: not in a file, not in the catalogue, not in the log."""

import io
import logging
from pathlib import Path

import numpy as np
import pytest
from flask import request
from PIL import Image

from embeddings.types import Photo
from tests.fakes import image_bytes, plain_photo
from tests.integration.web.forms import MULTIPART, form, send

NAME = "holiday-in-bed-8c1f.png"


@pytest.fixture
def picture():
    photo = plain_photo((250, 20, 20), side=40)
    photo.pixels[10:20, 10:20] = (201, 17, 93)  # like no other
    return image_bytes(photo)


def files_under(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("to", ["/search", "/api/v1/search"])
def test_a_search_leaves_neither_the_photo_nor_its_name(
    client, services, picture, to, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    pictures = sorted(services.store.digests())

    answer = send(client, picture, name=NAME, to=to)
    client.get(answer.headers.get("Location", "/"))

    assert answer.status_code in (200, 303)
    assert sorted(services.store.digests()) == pictures
    left = b"".join(files_under(services.settings.home).values())
    said = caplog.text + "".join(capfd.readouterr())
    for trace in (picture, picture[60:120]):
        assert trace not in left
    assert NAME.encode() not in left
    assert NAME not in said


def test_a_search_leaves_nothing_that_was_read_in_the_photo(client, services, picture):
    with Image.open(io.BytesIO(picture)) as image:
        [read] = services.encoder.read([Photo(np.asarray(image.convert("RGB")))])

    answer = send(client, picture, to="/search")

    assert client.get(answer.headers["Location"]).status_code == 200
    left = b"".join(files_under(services.settings.home).values())
    for vector in (read.embedding, read.probabilities, read.logits):
        assert vector.astype("<f4").tobytes() not in left


@pytest.mark.parametrize("size", [100, 900_000])
def test_an_upload_never_touches_the_disk(app, size):
    body = form([("photo", NAME, bytes(size))])
    sent = {"method": "POST", "data": body, "content_type": MULTIPART}

    with app.test_request_context("/api/v1/search", **sent):
        stream = request.files["photo"].stream

    assert type(stream) is io.BytesIO


def test_an_api_search_leaves_no_token(client, services, picture):
    send(client, picture)

    assert not list(services.settings.home.glob("searches*"))


def test_a_failure_is_logged_without_the_shoppers_token(app, services, caplog):
    client = app.test_client()
    location = send(client, image_bytes(plain_photo()), to="/search").headers["Location"]
    services.database.close()
    services.settings.database.write_bytes(b"this is no database any more, whatever it was" * 99)

    answer = client.get(location)

    assert answer.status_code >= 500
    assert location.rsplit("/", 1)[1] not in caplog.text
    assert "/search/<token>" in caplog.text

"""The server's memory has a ceiling, whatever pictures come and however many at a time."""

import threading
import urllib.error
import urllib.request

import pytest
from PIL import Image

from tests.live_server import serving
from tests.pictures import encoded

DECODING_MB = 100
CLIENTS = 8
# What beside pictures grows: uploads, answers, the libraries of each decoding process.
SPARE_MB = 120
BOUNDARY = "picture"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKALIKE_DECODING_MB", str(DECODING_MB))
        patch.setenv("LOOKALIKE_DEADLINE_S", "120")
        with serving(tmp_path_factory.mktemp("memory")) as server:
            yield server


def webp_of(side):
    """Make a WebP of a few dozen bytes that takes 17 times its pixels."""
    return encoded(Image.new("RGB", (side, side)), "WEBP", lossless=True, quality=0, method=0)


def search(server, picture):
    body = (
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
        ).encode()
        + picture
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    request = urllib.request.Request(f"{server.url}/api/v1/search", body, kind)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_many_large_pictures_at_once_stay_under_the_ceiling(server):
    picture = webp_of(1900)  # 86 MB: there is room for one at a time
    search(server, webp_of(1100))
    before, most, statuses = server.resident_mb(), [], []

    def searching():
        statuses.append(search(server, picture))

    threads = [threading.Thread(target=searching) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most.append(server.resident_mb())
        threads[0].join(0.01)
    for thread in threads:
        thread.join()

    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    assert max(most) - before < DECODING_MB + SPARE_MB
    assert search(server, encoded(Image.new("RGB", (64, 64)), "PNG")) == 200


def test_a_picture_that_needs_more_than_there_is_is_refused_at_once(server):
    before = server.resident_mb()

    status = search(server, webp_of(6300))

    assert status == 422
    assert server.resident_mb() - before < SPARE_MB

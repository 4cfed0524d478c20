"""Lines of products that name pictures at addresses: not in a batch, and in an import."""

import io

import pytest

from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.web.app import create_app
from service.worker.worker import Worker
from tests.doors import access_of


@pytest.fixture
def client(services):
    return create_app(services, access_of(services)).test_client()


@pytest.fixture
def headers(services):
    """The headers of a key that may write."""
    wish = KeyWish("till", ("write",))
    drawn = create_key(wish, by=at_the_machine(), access=access_of(services))
    return {"Authorization": f"Bearer {drawn.key}"}


def lines(server, name="photo"):
    red = server.address("/red.png")
    return f'{{"sku": "A", "title": "Shirt", "{name}": "{red}"}}\n'.encode()


@pytest.mark.parametrize("name", ["photo", "Image URL", "image_2", "photos", "foto"])
def test_a_batch_says_where_pictures_go(client, server, headers, name):
    told = client.post(
        "/api/v1/products",
        data=lines(server, name),
        headers=headers | {"Content-Type": "application/x-ndjson"},
    )

    assert told.get_json(force=True)["outcome"] == "refused"
    assert "as a file to /api/v1/imports" in told.text
    assert server.asked == []


def test_the_same_lines_bring_their_pictures_as_a_file_of_an_import(
    client, services, server, headers
):
    file = (io.BytesIO(lines(server)), "batch.jsonl")

    asked = client.post("/api/v1/imports", data={"file": file}, headers=headers)
    Worker(services).run_until_idle()
    product = client.get("/api/v1/products/A").get_json()

    assert asked.status_code == 202
    assert product["title"] == "Shirt"
    assert client.get(product["photo_url"]).status_code == 200

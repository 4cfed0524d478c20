"""The products' pictures."""

import pytest


@pytest.fixture
def address(client):
    return client.get("/api/v1/products/R-000").get_json()["photo_url"]


def test_a_picture_is_kept_by_browsers_for_good(client, address, services):
    answer = client.get(address)

    digest = address.rsplit("/", 1)[1]
    assert answer.data == services.store.read_bytes(digest)
    assert answer.mimetype == services.store.media_type(digest)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("size", ["", "/preview"])
def test_a_picture_that_is_already_there_is_not_sent_again(client, address, size):
    tag = client.get(address + size).headers["ETag"]

    answer = client.get(address + size, headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.data == b""


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2F..%2Fetc%2Fpasswd", "A" * 64, "0" * 63])
@pytest.mark.parametrize("size", ["", "/preview"])
def test_what_is_no_picture_of_ours_is_a_404(client, digest, size):
    assert client.get(f"/photos/{digest}{size}").status_code == 404

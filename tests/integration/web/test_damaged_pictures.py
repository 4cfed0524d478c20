"""A picture that was lost or damaged costs its place on a page, and nothing else."""

import pytest

from tests.fakes import plain_picture
from tests.integration.web.forms import send
from tests.stock import Item, fill

DAMAGES = {
    "gone": lambda path, data: path.unlink(),
    "empty": lambda path, data: path.write_bytes(b""),
    "cut": lambda path, data: path.write_bytes(data[: len(data) // 2]),
    "zeroed": lambda path, data: path.write_bytes(bytes(len(data))),
    "one bit": lambda path, data: path.write_bytes(data[:-1] + bytes([data[-1] ^ 1])),
    "a folder": lambda path, data: (path.unlink(), path.mkdir()),
}


@pytest.fixture(params=[28, 600], ids=["small", "large"])
def shop(request, empty_services):
    fill(empty_services, [Item("A", (250, 20, 20)), Item("B", (20, 20, 250))], side=request.param)
    return empty_services


@pytest.fixture
def digest(shop, empty_client):
    return empty_client.get("/api/v1/products/A").get_json()["photo_url"].rsplit("/", 1)[1]


def damage(services, digest, how):
    [path] = services.store.root.glob(f"{digest[:2]}/{digest}.*")
    DAMAGES[how](path, path.read_bytes())


@pytest.mark.parametrize("seen", [True, False], ids=["seen before", "never seen"])
@pytest.mark.parametrize("how", DAMAGES)
def test_every_page_says_that_there_is_no_picture(shop, empty_client, digest, how, seen):
    search = send(empty_client, plain_picture((250, 20, 20)), to="/search").headers["Location"]
    pages = ("/", "/browse", "/products/A", "/products/A/similar", "/products/B/similar", search)
    for page in pages if seen else ():
        assert "No picture" not in empty_client.get(page).text

    damage(shop, digest, how)

    for page in pages:
        answer = empty_client.get(page)
        assert answer.status_code == 200
        assert "No picture" in answer.text
        assert f"/photos/{digest}" not in answer.text


@pytest.mark.parametrize("size", ["", "/preview"])
@pytest.mark.parametrize("how", DAMAGES)
def test_nobody_keeps_a_damaged_picture(shop, empty_client, digest, how, size):
    damage(shop, digest, how)

    answer = empty_client.get(f"/photos/{digest}{size}")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_picture_that_came_back_is_shown_again(shop, empty_client, digest):
    [path] = shop.store.root.glob(f"{digest[:2]}/{digest}.*")
    data = path.read_bytes()
    damage(shop, digest, "empty")
    assert "No picture" in empty_client.get("/browse").text

    path.write_bytes(data)

    assert "No picture" not in empty_client.get("/browse").text
    assert "immutable" in empty_client.get(f"/photos/{digest}").headers["Cache-Control"]

"""A feed's file on its way here: how slow, how large, and what is left where it fails."""

from dataclasses import replace

import pytest

from catalog.feeds import Feed
from service.errors import BadFeed, NoSpace
from service.feeds.getting import get_file
from service.progress import no_progress
from tests import picture_server as plays


def get(services, address, folder):
    feed = Feed(name="supplier", address=address)
    into = folder / "feed.csv"
    return get_file(feed, into, services=services, progress=no_progress)


def test_one_that_breaks_off_leaves_nothing(services, server, tmp_path):
    server.answers["/feed.csv"] = plays.cut(b"sku,title\n" * 1000)
    (tmp_path / "job").mkdir()

    with pytest.raises(BadFeed, match="cut off before its end, 2 times"):
        get(services, server.address("/feed.csv"), tmp_path / "job")

    assert list((tmp_path / "job").iterdir()) == []


@pytest.mark.parametrize(
    ("most", "error"), [(2**30, NoSpace), (1, BadFeed)], ids=["no room", "too large"]
)
def test_a_file_that_has_no_room_or_is_too_large_is_not_copied(services, tmp_path, most, error):
    with (tmp_path / "till.csv").open("wb") as file:
        file.truncate(2**43)  # has no byte on the disk
    (tmp_path / "job").mkdir()
    allowed = replace(services, settings=replace(services.settings, max_import_mb=most))

    with pytest.raises(error):
        get(allowed, str(tmp_path / "till.csv"), tmp_path / "job")

    assert list((tmp_path / "job").iterdir()) == []

"""SKUs that a feed's file names several times: the first row goes in, the others are refused."""

import pytest

from service.feeds.missing import missing_page
from service.writing.conditions import ALWAYS
from service.writing.product_json import said_of
from service.writing.products import put_product
from tests import picture_server as plays
from tests.integration.feeds.supplier import ME, add, offer, read, work


def missing(services):
    return [each.sku for each in missing_page("supplier", 1, 100, services=services).products]


@pytest.mark.parametrize(
    "named",
    [("A", "B", "B", "C"), ("A", "B", "B", "B", "C"), ("A", "B", "b", "C"), ("b", "A", "C", "B")],
)
def test_a_product_whose_sku_came_twice_is_missing_once_it_is_named_no_more(
    services, server, named
):
    offer(server, *named)
    add(services, server.address("/feed.csv"))
    [first] = work(services)
    offer(server, "A", "C", "D", "E")
    read(services)

    assert first.counts["added"] == 3
    assert [sku.upper() for sku in missing(services)] == ["B"]


def test_a_product_that_only_its_second_row_brought_is_missing_likewise(services, server):
    red = server.address("/red.png")
    lines = ["sku,title,photo,price", f"A,A,{red},1", f"B,B,{red},dear", f"B,B,{red},2"]
    server.answers["/feed.csv"] = plays.tagged("\n".join(lines).encode(), '"both"')
    add(services, server.address("/feed.csv"))
    [first] = work(services)
    offer(server, "A", "C")
    read(services)

    assert (first.counts["added"], first.counts["refused"]) == (2, 1)
    assert missing(services) == ["B"]


def test_a_product_of_ours_none_of_whose_rows_went_in_never_came_by_the_feed(services, server):
    put_product(said_of({"sku": "B", "title": "Ours"}), ALWAYS, by=ME, services=services)
    red, lost = server.address("/red.png"), server.address("/lost.png")
    lines = ["sku,title,photo", f"A,A,{red}", f"B,B,{lost}", f"B,B,{red}"]
    server.answers["/feed.csv"] = plays.tagged("\n".join(lines).encode(), '"both"')
    add(services, server.address("/feed.csv"))
    [first] = work(services)
    offer(server, "A", "C")
    read(services)

    assert first.counts["refused"] == 2
    assert missing(services) == []

"""Who makes way for an upload when there is no room left."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.server.front.room import Reading, address_of, who_makes_way
from service.settings.environment import Settings
from service.web.requests.proxy import visitors_of

NOW = 100.0


@dataclass
class Sent:
    client: str


def reading(client, received, since, last=None):
    """An upload whose bytes came at once at `since`, but for one that came at `last`."""
    scope: Any = Sent(f"{client}:5000")
    made = Reading(None, scope, since)
    made.take(received, since)
    if last is not None:
        made.take(1, last)
    return made


def chosen(asking, others, least=1, wanted=0, least_s=2.0):
    return who_makes_way(
        asking,
        [*others, asking],
        least,
        max(least, wanted),
        NOW,
        client_of=address_of,
        least_s=least_s,
    )


def test_what_was_held_for_longest_makes_way_however_lately_a_byte_came():
    dripping = reading("a", 1000, since=10, last=NOW)
    newer = reading("b", 1000, since=90)

    assert chosen(reading("c", 10, since=NOW), [newer, dripping]) == [dripping]


def test_many_uploads_of_one_client_cost_as_much_as_one():
    many = [reading("a", 100, since=90 + each) for each in range(5)]
    one = reading("b", 300, since=90)

    assert chosen(reading("c", 10, since=NOW), [one, *many], least=150) == many[:2]


def test_among_uploads_of_one_address_the_costliest_makes_way():
    dripping = reading("a", 1000, since=10)
    newer = reading("a", 1000, since=90)

    assert chosen(reading("a", 10, since=NOW), [newer, dripping]) == [dripping]


def test_who_costs_more_than_all_others_is_refused():
    others = [reading("a", 10, since=90), reading("b", 10, since=90)]

    assert chosen(reading("c", 1000, since=50), others) == []


def test_who_has_just_begun_makes_no_way():
    quick = reading("a", 10_000, since=NOW - 1)

    assert chosen(reading("b", 10, since=NOW), [quick]) == []


def test_nobody_is_ended_in_vain():
    small = reading("a", 100, since=10)

    assert chosen(reading("b", 10, since=NOW), [small], least=101) == []


def test_more_is_freed_than_is_lacking_where_the_costlier_hold_it():
    slow = [reading(client, 100, since=10) for client in "abc"]

    assert len(chosen(reading("d", 10, since=NOW), slow, least=50, wanted=150)) == 2
    assert len(chosen(reading("d", 10, since=NOW), slow, least=50, wanted=1000)) == 3


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 999), st.integers(0, 99)), max_size=9
    ),
    st.integers(1, 2000),
)
def test_those_who_make_way_cost_more_and_free_enough(sizes, least):
    others = [reading(client, received, since) for client, received, since in sizes]
    asking = reading("a", 50, since=90)

    ended = chosen(asking, others, least)

    costs = dict.fromkeys("abc", 0.0)
    for each in [*others, asking]:
        costs[each.scope.client[0]] += each.cost(NOW)
    mine = (costs["a"], asking.cost(NOW))
    assert all((costs[each.scope.client[0]], each.cost(NOW)) > mine for each in ended)
    assert not ended or sum(each.received for each in ended) >= least > sum(
        each.received for each in ended[:-1]
    )


@pytest.mark.parametrize(
    ("address", "forwarded", "visitor"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "unknown"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("10.0.0.1", "2001:db8:1:2::1", "2001:db8:1:2::/64"),
    ],
)
def test_a_visitor_is_whom_a_trusted_web_server_names(address, forwarded, visitor):
    named = visitors_of(Settings(trusted_proxy="10.0.0.0/8"))

    assert named(address, forwarded) == visitor


def test_nobody_is_believed_where_no_web_server_is_trusted():
    assert visitors_of(Settings())("10.0.0.1", "203.0.113.9") == "10.0.0.1"

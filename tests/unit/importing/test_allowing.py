"""Hosts that somebody allows for the pictures of one file: which, and who may."""

import pytest

from catalog.access.terms import ActorKind, Role, Scope
from catalog.errors import BadSource
from service.access.actor import NOBODY, Actor, at_the_machine
from service.errors import NotAllowed
from service.importing.allowing import (
    HostStands,
    check_may_allow,
    how_hosts_stand,
    may_allow,
    read_hosts,
    still_allowed,
)
from service.settings.environment import Settings

VIEWER, EDITOR, ADMIN = (Actor(ActorKind.ACCOUNT, role, role=role) for role in Role)
WRITES = Actor(ActorKind.KEY, "k", scopes=frozenset({Scope.READ, Scope.WRITE}))
RULES = Actor(ActorKind.KEY, "k", scopes=frozenset({Scope.WRITE, Scope.ADMIN}))
EVERYBODY = {
    "nobody": NOBODY,
    "viewer": VIEWER,
    "editor": EDITOR,
    "admin": ADMIN,
    "writing key": WRITES,
    "admin's key": RULES,
    "command": at_the_machine(),
}


@pytest.mark.parametrize(
    ("setting", "who"),
    [
        ("nobody", set()),
        ("admin", {"admin", "admin's key", "command"}),
        ("editor", {"editor", "admin", "writing key", "admin's key", "command"}),
    ],
)
def test_who_may_allow_a_host_is_the_setting_s_to_say(setting, who):
    settings = Settings(fetch_allowed_by=setting)

    assert {name for name, by in EVERYBODY.items() if may_allow(by, settings)} == who
    for name, by in EVERYBODY.items():
        check_may_allow((), by, settings)
        if name not in who:
            with pytest.raises(NotAllowed, match="LOOKALIKE_FETCH_ALLOWED_BY"):
                check_may_allow(("a.example",), by, settings)


def test_only_an_admin_may_where_nothing_is_set():
    assert not may_allow(EDITOR, Settings())
    assert may_allow(ADMIN, Settings())


def test_what_was_allowed_ends_when_nobody_may_any_more():
    assert still_allowed(("a.example",), Settings(fetch_allowed_by="nobody")) == ()
    assert still_allowed(("a.example",), Settings()) == ("a.example",)


def test_hosts_are_read_as_the_settings_read_them_and_once():
    told = ["CDN.example", "cdn.example", "pictures.example:8443", "[2001:DB8::1]"]

    hosts = ("cdn.example", "pictures.example:8443", "[2001:db8::1]")
    assert read_hosts(told) == hosts


@pytest.mark.parametrize(
    "told",
    [
        ["*"],
        ["*.example"],
        ["https://a.example/"],
        ["a b"],
        ["a.example,b.example"],
        ["a.example:80,b.example:81"],
        [",".join(f"{number}.example" for number in range(1000))],
        [""],
        [1],
        "a.example",
        ["a"] * 51,
        None,
    ],
)
def test_what_is_no_host_of_its_own_is_refused(told):
    with pytest.raises(BadSource, match=r"fetch_hosts|at most 50 hosts"):
        read_hosts(told)


def test_hosts_that_the_shop_allows_are_told_from_others():
    settings = Settings(
        fetch_hosts="*.shop.example,[2600:9000::1]:81", fetch_private="pictures.lan"
    )
    hosts = {"cdn.shop.example", "[2600:9000::1]:81", "pictures.lan"}
    others = {"shop.example", "cdn.shop.example:81", "[2600:9000::1]", "pictures.lan:80800"}

    stand = how_hosts_stand(hosts | others, settings)

    assert {host for host, how in stand.items() if how is HostStands.SHOP} == hosts
    assert HostStands.SHOP not in how_hosts_stand(hosts, Settings()).values()


@pytest.mark.parametrize(
    ("host", "stands"),
    [
        ("cdn.example", HostStands.OPEN),
        ("93.184.215.14", HostStands.OPEN),
        ("127.0.0.1:8080", HostStands.OWN),
        ("192.168.1.5", HostStands.OWN),
        ("[fd12::1]", HostStands.OWN),
        ("localhost:8080", HostStands.OWN),
        ("nas", HostStands.OWN),
        ("pictures.lan", HostStands.OWN),
        ("pim.local.", HostStands.OWN),
        ("169.254.169.254", HostStands.NEVER),
        ("[2001:db8::1]", HostStands.NEVER),
    ],
)
def test_a_host_that_no_tick_can_allow_is_told_by_its_form(host, stands):
    everywhere = Settings(fetch_hosts="*")

    assert how_hosts_stand([host], Settings()) == {host: stands}
    # What lies in an own network is allowed by the setting for that alone.
    by_shop = HostStands.SHOP if stands is HostStands.OPEN else stands
    assert how_hosts_stand([host.removesuffix(":8080")], everywhere).popitem()[1] is by_shop


def test_a_host_of_an_own_network_is_allowed_by_the_setting_for_these():
    settings = Settings(fetch_private="127.0.0.1:8080,nas")

    stand = how_hosts_stand(["127.0.0.1:8080", "nas", "127.0.0.1"], settings)

    assert list(stand.values()) == [HostStands.SHOP, HostStands.SHOP, HostStands.OWN]

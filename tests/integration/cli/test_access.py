"""`lookalike user` and `key`, as an owner uses them; what commands change is in the log."""

import json
from contextlib import closing

import pytest

from catalog.access.audit import Asked
from service.access import log
from service.access.accounts import remove_account
from service.access.actor import at_the_machine
from service.access.demonstration import staff_link
from service.access.links import accept, look_at
from service.access.sessions import Visit
from service.cli.entry import run
from service.settings.environment import Settings
from service.wiring import build_services
from tests.doors import access_of, member
from tests.fakes import plain_picture
from tests.tiny_bundle import make_bundle


@pytest.fixture
def home(tmp_path, monkeypatch):
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    return tmp_path / "home"


def said(capsys, *arguments, code=0):
    assert run(list(arguments)) == code
    return capsys.readouterr()


def entries(home):
    with closing(build_services(Settings(home=home))) as services:
        told = list(log.entries(Asked(), database=services.database))
    return [(each["action"], each["subject"], each["detail"]) for each in reversed(told)]


def test_an_account_is_added_and_its_link_printed_once(home, capsys):
    told = said(capsys, "user", "add", "Maria", "--role", "admin", "--hours", "4")

    address = told.out.strip()
    assert address.startswith("http://127.0.0.1:8000/staff/invited/")
    assert "For maria, once, until" in told.err
    [listed] = json.loads(said(capsys, "user", "list", "--json").out)
    assert (listed["name"], listed["role"], listed["signed_in_at"]) == ("maria", "admin", None)
    assert address.rpartition("/")[2] not in str(listed)


def test_the_link_is_of_the_public_address(home, capsys, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_PUBLIC_URL", "https://shop.example/find")

    told = said(capsys, "user", "add", "maria")

    assert told.out.startswith("https://shop.example/find/staff/invited/")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("add", "maria"), "there is an account 'maria' already"),
        (("add", "maria smith"), "a name has 1 to 64 of a-z"),
        (("role", "eve", "admin"), "there is no account 'eve'"),
        (("reset", "eve"), "there is no account 'eve'"),
        (("remove", "eve"), "there is no account 'eve'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(home, capsys, arguments, complaint):
    said(capsys, "user", "add", "maria")

    told = said(capsys, "user", *arguments, code=1)

    assert told.err.startswith("lookalike: ")
    assert complaint in told.err
    assert told.err.count("\n") == 1


def test_an_account_is_changed_let_in_anew_and_removed(home, capsys):
    said(capsys, "user", "add", "maria", "--role", "admin")

    assert said(capsys, "user", "role", "maria", "viewer").out == "maria is viewer now\n"
    assert "/staff/invited/" in said(capsys, "user", "reset", "maria").out
    assert said(capsys, "user", "remove", "maria").out == "maria is removed\n"

    assert json.loads(said(capsys, "user", "list", "--json").out) == []
    assert [action for action, *_ in entries(home)] == [
        *("account.add", "account.role", "account.reset", "account.remove")
    ]


def test_a_key_is_printed_once_listed_by_its_beginning_and_revoked(home, capsys):
    key = said(capsys, "key", "create", "till", "--scope", "read", "--days", "30").out.strip()

    [listed] = json.loads(said(capsys, "key", "list", "--json").out)
    assert key.startswith(listed["prefix"] + "_")
    assert key not in str(listed)
    told = [said(capsys, "key", "revoke", listed["prefix"]).out for _ in range(2)]
    assert told == [f"{listed['prefix']} is revoked\n", f"{listed['prefix']} is already revoked\n"]
    assert f"{listed['prefix']}\ttill\tread\t\t600\trevoked" in said(capsys, "key", "list").out


def test_a_public_key_for_writing_is_refused(home, capsys):
    wish = ("--scope", "write", "--origin", "https://shop.example")

    told = said(capsys, "key", "create", "x", *wish, code=1)

    assert "a key with origins is public" in told.err


def test_what_commands_change_is_in_the_log(home, capsys, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        (tmp_path / "in" / f"{name}.png").write_bytes(plain_picture((len(name), 9, 200)))

    said(capsys, "import", str(tmp_path / "in"), "--dry-run")
    said(capsys, "import", str(tmp_path / "in"))
    said(capsys, "label", "one", "Coat")
    said(capsys, "label", "one", "--undo")
    said(capsys, "category", "map", "Mantel", "Coat")
    said(capsys, "remove", "two")

    told = entries(home)
    assert told == [
        ("import", "in", told[0][2]),
        ("product.label", "one", "Coat"),
        ("product.label", "one", "the last word taken back"),
        ("category.map", "Mantel", "stands for Coat (change 1)"),
        ("product.remove", "two", "1 removed"),
    ]
    assert told[0][2].startswith(("2 read: 2 added", "2 read: 1 added"))


def test_a_demonstration_has_a_link_that_serves_once_and_asks_no_password(services):
    access = access_of(services)

    first, second = staff_link(access=access), staff_link(access=access)

    assert first.account == second.account == "demo"
    assert not look_at(second.token, access=access).asks_password
    assert accept(second.token, "", visit=Visit("192.0.2.1"), access=access).token


def test_a_shop_with_staff_of_its_own_has_no_such_link(services):
    access = access_of(services)
    member("ada", "admin", access=access)

    assert staff_link(access=access) is None


def test_an_account_demo_with_a_password_is_somebodys(services):
    access = access_of(services)
    member("demo", "viewer", access=access)

    found = staff_link(access=access)
    remove_account("demo", by=at_the_machine(), access=access)

    assert found is None
    assert staff_link(access=access) is not None

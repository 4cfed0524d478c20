"""Names and addresses that the server may be told to listen on."""

import socket

import pytest

from service.cli.entry import run
from service.cli.serve import listening
from service.errors import AddressTaken, BadSetting
from service.settings.environment import Settings


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.mark.parametrize(
    ("host", "address"),
    [("localhost", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("127.0.0.1", "127.0.0.1")],
)
def test_a_name_is_turned_into_its_address(host, address, port):
    assert listening(Settings(host=host, port=port)).host == address


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
@pytest.mark.parametrize(("host", "address"), [("::1", "::1"), ("[::1]", "::1"), ("::", "::")])
def test_an_address_of_ipv6_is_taken_with_and_without_brackets(host, address, port):
    assert listening(Settings(host=host, port=port)).host == address


@pytest.mark.parametrize("host", ["no-such-machine.invalid", "127.0.0.1:80", "a..b", "fe80::1%lo"])
def test_what_cannot_be_listened_on_is_said_in_a_line(host, port):
    with pytest.raises(AddressTaken, match="cannot listen on") as told:
        listening(Settings(host=host, port=port))

    assert "\n" not in str(told.value)


def test_an_address_in_use_is_told():
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(AddressTaken, match="in use"),
    ):
        listening(Settings(host="localhost", port=other.getsockname()[1]))


@pytest.mark.parametrize(
    ("host", "door"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("127.0.0.1", "0.0.0.0"),
        ("0.0.0.0", "127.0.0.1"),
    ],
)
def test_the_door_for_machines_is_no_other_door_of_the_shop(host, door, port):
    with pytest.raises(BadSetting, match=f"LOOKALIKE_METRICS is at another port .* {port}"):
        listening(Settings(host=host, port=port, metrics=f"{door}:{port}"))


def test_the_door_for_machines_may_have_the_port_at_another_address(port):
    settings = Settings(host="127.0.0.1", port=port, metrics=f"127.0.0.2:{port}")

    assert listening(settings) == settings


@pytest.mark.parametrize("host", ["256.1.1.1", "a b", "[::1"])
def test_a_host_is_given_by_the_rule_of_its_setting(host, capsys):
    assert run(["serve", "--host", host]) == 2

    assert "is a machine's name or address" in capsys.readouterr().err

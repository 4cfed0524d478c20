"""Settings as people and machines write them: taken as meant, or refused with the reason."""

from pathlib import Path

import pytest

from service.errors import BadSetting
from service.settings import Settings, read_settings

OF_A_CLUSTER = {
    "LOOKALIKE_PORT": "tcp://10.0.0.7:8000",
    "LOOKALIKE_SERVICE_HOST": "10.0.0.7",
    "LOOKALIKE_SERVICE_PORT": "8000",
    "LOOKALIKE_SERVICE_PORT_HTTP": "8000",
    "LOOKALIKE_PORT_8000_TCP": "tcp://10.0.0.7:8000",
    "LOOKALIKE_PORT_8000_TCP_ADDR": "10.0.0.7",
    "LOOKALIKE_PORT_8000_TCP_PORT": "8000",
    "LOOKALIKE_PORT_8000_TCP_PROTO": "tcp",
    "LOOKALIKE_PORT_53_UDP": "udp://10.0.0.7:53",
    "LOOKALIKE_WEB_SERVICE_HOST": "10.0.0.8",
    "LOOKALIKE_WEB_PORT": "tcp://10.0.0.8:80",
    "LOOKALIKE_WEB_PORT_80_TCP_ADDR": "10.0.0.8",
}


def test_what_a_cluster_sets_beside_a_service_is_no_setting_of_ours():
    assert read_settings(OF_A_CLUSTER) == Settings()


def test_a_misspelt_setting_is_still_refused_and_the_near_one_named():
    with pytest.raises(BadSetting, match="LOOKALIKE_PROT; did you mean LOOKALIKE_PORT"):
        read_settings(OF_A_CLUSTER | {"LOOKALIKE_PROT": "8000"})


@pytest.mark.parametrize("field", Settings.__dataclass_fields__)
@pytest.mark.parametrize("value", ["", "  ", "\r", '""', "''"])
def test_an_empty_value_is_refused(field, value):
    name = f"LOOKALIKE_{field.upper()}"

    with pytest.raises(BadSetting, match=f"{name} is empty; leave it out"):
        read_settings({name: value})


@pytest.mark.parametrize("around", ["{}\r", "  {}", "{}\r\n", '"{}"', "'{}'", '"{}"\r', " '{} ' "])
def test_what_a_file_of_settings_leaves_around_a_value_is_taken_away(around):
    given = {
        "LOOKALIKE_HOME": around.format("/srv/shop"),
        "LOOKALIKE_PORT": around.format("9000"),
        "LOOKALIKE_HOST": around.format("localhost"),
        "LOOKALIKE_LOG_LEVEL": around.format("debug"),
    }

    read = read_settings(given)

    assert (read.home, read.port) == (Path("/srv/shop"), 9000)
    assert (read.host, read.log_level) == ("localhost", "DEBUG")


@pytest.mark.parametrize("value", ["~/shop", "'~/shop'", "~/shop\r"])
def test_a_tilde_is_the_home_folder(value):
    read = read_settings({"LOOKALIKE_HOME": value, "LOOKALIKE_BUNDLE": value})

    assert read.home == Path.home() / "shop"
    assert read.bundle == str(Path.home() / "shop")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("~nobody-of-this-name/shop", "home folder that is unknown"),
        ("$HOME/shop", "names a variable"),
        ("/srv/${SHOP}", "names a variable"),
        ("%USERPROFILE%/shop", "names a variable"),
        ("/srv/sh\top", "control character"),
        ("/srv\r\n/shop", "control character"),
        (__file__, "is a file"),
    ],
)
def test_a_home_that_cannot_be_meant_is_refused(value, reason):
    with pytest.raises(BadSetting, match=reason):
        read_settings({"LOOKALIKE_HOME": value})


@pytest.mark.parametrize("value", ["0", "-1", "70000", "8_000", "8000.0", "٨٠٠٠", "1e3", "9" * 30])
def test_a_port_is_a_number_that_a_port_can_have(value):
    with pytest.raises(BadSetting, match="LOOKALIKE_PORT is a whole number from 1 to 65535"):
        read_settings({"LOOKALIKE_PORT": value})


def test_two_of_the_largest_uploads_always_find_room():
    read = read_settings({"LOOKALIKE_MAX_UPLOAD_MB": "500", "LOOKALIKE_BUFFER_MB": "1"})

    assert read.buffer_bytes > 2 * read.max_upload_bytes

"""Settings as people and machines write them: taken as meant, or refused with the reason."""

from dataclasses import fields
from pathlib import Path

import pytest
from PIL import Image

from embeddings.decoding.pool import decode_elsewhere
from service.errors import BadSetting
from service.settings.environment import Settings, read_settings
from tests.pictures import encoded, heic

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


HOSTS = [
    "127.0.0.1",
    "0.0.0.0",
    "::1",
    "[::1]",
    "::",
    "::ffff:10.0.0.1",
    "localhost",
    "shop.example",
    "shop.example.",
    "a_service",
    "xn--gre-6ka8i.example",
    "3com",
    "1.2.3.4.example",
]
NO_HOSTS = [
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "127.1",
    "0",
    "0x7f.1",
    "[::1",
    "::1]",
    "[127.0.0.1]",
    "[]",
    "1::2::3",
    "fe80::1%lo",
    "a..b",
    ".example",
    "-a.example",
    "a-.example",
    "a b",
    "größe.example",
    "a/b",
    "a@b",
    "shop.example:80",
    "x" * 64 + ".example",
    "x." * 127 + "example",
]
NO_MACHINES = [each for each in NO_HOSTS if each not in ("shop.example:80", "a/b")]


@pytest.mark.parametrize("value", HOSTS)
def test_a_host_is_a_name_or_an_address(value):
    assert read_settings({"LOOKALIKE_HOST": value}).host == value


@pytest.mark.parametrize("value", NO_HOSTS)
def test_what_no_machine_can_be_called_is_refused_before_it_is_listened_on(value):
    with pytest.raises(BadSetting, match="LOOKALIKE_HOST is a machine's name or address") as told:
        read_settings({"LOOKALIKE_HOST": value})

    assert f"got '{value}'" in str(told.value)


@pytest.mark.parametrize("machine", [each for each in HOSTS if ":" not in each or "[" in each])
@pytest.mark.parametrize("around", ["http://{}", "https://{}:8443", "https://{}/find", "{}:9100"])
def test_an_address_is_of_any_host(machine, around):
    value = around.format(machine)
    name = "PUBLIC_URL" if "//" in around else "METRICS"

    assert getattr(read_settings({f"LOOKALIKE_{name}": value}), name.lower()) == value


@pytest.mark.parametrize("machine", [*NO_MACHINES, "::1", ""])
@pytest.mark.parametrize("around", ["http://{}", "https://{}:8443", "https://{}/find"])
def test_an_address_from_outside_is_of_a_host_that_there_can_be(machine, around):
    value = around.format(machine)

    with pytest.raises(BadSetting, match="LOOKALIKE_PUBLIC_URL is an address such as") as told:
        read_settings({"LOOKALIKE_PUBLIC_URL": value})

    assert f"got '{value}'" in str(told.value)


@pytest.mark.parametrize(
    "value",
    [
        "https://shop.example:99999",
        "https://shop.example:0",
        "https://shop.example:",
        "https://shop.example:٨٠",
        "https://shop.example:+80",
        "https://me@shop.example",
        "https://shop.example?a",
        "https://shop.example/#a",
        "https://shop.example/a//b",
        "https://shop.example/../a",
        "https://shop.example/a/.",
        "https://shop.example//",
        "https://shop.example/a b",
        "https://shop.example/a%20b",
        "https://shop.example/größe",
        "https:/shop.example",
        "ftp://shop.example",
        "shop.example",
        "https://",
    ],
)
def test_an_address_from_outside_has_a_port_and_a_path_that_there_can_be(value):
    with pytest.raises(BadSetting, match="LOOKALIKE_PUBLIC_URL is an address such as"):
        read_settings({"LOOKALIKE_PUBLIC_URL": value})


@pytest.mark.parametrize("machine", [*NO_HOSTS, ""])
def test_a_door_for_machines_is_at_a_host_that_there_can_be(machine):
    with pytest.raises(BadSetting, match="LOOKALIKE_METRICS is public, off, or an address"):
        read_settings({"LOOKALIKE_METRICS": f"{machine}:9100"})


@pytest.mark.parametrize("value", ["127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536"])
def test_a_door_for_machines_has_a_port_that_there_can_be(value):
    with pytest.raises(BadSetting, match="LOOKALIKE_METRICS is public, off, or an address"):
        read_settings({"LOOKALIKE_METRICS": value})


@pytest.mark.parametrize(
    "value", ["10.0.0.0/33", "256.1.1.1", "10.0.0.1,", "10.0.0.1 10.0.0.2", "nginx", "fe80::1%lo"]
)
def test_a_trusted_proxy_is_an_address_or_a_network(value):
    with pytest.raises(BadSetting, match="LOOKALIKE_TRUSTED_PROXY lists addresses or networks"):
        read_settings({"LOOKALIKE_TRUSTED_PROXY": value})


@pytest.mark.parametrize(
    "name",
    ["HOME", "BUNDLE", "FASHION_MNIST", "CLOTHING_PHOTOS", "PRODUCT_PHOTOS", "OTHER_THINGS"],
)
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (f"{__file__}/shop", "is a file"),
        (f"{__file__}/a/b", "is a file"),
        ("/srv/" + "x" * 300, "too long"),
        ("~nobody-of-this-name/shop", "home folder that is unknown"),
        ("/srv/$SHOP", "names a variable"),
    ],
)
def test_a_folder_that_no_folder_can_be_is_refused_whatever_it_is_of(name, value, reason):
    with pytest.raises(BadSetting, match=f"LOOKALIKE_{name} .*{reason}"):
        read_settings({f"LOOKALIKE_{name}": value})


def test_every_setting_says_by_what_rule_it_is_read():
    ruled = {"most", "choices", "shape"}
    texts = [each for each in fields(Settings) if each.type is not Path]

    assert [each.name for each in texts if not ruled & each.metadata.keys()] == []


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [("DECODING_MB", "79", 80), ("MAX_PIXELS", "1638399", 1_638_400), ("PER_PAGE", "0", 1)],
)
def test_a_number_too_small_for_anything_to_work_is_refused(name, value, least):
    variable = f"LOOKALIKE_{name}"

    with pytest.raises(
        BadSetting, match=f"{variable} is a whole number from {least} to .*'{value}'"
    ):
        read_settings({variable: value})
    assert read_settings({variable: str(least)})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIC", "AVIF"])
def test_the_least_settings_read_a_picture_of_any_format_as_large_as_it_is_kept(kind):
    settings = read_settings({"LOOKALIKE_DECODING_MB": "80", "LOOKALIKE_MAX_PIXELS": "1638400"})
    image = Image.new("RGB", (1280, 1280))
    data = heic(image) if kind == "HEIC" else encoded(image, kind)

    photo = decode_elsewhere(data, settings.photo_limits)

    assert photo.shape == (1280, 1280, 3)

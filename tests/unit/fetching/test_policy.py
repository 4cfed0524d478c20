"""Where may be asked, and where not."""

import pytest

from service.errors import BadSetting
from service.fetching import FetchPolicy, RefusedAddress, policy_of
from service.settings.environment import Settings, read_settings


def policy(hosts: str | None = None, private: str | None = None) -> FetchPolicy:
    found = policy_of(Settings(fetch_hosts=hosts, fetch_private=private))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        ("cdn.example.com", "https://cdn.example.com/a.jpg"),
        ("cdn.example.com", "http://CDN.example.com./a.jpg"),
        ("cdn.example.com", "//cdn.example.com/a.jpg?v=1"),
        ("cdn.example.com", "https://cdn.example.com/with a space/ü.jpg"),
        ("*.example.com", "https://a.b.example.com/a.jpg"),
        ("*", "https://anything.example/a.jpg"),
        ("*", "https://8.8.8.8/a.jpg"),
        ("pictures.example:8443", "https://pictures.example:8443/a.jpg"),
        ("xn--bcher-kva.example", "https://bücher.example/a.jpg"),
    ],
)
def test_a_host_that_is_named_may_be_asked(hosts, address):
    url = policy(hosts).check(address)

    assert url.path.endswith(".jpg")


@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        ("cdn.example.com", "https://other.example/a.jpg"),
        ("cdn.example.com", "https://cdn.example.com.evil.example/a.jpg"),
        ("*.example.com", "https://example.com/a.jpg"),
        ("*.example.com", "https://evilexample.com/a.jpg"),
        ("cdn.example.com", "https://cdn.example.com:8443/a.jpg"),
        ("*", "https://anything.example:22/a.jpg"),
    ],
)
def test_a_host_that_is_not_named_is_not_asked(hosts, address):
    with pytest.raises(RefusedAddress, match="not among the hosts of LOOKALIKE_FETCH_HOSTS"):
        policy(hosts).check(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user:secret@pictures.example/",
        "http://pictures.example@127.0.0.1/",
        "http://pictures.example\\@127.0.0.1/",
        "http://127.0.0.1\\@pictures.example/",
        "http://%6c%6fcalhost/",
        "http://pictures.example:99999/",
        "http://pictures example/",
        "http://pictures.example/\r\nX: y",
        "http:///a.jpg",
        "http:a.jpg",
        "file:///etc/passwd",
        "ftp://pictures.example/a.jpg",
        "gopher://pictures.example/",
        "data:image/png;base64,AAAA",
        "https://pictures.example/" + "a" * 2000,
    ],
)
def test_what_is_no_public_address_of_the_web_is_not_asked(address):
    with pytest.raises(RefusedAddress):
        policy("*").check(address)


def test_a_name_that_leads_to_a_private_address_is_refused():
    with pytest.raises(RefusedAddress, match=r"leads to 10\.0\.0\.7, which is no public address"):
        policy("*").check_reach("intranet.example", 80, "10.0.0.7")


def test_a_private_address_is_asked_where_its_host_is_named_for_that():
    ours = policy(private="pictures.lan,127.0.0.1:8001,[::1]:8001")

    ours.check("http://127.0.0.1:8001/a.jpg")
    ours.check("http://[::1]:8001/a.jpg")
    ours.check_reach("pictures.lan", 80, "192.168.3.4")
    for address in ("http://127.0.0.1:8002/", "http://127.0.0.1/", "http://192.168.3.4/"):
        with pytest.raises(RefusedAddress):
            ours.check(address)
    with pytest.raises(RefusedAddress):
        ours.check_reach("pictures.lan", 80, "169.254.169.254")


def test_an_address_is_asked_for_to_the_letter():
    signed = "https://pictures.example/a%2Fb%20c.jpg?sig=x%2B%2f,1&v=%7E"

    assert str(policy("*").check(signed)) == signed


def test_without_a_host_nothing_is_fetched():
    assert policy_of(Settings()) is None


@pytest.mark.parametrize(
    "value", ["http://a.example", "a.example/b", "*.*.a", "a b", "0x7f.1", "*a"]
)
@pytest.mark.parametrize("name", ["HOSTS", "PRIVATE"])
def test_a_setting_that_is_no_list_of_hosts_is_refused(name, value):
    with pytest.raises(BadSetting, match=f"LOOKALIKE_FETCH_{name} lists hosts"):
        read_settings({f"LOOKALIKE_FETCH_{name}": value})


@pytest.mark.parametrize("value", ["*", "*.lan"])
def test_private_hosts_are_named_one_by_one(value):
    with pytest.raises(BadSetting, match="names each host"):
        read_settings({"LOOKALIKE_FETCH_PRIVATE": value})


def test_hosts_are_tidied():
    told = read_settings({"LOOKALIKE_FETCH_HOSTS": " CDN.Example. , *.Bücher.example ,[0::1]:80"})

    assert told.fetch_hosts == "cdn.example,*.xn--bcher-kva.example,[::1]:80"

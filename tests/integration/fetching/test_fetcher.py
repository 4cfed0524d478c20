"""What a fetcher takes from a server, from one that plays tricks too."""

import gzip
import hashlib
import operator
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext, create_default_context

import pytest

from service.fetching import (
    UNCHANGED,
    Fetcher,
    FetchLimits,
    NotHad,
    Received,
    RefusedAddress,
    Validators,
    policy_of,
)
from service.fetching.clocks import OwnClocks, SharedClocks
from service.fetching.received import NO_VALIDATORS
from service.settings.environment import Settings
from tests import picture_server as plays
from tests.fakes import plain_picture
from tests.waiting import PATIENCE_S, until

PICTURE = plain_picture()
# Whoever answers is waited for, however slow the machine; a limit of time is short only where a
# test is of that limit, and then nothing that the test plays ends before it.
LIMITS = FetchLimits(
    max_bytes=100_000,
    connect_s=PATIENCE_S,
    read_s=PATIENCE_S,
    total_s=PATIENCE_S,
    tries=3,
    back_off_s=0.01,
    longest_wait_s=1.0,
    rate=1000.0,
)


class TableOfNames:
    """Knows names by a table: each time the next of a name's answers, and then the last."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.left = {name.replace("_", "."): list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def addresses(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.left[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def server():
    with plays.picture_server() as server:
        yield server


@pytest.fixture
def fetch(server, tmp_path):
    """Give a function that fetches an address or a path of the server's, and waits for it."""
    fetchers = []

    def fetch(
        where, limits=LIMITS, known=NO_VALIDATORS, names=None, hosts=None, private=None, tls=None
    ):
        private = private or f"127.0.0.1:{server.port}"
        policy = policy_of(Settings(fetch_hosts=hosts, fetch_private=private))
        fetchers.append(Fetcher(policy, limits, names, tls))
        address = server.address(where) if where.startswith("/") else where
        return fetchers[-1].fetch(address, tmp_path / "file", known).result(timeout=PATIENCE_S)

    yield fetch
    for each in fetchers:
        each.close()


def test_a_file_comes_whole_with_what_tells_whether_it_changes(server, fetch, tmp_path):
    modified = "Thu, 26 Nov 2026 10:00:00 GMT"
    server.answers["/a.png"] = plays.body(PICTURE, ETag='"1"', Last_Modified=modified)

    came = fetch("/a.png")

    digest = hashlib.sha256(PICTURE).hexdigest()
    assert came == Received(digest, len(PICTURE), Validators('"1"', modified))
    assert (tmp_path / "file").read_bytes() == PICTURE


def test_nothing_is_told_but_what_is_asked_for(server, fetch, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.answers["/a"] = plays.in_turn(plays.moved("/b"), plays.status(500), plays.body(PICTURE))
    server.answers["/b"] = plays.body(PICTURE, Set_Cookie="seen=1; Path=/")

    fetch("/a")

    assert [sorted(told) for told in server.headers] == [
        ["accept", "accept-encoding", "host", "user-agent"]
    ] * 2
    assert {told["accept-encoding"] for told in server.headers} == {"identity"}


def test_a_file_that_is_the_same_is_not_sent_again(server, fetch):
    server.answers["/a.png"] = plays.tagged(PICTURE, '"1"')

    assert fetch("/a.png", known=Validators('"1"', None)) is UNCHANGED
    assert isinstance(fetch("/a.png", known=Validators('"0"', None)), Received)


def test_whoever_says_unchanged_without_being_asked_has_nothing(server, fetch):
    server.answers["/a.png"] = plays.status(304)

    with pytest.raises(NotHad, match="304"):
        fetch("/a.png")


def test_a_redirect_is_followed(server, fetch):
    server.answers["/a.png"] = plays.moved("b.png?x=1", 307)
    server.answers["/b.png?x=1"] = plays.body(PICTURE)

    assert isinstance(fetch("/a.png"), Received)


@pytest.mark.parametrize(
    "there",
    [
        "file:///etc/passwd",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:{other}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://name:word@127.0.0.1:{port}/",
        "//elsewhere.example/a.png",
        "http://[",
    ],
)
def test_a_redirect_leads_nowhere_where_we_would_not_ask(server, fetch, there):
    there = there.format(port=server.port, other=server.port + 1)
    server.answers["/a.png"] = plays.moved(there)

    with pytest.raises(NotHad):
        fetch("/a.png")
    assert server.asked == ["/a.png"]


def test_a_circle_of_redirects_ends(server, fetch):
    server.answers["/a"] = plays.moved("/b")
    server.answers["/b"] = plays.moved("/a")

    with pytest.raises(NotHad, match="leads on more than 5 times"):
        fetch("/a")
    assert len(server.asked) == 6


def test_a_name_that_leads_elsewhere_the_second_time_is_refused_then(server, fetch):
    names = TableOfNames(pictures_example=[["127.0.0.1"], ["169.254.169.254"]])
    server.answers["/a.png"] = plays.body(PICTURE)
    there = f"pictures.example:{server.port}"

    first = fetch(f"http://{there}/a.png", names=names, private=there)
    with pytest.raises(RefusedAddress, match=r"leads to 169\.254\.169\.254, which is no public"):
        fetch(f"http://{there}/a.png", names=names, private=there)

    assert isinstance(first, Received)
    assert server.count("/a.png") == 1


def test_a_full_disk_is_told_as_what_it_is(server, tmp_path):
    server.answers["/a.png"] = plays.body(PICTURE)
    fetcher = Fetcher(policy_of(Settings(fetch_private=f"127.0.0.1:{server.port}")), LIMITS)

    with pytest.raises(OSError, match="No space left"):
        fetcher.fetch(server.address("/a.png"), Path("/dev/full")).result(timeout=PATIENCE_S)
    fetcher.close()


def test_the_connection_goes_to_the_address_that_was_looked_at(server, fetch):
    names = TableOfNames(pictures_example=[["127.0.0.1"], ["169.254.169.254"]])
    server.answers["/a.png"] = plays.in_turn(plays.status(503), plays.body(PICTURE))
    there = f"pictures.example:{server.port}"

    came = fetch(f"http://{there}/a.png", names=names, private=there)

    assert isinstance(came, Received)
    assert names.asked == ["pictures.example"]  # an answer that was looked at serves for a while
    assert {told["host"] for told in server.headers} == {there}


def test_one_bad_address_of_a_name_is_enough(server, fetch):
    names = TableOfNames(pictures_example=[["127.0.0.1", "169.254.169.254"]])
    there = f"pictures.example:{server.port}"

    with pytest.raises(RefusedAddress, match=r"leads to 169\.254\.169\.254"):
        fetch(f"http://{there}/a.png", names=names, private=there)
    assert server.asked == []


def test_localhost_is_refused_by_every_name(server, fetch):
    for name in ("localhost", "localhost.", "LOCALHOST"):
        with pytest.raises(NotHad, match=r"no public address|no host is called"):
            fetch(f"http://{name}:{server.port}/", hosts=f"*:{server.port}")
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (plays.endless(), "more than 100000 bytes"),
        (plays.body(bytes(100_001)), "more than 100000 bytes"),
        (plays.cut(PICTURE), "cut off before its end, 3 times"),
        (plays.body(gzip.compress(bytes(10**6)), Content_Encoding="gzip"), "sends it packed"),
        (plays.status(404), "answers 404 Not Found"),
        (plays.status(403), "answers 403 Forbidden"),
        (plays.status(206), "answers 206"),
        (plays.status(302), "answers 302"),
        (plays.status(500), "answers 500 Internal Server Error, 3 times"),
        (plays.status(503), "answers 503 Service Unavailable, 8 times"),
        (plays.status(429, Retry_After="3600"), "come again in 3600 s"),
        (plays.body(b"", Content_Length="many"), "cannot be read"),
    ],
    ids=[
        *("endless", "too long", "cut", "gzip bomb", "404", "403", "206", "302", "500", "503"),
        *("429 for long", "wrong length"),
    ],
)
def test_whoever_plays_tricks_gets_a_reason(server, fetch, answer, reason):
    server.answers["/a.png"] = answer

    with pytest.raises(NotHad, match=reason):
        fetch("/a.png")


@pytest.mark.parametrize(
    ("answer", "limits", "reason"),
    [
        (plays.dripping(), {"total_s": 0.3}, "did not come within 0.3 s, 3 times"),
        (plays.dripping_head(), {"total_s": 0.3}, "did not come within 0.3 s, 3 times"),
        (plays.silent(), {"read_s": 0.3}, "sent nothing for 0.3 s, 3 times"),
        (
            plays.dripping(0.01),
            {"grace_s": 0.3, "least_rate": 10_000},
            "slower than 10000 bytes a second, 3 times",
        ),
    ],
    ids=["dripping", "dripping head", "silent", "slow"],
)
def test_whoever_plays_for_time_gets_a_reason(server, fetch, answer, limits, reason):
    server.answers["/a.png"] = answer  # which never ends by itself

    with pytest.raises(NotHad, match=reason):
        fetch("/a.png", replace(LIMITS, **limits))


KILOBYTES = b"a" * 1000
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (HEAD, b"X: " + KILOBYTES + b"\r\n"),
        (HEAD + b"X: ", KILOBYTES),
        (CHUNKED + b"1\r\na\r\n0\r\n", b"X: " + KILOBYTES + b"\r\n"),
        (CHUNKED + b"1;", KILOBYTES),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40),
    ],
    ids=["headers", "one header", "trailers", "a chunk's head", "interim answers"],
)
def test_what_is_no_body_has_an_end_too(server, fetch, begin, again):
    server.answers["/a.png"] = plays.flooding(begin, again)
    server.answers["/b.png"] = plays.body(PICTURE)

    with pytest.raises(NotHad):
        fetch("/a.png", replace(LIMITS, tries=1, total_s=0.3))
    assert isinstance(fetch("/b.png"), Received)


def test_what_a_server_sends_behind_its_answer_is_no_answer_to_the_next(server, fetcher, tmp_path):
    server.answers["/a.png"] = plays.raw(
        HEAD + b"Content-Length: 3\r\n\r\nabc" + HEAD + b"Content-Length: 4\r\n\r\nevil"
    )
    server.answers["/b.png"] = plays.body(PICTURE)
    ours = fetcher(FetchLimits(rate=1000.0, connections=1))

    first = ours.fetch(server.address("/a.png"), tmp_path / "a").result(timeout=PATIENCE_S)
    second = ours.fetch(server.address("/b.png"), tmp_path / "b").result(timeout=PATIENCE_S)

    assert (first.size, second.size) == (3, len(PICTURE))
    assert (tmp_path / "b").read_bytes() == PICTURE


def test_a_server_of_the_first_protocol_is_understood(server, fetch):
    server.answers["/a.png"] = plays.raw(b"HTTP/1.0 200 OK\r\n\r\n" + PICTURE, closes=True)

    assert fetch("/a.png").digest == hashlib.sha256(PICTURE).hexdigest()


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        HEAD + b"Content-Length: -1\r\n\r\nabc",
        PICTURE,
    ],
    ids=["two lengths", "below nothing", "no HTTP"],
)
def test_an_answer_that_may_be_read_in_two_ways_is_not_read(server, fetch, sent):
    server.answers["/a.png"] = plays.raw(sent, closes=True)

    with pytest.raises(NotHad, match="cannot be read"):
        fetch("/a.png")


@pytest.mark.parametrize(
    "told",
    [
        {"Retry_After": "1 Jan 2000 99999999999:00:00"},
        {"Retry_After": "Fri, 31 Dec 9999 23:59:59 -2359"},
        {"Retry_After": "\xff"},
        {"Retry_After": "9" * 400},
    ],
    ids=["huge hour", "last instant", "no ASCII", "endless"],
)
def test_a_time_that_cannot_be_read_costs_no_more_than_its_file(server, fetch, told):
    server.answers["/a.png"] = plays.status(503, **told)

    with pytest.raises(NotHad, match="503"):
        fetch("/a.png")


@pytest.mark.parametrize("tag", ['"\xff"', '"a\tb"'])
def test_a_validator_that_cannot_be_kept_is_passed_over(server, fetch, tag):
    server.answers["/a.png"] = plays.body(PICTURE, ETag=tag, Last_Modified=tag)

    assert fetch("/a.png").validators == NO_VALIDATORS


@pytest.mark.parametrize(
    ("answer", "limits"),
    [
        (plays.cut(PICTURE), LIMITS),
        (plays.endless(), LIMITS),
        (plays.dripping(), replace(LIMITS, total_s=0.3)),
    ],
    ids=["cut", "endless", "dripping"],
)
def test_what_breaks_off_leaves_nothing_on_the_disk(server, fetch, tmp_path, answer, limits):
    server.answers["/a.png"] = answer

    with pytest.raises(NotHad):
        fetch("/a.png", limits)

    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_had_is_asked_for_once(server, fetch):
    server.answers["/a.png"] = plays.status(410)

    with pytest.raises(NotHad):
        fetch("/a.png")
    assert server.count("/a.png") == 1


@pytest.mark.parametrize(
    "first",
    [plays.status(500), plays.status(503), plays.status(429), plays.cut(PICTURE)],
    ids=["500", "503", "429", "cut"],
)
def test_what_may_be_had_later_is_asked_for_again(server, fetch, first):
    server.answers["/a.png"] = plays.in_turn(first, first, plays.body(PICTURE))

    came = fetch("/a.png")

    assert came.digest == hashlib.sha256(PICTURE).hexdigest()
    assert server.count("/a.png") == 3


def test_what_did_not_come_in_time_is_asked_for_again(server, fetch):
    silent = plays.silent()
    server.answers["/a.png"] = plays.in_turn(silent, silent, plays.body(PICTURE))
    limits = replace(LIMITS, read_s=0.3, tries=50, silent_tries=100)

    came = fetch("/a.png", limits)

    assert came.digest == hashlib.sha256(PICTURE).hexdigest()
    assert server.count("/a.png") >= 3  # on a slow machine the third does not come in time either


def test_a_server_that_asks_for_peace_gets_it_from_all(server, fetch):
    server.answers["/a.png"] = plays.in_turn(
        plays.status(429, Retry_After="1"), plays.body(PICTURE)
    )

    fetch("/a.png")

    assert server.at[1] - server.at[0] > 0.9


def test_a_server_that_does_not_listen_is_left_alone(server, fetch, tmp_path):
    limits = FetchLimits(tries=1, silent_tries=3, rate=1000.0)
    policy = policy_of(Settings(fetch_private="127.0.0.1:9"))
    fetcher = Fetcher(policy, limits)

    reasons = []
    for _ in range(4):
        with pytest.raises(NotHad) as error:
            fetcher.fetch("http://127.0.0.1:9/a", tmp_path / "file").result(timeout=PATIENCE_S)
        reasons.append(str(error.value))
    fetcher.close()

    assert all("cannot be reached" in reason for reason in reasons[:3])
    assert "is left alone for a while" in reasons[3]


def test_an_answer_that_comes_at_the_least_rate_is_awaited(server, fetch):
    limits = FetchLimits(grace_s=0.5, least_rate=1, tries=10, back_off_s=0.01)
    server.answers["/a.png"] = plays.slowly(bytes(800), 400, 1.0)

    # The first half comes within the grace, unless the machine is slow ten times.
    assert fetch("/a.png", limits).size == 800


def test_all_that_is_asked_for_one_file_has_an_end(server, fetch):
    server.otherwise = plays.silent()
    limits = replace(LIMITS, read_s=0.05, whole_s=0.5, back_off_s=0, tries=99, silent_tries=99)

    with pytest.raises(NotHad, match=r"sent nothing for|did not come within"):
        fetch("/a.png", limits)
    assert len(server.asked) <= 0.5 / 0.05 + 1


class NotedClocks:
    """Clocks that note the turns that they give."""

    def __init__(self, clocks):
        self._clocks, self.turns = clocks, []

    def take_turn(self, host, interval_s):
        self.turns.append(self._clocks.take_turn(host, interval_s))
        return self.turns[-1]

    def __getattr__(self, name):
        return getattr(self._clocks, name)


def each_was_asked_in_its_turn(server, turns):
    """Say whether no request went before a turn of its own: how long it took to go is no matter."""
    asked = sorted(server.at)
    return len(asked) == len(turns) and all(map(operator.ge, asked, sorted(turns)))


@pytest.fixture
def fetcher(server):
    """Give a function that makes fetchers, which are closed at the end."""
    made = []

    def fetcher(limits, clocks=None):
        policy = policy_of(Settings(fetch_private=f"127.0.0.1:{server.port}"))
        made.append(Fetcher(policy, limits, clocks=clocks))
        return made[-1]

    yield fetcher
    for each in made:
        each.close()


def reason_of(under_way):
    return str(under_way.exception(timeout=PATIENCE_S))


@pytest.mark.parametrize("code", [429, 503])
def test_a_host_that_is_asked_too_much_is_paused_for_all_and_then_asked_less(
    server, fetcher, tmp_path, code
):
    server.answers["/first.png"] = plays.in_turn(plays.status(code), plays.body(PICTURE))
    server.otherwise = plays.body(PICTURE)
    clocks = NotedClocks(OwnClocks(back_off_s=0.5))
    ours = fetcher(FetchLimits(rate=20.0, connections=1, back_off_s=0.5), clocks)

    under_way = [
        ours.fetch(server.address(path), tmp_path / path[1:])
        for path in ("/first.png", "/a.png", "/b.png")
    ]
    for each in under_way:
        each.result(timeout=PATIENCE_S)

    refused, *others = clocks.turns
    assert each_was_asked_in_its_turn(server, clocks.turns)
    assert others[0] - refused > 0.5  # whichever it is
    assert min(b - a for a, b in pairwise(others)) > 0.08  # twice a twentieth, and soon less


def test_a_host_that_goes_on_failing_is_left_alone(server, fetcher, tmp_path):
    server.otherwise = plays.status(500)
    ours = fetcher(FetchLimits(rate=1000.0, tries=1, failing_tries=3))

    reasons = [reason_of(ours.fetch(server.address(f"/{n}"), tmp_path / "file")) for n in range(5)]

    assert len(server.asked) == 3
    assert "has failed 3 times in a row (the server answers 500" in reasons[-1]


def test_a_host_that_wants_to_be_asked_tomorrow_is_not_asked_for_each_row(
    server, fetcher, tmp_path
):
    server.otherwise = plays.status(503, Retry_After="86400")
    ours = fetcher(FetchLimits(rate=1000.0))

    reasons = [reason_of(ours.fetch(server.address(f"/{n}"), tmp_path / "file")) for n in range(3)]

    assert len(server.asked) == 1
    assert "wants to be asked again in 86400 s, and is left alone" in reasons[-1]


def test_a_host_that_lets_every_fifth_wait_is_left_alone_though_it_answers_the_others(
    server, fetcher, tmp_path
):
    server.otherwise = plays.in_turn(*[plays.body(PICTURE), plays.silent(), plays.silent()] * 4)
    ours = fetcher(FetchLimits(rate=1000.0, read_s=0.1, tries=1, silent_tries=5))

    reasons = [reason_of(ours.fetch(server.address(f"/{n}"), tmp_path / "file")) for n in range(10)]

    assert "has not answered for long" in reasons[-1]


def test_one_host_that_is_paused_holds_no_other_one_up(server, fetcher, tmp_path):
    with plays.picture_server() as other:
        server.otherwise = plays.status(503, Retry_After="30")
        other.otherwise = plays.body(PICTURE)
        policy = policy_of(
            Settings(fetch_private=f"127.0.0.1:{server.port},127.0.0.1:{other.port}")
        )
        ours = Fetcher(policy, FetchLimits(rate=1000.0, connections=80))

        paused = [ours.fetch(server.address(f"/{n}"), tmp_path / f"{n}") for n in range(100)]
        until(lambda: server.has_been_asked(1))
        came = ours.fetch(other.address("/a.png"), tmp_path / "a").result(timeout=PATIENCE_S)
        ours.close()

    assert isinstance(came, Received)
    assert all(each.cancelled() for each in paused)


def test_two_that_fetch_for_one_shop_ask_a_host_no_more_often_than_one(server, fetcher, tmp_path):
    server.otherwise = plays.body(PICTURE)
    limits = FetchLimits(rate=50.0)
    clocks = [NotedClocks(SharedClocks(tmp_path / "clocks")) for _ in range(2)]
    both = [fetcher(limits, each) for each in clocks]

    under_way = [
        each.fetch(server.address(f"/{n}"), tmp_path / f"{at}-{n}")
        for at, each in enumerate(both)
        for n in range(15)
    ]
    for each in under_way:
        each.result(timeout=PATIENCE_S)

    turns = sorted(turn for each in clocks for turn in each.turns)
    assert each_was_asked_in_its_turn(server, turns)
    assert min(b - a for a, b in pairwise(turns)) > 0.019


def test_a_host_is_asked_so_often_a_second_and_so_much_at_a_time(server, fetcher, tmp_path):
    server.otherwise = plays.body(PICTURE)
    server.delay_s = 0.05
    limits = FetchLimits(rate=50.0, connections=3)
    clocks = NotedClocks(OwnClocks())
    ours = fetcher(limits, clocks)

    under_way = [ours.fetch(server.address(f"/{n}.png"), tmp_path / str(n)) for n in range(20)]
    for each in under_way:
        each.result(timeout=PATIENCE_S)

    assert each_was_asked_in_its_turn(server, clocks.turns)
    assert min(b - a for a, b in pairwise(clocks.turns)) > 0.019
    assert server.most_at_once <= 3


def test_closing_gives_up_what_is_under_way(server, tmp_path):
    server.answers["/a.png"] = plays.dripping()
    fetcher = Fetcher(policy_of(Settings(fetch_private=f"127.0.0.1:{server.port}")))
    under_way = fetcher.fetch(server.address("/a.png"), tmp_path / "file")

    fetcher.close()

    assert under_way.cancelled()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a certificate of pictures.example that nobody but itself speaks for."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=pictures.example"),
            *("-addext", "subjectAltName=DNS:pictures.example"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def secure(certificate):
    """Give a server with that certificate, which notes by which name it is called."""
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    called = []
    context.sni_callback = lambda _socket, name, _context: called.append(name)
    with plays.picture_server(context) as server:
        yield server, called


def test_a_certificate_is_asked_for_by_name_and_not_by_address(secure, certificate, fetch):
    server, called = secure
    server.answers["/a.png"] = plays.body(PICTURE)
    names = TableOfNames(pictures_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    trusted = create_default_context(cafile=certificate / "cert.pem")
    private = f"pictures.example:{server.port},other.example:{server.port}"
    ours, other = (f"https://{n}.example:{server.port}/a.png" for n in ("pictures", "other"))

    came = fetch(ours, names=names, private=private, tls=trusted)
    with pytest.raises(NotHad, match="does not prove who it is: Hostname mismatch"):
        fetch(other, names=names, private=private, tls=trusted)
    with pytest.raises(NotHad, match="does not prove who it is: self"):
        fetch(ours, names=names, private=private)

    assert isinstance(came, Received)
    assert called[:2] == ["pictures.example", "other.example"]


def test_nothing_leads_from_https_to_http(secure, certificate, server, fetch):
    safe, _ = secure
    safe.answers["/a.png"] = plays.moved(server.address("/a.png"))
    names = TableOfNames(pictures_example=[["127.0.0.1"]])
    trusted = create_default_context(cafile=certificate / "cert.pem")
    private = f"pictures.example:{safe.port},127.0.0.1:{server.port}"

    with pytest.raises(RefusedAddress, match="from https to http"):
        fetch(
            f"https://pictures.example:{safe.port}/a.png", names=names, private=private, tls=trusted
        )
    assert server.asked == []

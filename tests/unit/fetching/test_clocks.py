"""When a host may be asked next: by one process, and by several beside each other."""

import itertools
import multiprocessing
import os

import pytest

from service.fetching.clocks import OwnClocks, SharedClocks


class Time:
    """An instant that only moves on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture(params=["own", "shared"])
def clocks(request, time, tmp_path):
    own = request.param == "own"
    clocks = OwnClocks(now=time) if own else SharedClocks(tmp_path / "clocks", now=time)
    yield clocks
    clocks.close()


def test_turns_of_a_host_are_as_far_apart_as_they_are_to_be(clocks):
    assert [clocks.take_turn("a", 0.5) for _ in range(3)] == [1000.0, 1000.5, 1001.0]


def test_time_that_nobody_used_is_not_made_up_for(clocks, time):
    clocks.take_turn("a", 0.5)
    time.now += 60

    assert [clocks.take_turn("a", 0.5) for _ in range(2)] == [1060.0, 1060.5]


def test_hosts_do_not_wait_for_each_other(clocks):
    clocks.take_turn("a", 0.5)

    assert clocks.take_turn("b", 0.5) == 1000.0


def test_a_host_that_wants_peace_is_paused_and_then_asked_half_as_often(clocks, time):
    clocks.slow_down("a", asked_at=999.0, pause_s=None)

    assert clocks.paused_until("a") == 1000.5
    assert [clocks.take_turn("a", 0.5) for _ in range(2)] == [1000.5, 1001.5]


def test_those_who_asked_together_slow_a_host_down_once(clocks, time):
    for _ in range(8):
        clocks.slow_down("a", asked_at=999.0, pause_s=None)
        time.now += 0.01

    first = clocks.take_turn("a", 0.5)
    assert clocks.take_turn("a", 0.5) - first == pytest.approx(1.0)


def test_pauses_of_a_host_that_goes_on_refusing_grow_and_have_an_end(clocks, time):
    pauses = []
    for _ in range(12):
        clocks.slow_down("a", asked_at=time.now, pause_s=None)
        pauses.append(clocks.paused_until("a") - time.now)
        time.now = clocks.paused_until("a")

    assert pauses[:4] == pytest.approx([0.5, 1, 2, 4])
    assert pauses[-1] == pytest.approx(16)


def test_a_host_that_answers_again_is_trusted_again(clocks, time):
    for _ in range(3):
        clocks.slow_down("a", asked_at=time.now, pause_s=None)
        time.now = clocks.paused_until("a")
    time.now += 300

    first = clocks.take_turn("a", 0.5)
    assert clocks.take_turn("a", 0.5) - first == pytest.approx(0.5)


def test_a_host_gets_the_peace_that_it_asks_for(clocks, time):
    clocks.slow_down("a", asked_at=999.0, pause_s=40.0)

    assert clocks.take_turn("a", 0.5) == 1040.0


def test_clocks_of_a_shop_are_one_though_many_hold_them(time, tmp_path):
    one, other = (SharedClocks(tmp_path / "clocks", now=time) for _ in range(2))

    turns = [each.take_turn("a", 0.5) for each in (one, other, one, other)]
    one.slow_down("a", 1000.0, 40.0)

    assert turns == [1000.0, 1000.5, 1001.0, 1001.5]
    assert other.paused_until("a") == 1040.0
    one.close()
    other.close()


def _take(path, count, out):
    clocks = SharedClocks(path)
    out.put([clocks.take_turn("a", 0.001) for _ in range(count)])
    clocks.close()


def test_no_two_processes_take_one_turn(tmp_path):
    context = multiprocessing.get_context("fork")
    out = context.SimpleQueue()
    others = [context.Process(target=_take, args=(tmp_path / "clocks", 200, out)) for _ in range(3)]

    for each in others:
        each.start()
    turns = sorted(turn for _ in others for turn in out.get())
    for each in others:
        each.join()

    assert min(b - a for a, b in itertools.pairwise(turns)) > 0.0009


@pytest.mark.parametrize(
    "told",
    [
        os.urandom(32 * 1024),
        b"\xff" * 32 * 1024,
        b"\x00",
        b"\x00\x00\x00\x00\x00\x00\xf8\x7f" * 4096,
    ],
    ids=["noise", "ones", "short", "not a number"],
)
def test_what_no_clock_can_say_is_not_believed(time, tmp_path, told):
    (tmp_path / "clocks").write_bytes(told)
    clocks = SharedClocks(tmp_path / "clocks", now=time)

    assert clocks.take_turn("a", 0.5) - time.now < 301
    assert clocks.take_turn("b", 0.5) - time.now < 301
    clocks.close()


def test_a_clock_of_the_time_before_the_machine_was_started_holds_nobody_up(time, tmp_path):
    clocks = SharedClocks(tmp_path / "clocks", now=time)
    time.now = 9_000_000.0
    clocks.slow_down("a", time.now, 60.0)
    time.now = 20.0

    assert clocks.take_turn("a", 0.5) == 20.0
    clocks.close()


def test_whoever_was_stopped_while_it_took_a_turn_is_not_waited_for(time, tmp_path):
    stopped, other = (SharedClocks(tmp_path / "clocks", now=time) for _ in range(2))

    with stopped._changing("a"):
        turn = other.take_turn("a", 0.5)

    assert turn == 1000.0
    stopped.close()
    other.close()

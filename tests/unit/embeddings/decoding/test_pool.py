"""Decoding in other processes: it ends when it should, harms nobody, and others go on."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from embeddings.decoding.budget import ByteBudget
from embeddings.decoding.decode import Wish
from embeddings.decoding.pool import DecoderPool
from embeddings.errors import DecodingBusy, UnreadablePhoto
from embeddings.limits import DEFAULT_LIMITS, PhotoLimits
from embeddings.photos.stream import read_stream
from tests.fakes import MeanColourEncoder, plain_picture
from tests.pictures import good_pictures
from tests.unit.embeddings.decoding.test_bounds import with_scans
from tests.waiting import PATIENCE_S, until

ROOT = Path(__file__).parents[4]
# Takes a second or so, within the bound on scans.
SLOW = with_scans(100, (3000, 3000))


@pytest.fixture
def pool():
    made = DecoderPool(2)
    yield made
    made.close()


def children():
    """Give the decoding processes of this one."""
    listed = " ".join(_text(task / "children") for task in Path("/proc/self/task").iterdir())
    return {int(pid) for pid in listed.split() if b"embeddings.decoding" in _command(int(pid))}


def _text(path):
    try:
        return path.read_text()
    except OSError:  # that thread has ended
        return ""


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def test_a_picture_that_takes_too_long_is_refused_and_the_next_is_read(pool):
    limits = PhotoLimits(max_cpu_s=0.05)

    with pytest.raises(UnreadablePhoto, match="more time or memory than any honest one"):
        pool.decode(SLOW, limits)

    assert pool.decode(good_pictures()["heic"], DEFAULT_LIMITS).shape == (36, 48, 3)


def _worked_s(pid):
    """Give the seconds of the processor that a process has had."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_process_that_dies_is_an_error_of_its_picture_alone(pool):
    before, found = children(), []
    pool.decode(good_pictures()["png"], DEFAULT_LIMITS)
    (pid,) = children() - before
    idle_s = _worked_s(pid)

    def reading():
        with pytest.raises(UnreadablePhoto):
            pool.decode(SLOW, DEFAULT_LIMITS)
        found.append("refused")

    thread = threading.Thread(target=reading)
    thread.start()
    until(lambda: _worked_s(pid) > idle_s + 0.05)
    os.kill(pid, signal.SIGKILL)
    thread.join(PATIENCE_S)

    assert found == ["refused"]
    assert pool.decode(good_pictures()["avif"], DEFAULT_LIMITS).shape == (36, 48, 3)


def test_a_process_that_died_idle_is_replaced(pool):
    before = children()
    pool.decode(good_pictures()["png"], DEFAULT_LIMITS)
    (pid,) = children() - before
    os.kill(pid, signal.SIGKILL)
    until(lambda: not _command(pid))

    assert pool.decode(good_pictures()["png"], DEFAULT_LIMITS).shape == (36, 48, 3)


def test_a_picture_is_read_by_another_where_its_process_ended_before_it(pool):
    before = children()
    pool.decode(good_pictures()["png"], DEFAULT_LIMITS)
    (pid,) = children() - before
    os.kill(pid, signal.SIGSTOP)  # so that it lies unread when the process ends
    later = threading.Timer(0.2, os.kill, (pid, signal.SIGKILL))
    later.start()

    assert pool.decode(good_pictures()["png"], DEFAULT_LIMITS).shape == (36, 48, 3)
    later.join()


def test_a_picture_is_read_by_another_where_its_process_ended_at_the_start(pool):
    before = children()
    pool.warm_up()
    until(lambda: children() - before)
    (pid,) = children() - before
    os.kill(pid, signal.SIGKILL)

    assert pool.decode(good_pictures()["png"], DEFAULT_LIMITS).shape == (36, 48, 3)


def test_a_stopped_wait_ends_the_decoding(pool):
    before, stop, found = children(), threading.Event(), []

    def reading():
        with pytest.raises(DecodingBusy):
            pool.decode(SLOW, PhotoLimits(max_cpu_s=60), Wish(), stop)
        found.append("stopped")

    thread = threading.Thread(target=reading)
    thread.start()
    until(lambda: children() - before)
    stop.set()
    thread.join(PATIENCE_S)

    assert found == ["stopped"]
    until(lambda: not children() - before)


def test_no_more_processes_than_asked_for_run_at_once(pool):
    before, most, wrong = children(), [], []
    data = good_pictures()["heic"]

    def reading():
        for _ in range(5):
            if pool.decode(data, DEFAULT_LIMITS).shape != (36, 48, 3):
                wrong.append(1)
            most.append(len(children() - before))

    threads = [threading.Thread(target=reading) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert max(most) <= 2


def test_who_waits_too_long_for_a_process_is_told(pool):
    pool = DecoderPool(1)
    threads = [threading.Thread(target=pool.decode, args=(SLOW, DEFAULT_LIMITS))]
    before = children()
    threads[0].start()
    until(lambda: children() - before)

    with pytest.raises(DecodingBusy, match="try again"):
        pool.decode(good_pictures()["png"], PhotoLimits(max_wait_s=0))

    threads[0].join()
    pool.close()


def test_a_picture_is_alone_with_its_process(pool, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_HOME", "/srv/a secret place")
    before = children()
    pool.decode(good_pictures()["png"], DEFAULT_LIMITS)
    (pid,) = children() - before

    files = {
        os.readlink(f"/proc/{pid}/fd/{fd}").split(":")[0] for fd in os.listdir(f"/proc/{pid}/fd")
    }

    assert b"LOOKALIKE" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert files == {"/dev/null", "socket", "pipe"}
    assert os.getpgid(pid) != os.getpgid(0)


def run(code):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        cwd=ROOT,
        check=False,
    )


def test_a_program_that_ends_leaves_no_process_and_no_word():
    ended = run(
        "from embeddings.photos.photo import open_photo\n"
        "from tests.pictures import good_pictures\n"
        "from tests.unit.embeddings.decoding.test_pool import children\n"
        "open_photo(good_pictures()['heic'])\n"
        "print(*children())"
    )

    assert ended.stderr == ""
    pid = int(ended.stdout)
    until(lambda: b"embeddings.decoding" not in _command(pid))


def test_a_program_that_is_killed_leaves_no_process():
    ended = run(
        "import os\n"
        "from embeddings.photos.photo import open_photo\n"
        "from tests.pictures import good_pictures\n"
        "from tests.unit.embeddings.decoding.test_pool import children\n"
        "open_photo(good_pictures()['heic'])\n"
        "print(*children(), flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )

    assert ended.returncode == -signal.SIGKILL
    pid = int(ended.stdout)
    until(lambda: b"embeddings.decoding" not in _command(pid))


def test_a_forked_program_reads_pictures_of_its_own():
    ended = run(
        "import os\n"
        "from embeddings.photos.photo import open_photo\n"
        "from tests.pictures import good_pictures\n"
        "data = good_pictures()['heic']\n"
        "open_photo(data)\n"
        "child = os.fork()\n"
        "print(open_photo(data).pixels.shape, flush=True)\n"
        "child and os.waitpid(child, 0)"
    )

    assert ended.stdout.splitlines() == ["(36, 48, 3)"] * 2
    assert ended.stderr == ""


def test_memory_beyond_what_was_reserved_is_not_to_be_had():
    ended = run(
        "from embeddings.confined import allow\n"
        "from embeddings.decoding.process import _SLACK_BYTES\n"
        "allow(50_000_000 + _SLACK_BYTES)\n"
        "kept = bytearray(40_000_000)\n"
        "try:\n"
        "    more = bytearray(2 * _SLACK_BYTES)\n"
        "except MemoryError:\n"
        "    print('refused')"
    )

    assert ended.stdout == "refused\n"


def taken(sizes, total):
    """Have threads that came in this order take so much; give what was held, and who had it."""
    budget, held, most, order = ByteBudget(), [0], [], []
    lock = threading.Lock()

    def taking(number, size):
        with budget.holding(size, total, time.monotonic() + PATIENCE_S):
            with lock:
                held[0] += size
                most.append(held[0])
                order.append(number)
            time.sleep(0.001)
            with lock:
                held[0] -= size

    threads = []
    with budget.holding(total, total, time.monotonic() + PATIENCE_S):
        for number, size in enumerate(sizes):
            threads.append(threading.Thread(target=taking, args=(number, size)))
            threads[-1].start()
            until(lambda: len(budget._waiting) == len(threads))
    for thread in threads:
        thread.join()
    return most, order


def test_a_budget_never_gives_more_than_it_has():
    sizes = [30, 90, 10, 100, 5, 60, 40, 1] * 4

    most, order = taken(sizes, 100)

    assert max(most) <= 100
    assert sorted(order) == list(range(len(sizes)))


def test_a_budget_serves_in_turn():
    sizes = [60, 95, 10, 95] * 6  # 10 would fit in beside 60, but does not pass what waits before

    _, order = taken(sizes, 100)

    assert order == list(range(len(sizes)))


def test_a_budget_that_is_held_is_waited_for_until_the_time_is_over():
    budget = ByteBudget()

    with budget.holding(80, 100, 0 + time.monotonic()):
        with pytest.raises(DecodingBusy), budget.holding(30, 100, time.monotonic()):
            pass
        with budget.holding(20, 100, time.monotonic() + PATIENCE_S):
            pass


def test_an_interrupted_stream_reads_what_the_network_has_begun_and_no_more():
    gate, begun = threading.Event(), []

    class Gated(MeanColourEncoder):
        """Reads light pictures, and dark ones when it is let."""

        def read(self, photos):
            begun.append(len(photos))
            if photos[0].pixels.mean() < 128:
                gate.wait(PATIENCE_S)
            return super().read(photos)

    # One picture a part; the two that are asked for are light, whichever thread has them when.
    light, dark = (plain_picture((of,) * 3, kind="JPEG") + bytes(600_000) for of in (220, 30))
    parts = [(number, light if number < 2 else dark) for number in range(40)]
    stream: Any = read_stream(parts, Gated(), DEFAULT_LIMITS, useful_side=64, threads=2)
    given = [next(stream).key, next(stream).key]
    until(lambda: len(begun) == 4)  # each thread has one in the network, and more wait

    stopped = stream.gi_frame.f_locals["reader"].stop
    closing = threading.Thread(target=stream.close)
    closing.start()
    assert stopped.wait(PATIENCE_S)
    gate.set()
    closing.join(PATIENCE_S)

    assert not closing.is_alive()
    assert given == [0, 1]
    assert begun == [1, 1, 1, 1]

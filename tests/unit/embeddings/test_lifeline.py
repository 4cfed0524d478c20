"""A child process ends with the one that started it, however that ended, at whatever work."""

import subprocess
import sys
from pathlib import Path

from tests.tiny_bundle import make_bundle
from tests.unit.embeddings.reading.test_trial import loop, with_last_step
from tests.waiting import until

ROOT = Path(__file__).parents[3]

_HOLDER = """
import subprocess, sys
from embeddings.lifeline import Lifeline
held = "import sys; from embeddings.lifeline import hold; hold(int(sys.argv[1])); "
lines = [Lifeline(), Lifeline()]
at_work, at_rest = [
    subprocess.Popen([sys.executable, "-c", held + work, str(line.child)], pass_fds=[line.child])
    for line, work in zip(lines, ["sum(iter(int, 1))", "import time; time.sleep(1000)"])
]
at_work.wait()
"""
_TRIER = """
import sys
from pathlib import Path
from embeddings.model.bundle import load_bundle
from embeddings.reading.trial import try_out
try_out(load_bundle(Path(sys.argv[1])), seconds=1000)
"""
_DECODER = """
from embeddings.decoding.pool import DecoderPool
from embeddings.limits import PhotoLimits
from tests.unit.embeddings.decoding.test_pool import SLOW
pool = DecoderPool(1)
while True:
    pool.decode(SLOW, PhotoLimits())
"""


def is_gone(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"  # over, though nobody has asked how it ended


def processor_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / 100


def children_of(process):
    return [
        int(pid)
        for task in Path(f"/proc/{process.pid}/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]


def kill_while_at_work(code, *arguments, children=1, worked_s):
    """Kill a program whose children have worked for so long in all; give the children."""
    with subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT) as process:
        until(lambda: len(children_of(process)) == children)
        begun = children_of(process)
        until(lambda: sum(map(processor_s, begun)) > worked_s)
        process.kill()
    return begun


def test_children_at_work_and_at_rest_end_with_a_parent_that_was_killed():
    begun = kill_while_at_work(_HOLDER, children=2, worked_s=0.5)

    until(lambda: all(map(is_gone, begun)))


def test_a_network_without_an_end_ends_with_who_tries_it_out(tmp_path):
    node, rounds = loop(10**12)
    endless = with_last_step(make_bundle(tmp_path / "tiny"), node, constants=[rounds])

    begun = kill_while_at_work(_TRIER, str(endless.path), worked_s=1.5)

    until(lambda: all(map(is_gone, begun)))


def test_a_decoder_ends_with_who_asked_it_for_a_picture():
    begun = kill_while_at_work(_DECODER, worked_s=0.5)

    until(lambda: all(map(is_gone, begun)))

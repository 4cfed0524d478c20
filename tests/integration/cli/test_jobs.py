"""`lookalike jobs` and `lookalike worker`, as whoever runs the shop uses them."""

import json
import signal
from contextlib import closing

import pytest

from service.access.actor import at_the_machine
from service.cli.entry import run
from service.jobs import keeping
from service.settings.environment import Settings
from service.wiring import build_services
from tests.tiny_bundle import make_bundle


@pytest.fixture
def home(tmp_path, monkeypatch):
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    return tmp_path / "home"


@pytest.fixture
def _signals():
    """Put the handlers back that a worker takes over, and keep this process as nice as it was."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def said(capsys, *arguments, code=0):
    assert run(list(arguments)) == code
    return capsys.readouterr()


def ask(home):
    with closing(build_services(Settings(home=home))) as services:
        return keeping.create(
            "verify", {}, by=at_the_machine(), services=services, title="all"
        ).number


@pytest.mark.usefixtures("_signals")
def test_a_job_is_listed_steered_done_and_shown(home, capsys, monkeypatch):
    monkeypatch.setattr("os.nice", lambda _by: 0)
    number = str(ask(home))

    paused = said(capsys, "jobs", "pause", number).out
    said(capsys, "worker", "--until-idle")
    rests = json.loads(said(capsys, "jobs", "show", number, "--json").out)
    resumed = said(capsys, "jobs", "resume", number).out
    said(capsys, "worker", "--until-idle")
    shown = said(capsys, "jobs", "show", number).out
    [listed] = json.loads(said(capsys, "jobs", "list", "--state", "done", "--json").out)

    assert (paused, resumed) == (f"the job {number} is paused\n", f"the job {number} is queued\n")
    assert (rests["state"], rests["done"]) == ("paused", 0)
    assert "message: drift 0, 0 problems, 0 repaired" in shown
    assert (listed["kind"], listed["title"], listed["counts"]) == (
        "verify",
        "all",
        {"drift": 0, "repaired": 0},
    )


def test_the_list_is_a_table_for_people(home, capsys):
    number = ask(home)

    told = said(capsys, "jobs", "list").out.splitlines()

    assert told[0].split("\t") == ["job", "kind", "of", "state", "done", "left", "errors", "by"]
    assert told[1].split("\t")[:5] == [str(number), "verify", "all", "queued", "0"]


def test_what_cannot_be_asked_of_a_job_is_told_in_one_line(home, capsys):
    number = str(ask(home))
    said(capsys, "jobs", "cancel", number)

    told = said(capsys, "jobs", "resume", number, code=1).err

    assert told == f"lookalike: the job {number} is cancelled, so it cannot be resumed\n"
    assert "there is no job 99" in said(capsys, "jobs", "show", "99", code=1).err

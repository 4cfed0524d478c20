"""`lookalike jobs`: background work, looked at and steered."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import click

from catalog.jobs import JobState, LineKind
from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table
from service.jobs import keeping
from service.jobs.job import Job
from service.jobs.telling import as_record, lasting
from service.settings.environment import Settings
from service.wiring import build_services

_SHOWN = 20


@click.group(
    "jobs",
    epilog=examples(
        "lookalike jobs list",
        "lookalike jobs show 7",
        "lookalike jobs pause 7",
        "lookalike jobs resume 7",
        "lookalike jobs cancel 7",
    ),
)
def command() -> None:
    """Look at background work, pause it, cancel it, let it go on."""


@command.command("list", epilog=examples("lookalike jobs list --state running --json"))
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([each.value for each in JobState]),
    help="Only jobs in this state; may be repeated.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_jobs(states: tuple[str, ...], wants_json: bool, settings: Settings) -> None:
    """List the newest jobs: what they are, who asked for them, and how far they are."""
    with closing(build_services(settings)) as services:
        found = keeping.newest(
            _SHOWN, services=services, states=[JobState(each) for each in states]
        )
    if wants_json:
        as_json([as_record(job) for job in found])
        return
    rows = [
        (
            str(job.number),
            job.kind,
            job.title,
            job.state.value,
            f"{job.done:,}" + ("" if job.total is None else f" of {job.total:,}"),
            lasting(job.seconds_left),
            str(job.errors),
            job.asked_by,
        )
        for job in found
    ]
    names = ("job", "kind", "of", "state", "done", "left", "errors", "by")
    table(names, rows, right=("job", "done", "left", "errors"))


@command.command("show", epilog=examples("lookalike jobs show 7 --json"))
@click.argument("number", type=click.IntRange(1))
@click.option("--json", "wants_json", is_flag=True, help="Print the job as JSON.")
@with_settings
def show(number: int, wants_json: bool, settings: Settings) -> None:
    """Show one job, and the first lines that could not be dealt with."""
    with closing(build_services(settings)) as services:
        job = keeping.get(number, services=services)
        errors = list(keeping.lines(number, LineKind.ERROR, services=services, most=_SHOWN))
    if wants_json:
        as_json(as_record(job))
        return
    for name, value in as_record(job).items():
        if value not in (None, "", {}):
            click.echo(f"{name.replace('_', ' ')}: {_plain(value)}")
    if errors:
        rows = [(str(each.line), each.sku, each.message) for each in errors]
        table(("line", "sku", "reason"), rows)
        if job.errors > len(errors):
            click.echo(f"... and {job.errors - len(errors)} more")


@command.command("pause", epilog=examples("lookalike jobs pause 7"))
@click.argument("number", type=click.IntRange(1))
@with_settings
def pause(number: int, settings: Settings) -> None:
    """Let a job rest; what it has finished stays."""
    _steer(keeping.pause, number, settings)


@command.command("resume", epilog=examples("lookalike jobs resume 7"))
@click.argument("number", type=click.IntRange(1))
@with_settings
def resume(number: int, settings: Settings) -> None:
    """Let a job that rests or has failed go on where it was."""
    _steer(keeping.resume, number, settings)


@command.command("cancel", epilog=examples("lookalike jobs cancel 7"))
@click.argument("number", type=click.IntRange(1))
@with_settings
def cancel(number: int, settings: Settings) -> None:
    """End a job; what it has finished stays."""
    _steer(keeping.cancel, number, settings)


def _steer(act: Callable[..., Job], number: int, settings: Settings) -> None:
    with closing(build_services(settings)) as services:
        job = act(number, by=at_the_machine(), services=services)
    asked = "" if job.wish is None else f", and is to be {job.wish.value}d at its next step"
    click.echo(f"the job {job.number} is {job.state.value}{asked.replace('canceld', 'cancelled')}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{each} {number}" for each, number in value.items())
    return str(value)

"""`lookalike worker`: does background work beside the server."""

import click

from service.cli.options import examples, hold_lifeline, lifeline_option, with_settings
from service.settings.environment import Settings


@click.command(
    "worker",
    epilog=examples("lookalike worker", "lookalike worker --until-idle"),
)
@click.option("--until-idle", is_flag=True, help="End when no job waits.")
@lifeline_option
@with_settings
def command(settings: Settings, until_idle: bool, lifeline: int | None) -> None:
    """Do background work: imports, tagging, checks.

    `lookalike serve` runs one worker by itself, unless LOOKALIKE_QUEUE_URL names a Redis. More of
    them may run on the same shop, and each job is done by one. Stopped or killed, it loses no
    job: another goes on where it was.
    """
    hold_lifeline(lifeline)
    from service.web.monitoring.logs import configure
    from service.worker.process import run_worker

    configure(settings)
    run_worker(settings, until_idle=until_idle)

"""`lookalike verify`: whether database, pictures and index agree."""

from contextlib import closing
from dataclasses import asdict

import click

from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.cli.progress import progress_bar
from service.settings.environment import Settings
from service.upkeep.verify import VerifyReport, verify
from service.wiring import build_services
from service.wording import counted, was_or_were

_SHOWN = 20


@click.command(
    "verify",
    epilog=examples("lookalike verify", "lookalike verify --repair", "lookalike verify --json"),
)
@click.option("--repair", is_flag=True, help="Restore what can be restored.")
@click.option(
    "--accept",
    is_flag=True,
    help="Take rows that are not as they were written as they are now, once you have looked.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print the report as JSON.")
@with_settings
def command(repair: bool, accept: bool, wants_json: bool, settings: Settings) -> None:
    """Check that database, pictures and index agree, and mend it.

    Nothing is deleted that may be the only copy: pictures that are damaged or of no product are
    moved to the folder quarantine/.

    Exits with 1 if anything is left by which an answer can be wrong.
    """
    with closing(build_services(settings)) as services, progress_bar("Verifying") as progress:
        report = verify(services=services, repair=repair, accept=accept, progress=progress)
    if wants_json:
        as_json({"drift": report.drift, **asdict(report)})
    else:
        _show(report)
        if report.set_aside:
            moved, were = counted(report.set_aside, "picture"), was_or_were(report.set_aside)
            click.echo(f"{moved} {were} moved to {settings.quarantine}")
    if report.drift:
        advice = "do what is said of each" if repair else "run `lookalike verify --repair`"
        spoil = "spoils" if report.drift == 1 else "spoil"
        tell(f"{counted(report.drift, 'disagreement')} {spoil} answers; {advice}")
        click.get_current_context().exit(1)


def _show(report: VerifyReport) -> None:
    click.echo(f"drift {report.drift}")
    if report.repaired:
        click.echo(f"{len(report.repaired)} repaired")
    if report.problems:
        rows = [(p.kind.value, p.subject, p.advice) for p in report.problems[:_SHOWN]]
        table(("problem", "of", "what to do"), rows)
        if len(report.problems) > _SHOWN:
            click.echo(f"... and {len(report.problems) - _SHOWN} more; --json lists them")

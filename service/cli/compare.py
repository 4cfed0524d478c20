"""`lookalike model compare`: another model beside the present one, on the shop's own catalogue."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.cli.progress import progress_bar
from service.comparing.compare import compare_model
from service.comparing.comparison import Change, Comparison
from service.comparing.page import write_page
from service.comparing.rows import both_sides, in_common, own_categories
from service.settings.environment import Settings
from service.wiring import build_services

_SHOWN = 10  # changes of category


@click.command(
    "compare",
    epilog=examples(
        "lookalike model compare /srv/models/spring",
        "lookalike model compare clothing-photos --output compared.html",
        "lookalike model compare /srv/models/spring --json",
    ),
)
@click.argument("bundle")
@click.option(
    "--queries",
    type=click.IntRange(1, 100_000),
    default=1_000,
    show_default=True,
    help="How many photos to look up the nearest products of.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Also write a page with pictures of what would change: one HTML file.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print the comparison as JSON.")
@with_settings
def compare(
    bundle: str, queries: int, output: Path | None, wants_json: bool, settings: Settings
) -> None:
    """Compare the model of BUNDLE (a shipped name or a folder) with the one that answers.

    It reads every photo beside the running service, which goes on answering with its own model.
    What it reads is kept: `lookalike model promote` is quick afterwards.
    """
    with closing(build_services(settings)) as services:
        model = services.models.open(bundle)
        with progress_bar("Reading") as progress:
            found = compare_model(model, queries, services=services, progress=progress)
        if output is not None:
            write_page(found, output, services=services)
    if wants_json:
        as_json(found)
        return
    _show(found)
    if output is not None:
        tell(f"pictures of what would change are in {output}")


def _show(found: Comparison) -> None:
    columns = ("", f"now: {found.before.name}", f"then: {found.after.name}", "of")
    table(columns, both_sides(found), right=columns[1:])
    table(("the same now and then", "share", "of"), in_common(found), right=("share", "of"))
    for line in own_categories(found):
        click.echo(line)
    _show_changes("category now", found.changes)
    _show_changes("finer or wider name now", found.finer)


def _show_changes(title: str, changes: Sequence[Change]) -> None:
    if changes:
        rows = [
            (each.before, each.after, f"{each.photos:,}", ", ".join(p.sku for p in each.examples))
            for each in changes[:_SHOWN]
        ]
        table((title, "then", "photos", "such as"), rows, right=("photos",))
    if len(changes) > _SHOWN:
        click.echo(f"... and {len(changes) - _SHOWN} more such changes; --json lists them")

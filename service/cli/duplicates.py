"""`lookalike duplicates`: products that the shop may have twice."""

from contextlib import closing

import click

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.cli.progress import progress_bar
from service.duplicates.deciding import free
from service.duplicates.queue import WORDS, open_queue
from service.duplicates.searching import find_all
from service.settings.environment import Settings
from service.wiring import build_services
from service.wording import counted

_SHOWN = 50


@click.group(
    "duplicates",
    epilog=examples(
        "lookalike duplicates find",
        "lookalike duplicates list",
        "lookalike duplicates list --kind same_picture --json",
    ),
)
def command() -> None:
    """Find products that the shop may have twice, and list them."""


@command.command("find", epilog=examples("lookalike duplicates find --again"))
@click.option("--again", is_flag=True, help="Compare also what was compared before.")
@click.option("--json", "wants_json", is_flag=True, help="Print what came of it as JSON.")
@with_settings
def find(again: bool, wants_json: bool, settings: Settings) -> None:
    """Compare the pictures of all products, and propose those that may be one.

    Imports do so with what they bring. This does the rest: pictures that came otherwise, and those
    of a shop that is older than this. Interrupted, it goes on where it was.
    """
    with (
        closing(build_services(settings)) as services,
        progress_bar("Comparing", "pictures") as progress,
    ):
        found = find_all(services=services, again=again, progress=progress)
    if wants_json:
        as_json(found)
        return
    pairs = counted(found.proposed, "new pair")
    click.echo(f"{counted(found.photos, 'picture')} compared: {pairs} of products that may be one")


@command.command("list", epilog=examples("lookalike duplicates list --kind variant"))
@click.option("--kind", type=click.Choice(list(Kind)), help="Only pairs of this kind.")
@click.option("--sku", help="Only pairs of this product.")
@click.option("--json", "wants_json", is_flag=True, help="Print all of them as JSON.")
@with_settings
def list_pairs(kind: str | None, sku: str | None, wants_json: bool, settings: Settings) -> None:
    """List the pairs of products that wait for a decision, the surest first."""
    wanted = PairFilter(None if kind is None else Kind(kind), sku)
    with closing(build_services(settings)) as services:
        queue = open_queue(wanted, -1 if wants_json else _SHOWN, services=services)
    if wants_json:
        as_json(
            [
                {
                    "number": each.number,
                    "left": each.left,
                    "right": each.right,
                    "kind": each.kind.value,
                    "score": round(each.score, 4),
                    "reason": each.reason,
                }
                for each in queue.pairs
            ]
        )
        return
    if not queue.total:
        click.echo("no pair of products waits for a decision")
        return
    rows = [
        (str(each.number), each.left, each.right, WORDS[each.kind], each.reason)
        for each in queue.pairs
    ]
    table(("number", "product", "and", "may be", "because"), rows, right=("number",))
    if queue.total > len(queue.pairs):
        click.echo(f"... and {queue.total - len(queue.pairs)} more; --json lists all")


@command.command("free", epilog=examples("lookalike duplicates free OLD-123"))
@click.argument("sku")
@with_settings
def free_sku(sku: str, settings: Settings) -> None:
    """Let SKU be used again that was merged into another product.

    Until then nothing comes in under it, and its address leads to the other product. To bring the
    product itself back, undo the merge.
    """
    with closing(build_services(settings)) as services:
        freed = free(sku, by=at_the_machine(), services=services)
    if freed is None:
        tell(f"'{sku}' was not merged into another product")
        click.get_current_context().exit(1)
    click.echo(f"'{freed}' can be used again")

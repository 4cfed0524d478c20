"""`lookalike duplicates`: products that the shop may have twice."""

from contextlib import closing

import click

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.cli.progress import progress_bar
from service.duplicates.bulk import WORDS as WORDS_OF_MANY
from service.duplicates.bulk import decide_bulk, steps_looked_at
from service.duplicates.deciding import free
from service.duplicates.decision import Verdict
from service.duplicates.previewing import BulkPreview, preview_bulk
from service.duplicates.queue import WORDS, open_queue
from service.duplicates.searching import find_all
from service.jobs.kinds.deciding_pairs import ask_to_decide, is_long_decision
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
        "lookalike duplicates decide merge --kind same_picture",
    ),
)
def command() -> None:
    """Find products that the shop may have twice, and decide on them."""


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
@click.option(
    "--kind", type=click.Choice([each.value for each in Kind]), help="Only pairs of this kind."
)
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


@command.command("decide", epilog=examples("lookalike duplicates decide merge --at-least 0.97"))
@click.argument(
    "verdict", metavar="merge|link|dismiss", type=click.Choice([each.value for each in Verdict])
)
@click.option(
    "--kind", type=click.Choice([each.value for each in Kind]), help="Only pairs of this kind."
)
@click.option("--sku", help="Only pairs of this product.")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.0, help="Only pairs with this score."
)
@click.option("--yes", is_flag=True, help="Do not ask whether that is meant.")
@with_settings
def decide_many(
    verdict: str, kind: str | None, sku: str | None, at_least: float, yes: bool, settings: Settings
) -> None:
    """Decide many pairs at once: one product, variants of one style, or two products.

    It says beforehand what that would do. Of two that are merged the one that came first stays.
    Many pairs become a job, which a worker does; `lookalike serve` has one.
    """
    wanted, meant = (
        PairFilter(None if kind is None else Kind(kind), sku, at_least),
        Verdict(verdict),
    )
    with closing(build_services(settings)) as services:
        look = preview_bulk(wanted, meant, services=services)
        click.echo(_would(look, meant))
        if not look.decided:
            return
        if not (yes or click.confirm("Go on?")):
            click.echo("nothing was decided")
            return
        looked = steps_looked_at(wanted, look.digest, services=services)
        if is_long_decision(looked.steps):
            job = ask_to_decide(
                looked.steps, meant, by=at_the_machine(), services=services, at=looked.at
            )
            click.echo(f"asked for: see lookalike jobs show {job.number}")
            return
        done = decide_bulk(
            looked.steps, meant, by=at_the_machine(), services=services, asked_at=looked.at
        )
    for reason in done.cannot:
        tell(reason)
    undo = (
        "" if done.change is None else f"; to undo it, see the change {done.change} under Changes"
    )
    click.echo(f"{counted(done.decided, 'pair')} {WORDS_OF_MANY[meant]}{undo}")


def _would(look: BulkPreview, verdict: Verdict) -> str:
    told = f"of {counted(look.pairs, 'pair')} {look.decided} would be {WORDS_OF_MANY[verdict]}"
    if verdict is Verdict.MERGE:
        told += f", and {counted(look.withdrawn, 'product')} withdrawn"
    told += f"; {look.fallen} fall away by another one" if look.fallen else ""
    told += f"; {look.refused} cannot be" if look.refused else ""
    told += f"; {look.more} more wait for another time" if look.more else ""
    return told


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

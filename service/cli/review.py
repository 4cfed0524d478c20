"""`lookalike review`: the queue of products that want a person's look."""

from contextlib import closing

import click

from service.cli.options import examples, with_settings
from service.cli.output import as_json, table
from service.cli.progress import progress_bar
from service.review.figures import Listed, count_left, count_unseen, listed
from service.review.looking import look_at_all
from service.settings.environment import Settings
from service.wiring import build_services
from service.wording import counted

_WORDS = {
    "unsure": "unsure",
    "not_a_garment": "no garment?",
    "neighbours": "neighbours are called otherwise",
    "files": "files call its neighbours otherwise",
    "network": "the network says otherwise than the file",
}


@click.group("review", epilog=examples("lookalike review list"))
def command() -> None:
    """List the products that want a person's look."""


@command.command(
    "list",
    epilog=examples(
        "lookalike review list",
        "lookalike review list --look --most 100",
        "lookalike review list --json",
    ),
)
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    help="At most so many.",
)
@click.option(
    "--look", is_flag=True, help="Look at the neighbours of every product first; may take minutes."
)
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_queue(most: int, look: bool, wants_json: bool, settings: Settings) -> None:
    """List what wants a look and why, the most useful first; what was skipped comes last."""
    with closing(build_services(settings)) as services:
        if look:
            with progress_bar("Looking", "products") as progress:
                look_at_all(services=services, progress=progress)
        found = listed(most, services=services)
        left = count_left(services=services)
        unseen = count_unseen(services=services)
    if wants_json:
        items = [_record(each) for each in found]
        as_json({"left": left, "not_looked_at": unseen, "products": items})
        return
    rows = [
        (
            each.sku,
            ", ".join(_WORDS[reason] for reason in each.reasons) or "unsure",
            f"{each.confidence:.0%}",
            "skipped" if each.worth is None else f"{each.worth:.2f}",
            each.held_by or "",
        )
        for each in found
    ]
    if rows:
        table(("sku", "why", "sure", "worth", "in hand of"), rows, right=("sure", "worth"))
    products = f"{counted(left, 'product')} {'wants' if left == 1 else 'want'}"
    more = f"; the neighbours of {unseen:,} are yet to be looked at (--look does)" if unseen else ""
    click.echo(f"{products} a look{more}", err=True)


def _record(each: Listed) -> dict[str, object]:
    return {
        "sku": each.sku,
        "reasons": list(each.reasons),
        "confidence": each.confidence,
        "worth": each.worth,
        "skipped": each.worth is None,
        "held_by": each.held_by,
        "held_until": each.held_until.isoformat() if each.held_until else None,
    }

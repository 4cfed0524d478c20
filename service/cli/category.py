"""`lookalike category`: the shop's own words for categories."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass

import click

from catalog import vocabulary
from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, reporting, table, tell
from service.cli.recording import done
from service.finding.aisles import Aisle
from service.finding.browse import category_counts
from service.finding.offered import offer
from service.settings.environment import Settings
from service.stock.meanings import map_category, unmap_category
from service.wiring import build_services
from service.wording import counted


@click.group(
    "category",
    epilog=examples(
        "lookalike category list",
        "lookalike category map Tshirts T-Shirt",
        "lookalike category unmap Tshirts",
    ),
)
def command() -> None:
    """List the categories, and map your words to them."""


@command.command("list", epilog=examples("lookalike category list --json"))
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_categories(wants_json: bool, settings: Settings) -> None:
    """List the categories with their products, and the words that stand for them.

    One that belongs to another stands below it; its products count there, too.
    """
    with closing(build_services(settings)) as services:
        with services.database.reading() as session:
            meanings = vocabulary.meanings(session)
        listed = list(_listed(category_counts(services=services), None))
        tree = offer(services).tree
    known = {each.category for each in listed}
    named = dict.fromkeys(each.category for each in meanings if each.category not in known)
    listed += [_Listed(name, tree.get(name), 0) for name in named]
    words = {e.category: [m.word for m in meanings if m.category == e.category] for e in listed}
    if wants_json:
        as_json([{**asdict(each), "words": words[each.category]} for each in listed])
        return
    rows = [
        (e.category, e.belongs_to or "", f"{e.products:,}", ", ".join(words[e.category]))
        for e in listed
    ]
    table(("category", "belongs to", "products", "words for it"), rows, right=("products",))


@dataclass(frozen=True, slots=True)
class _Listed:
    category: str
    belongs_to: str | None  # another category, by the model's tree
    products: int  # those of what belongs to it among them


def _listed(aisles: Sequence[Aisle], parent: str | None) -> Iterator[_Listed]:
    """Give categories with those below them, each after the one that it belongs to."""
    for each in aisles:
        yield _Listed(each.category, parent, each.products)
        yield from _listed(each.below, each.category)


@command.command("map", epilog=examples("lookalike category map Tshirts T-Shirt"))
@click.argument("word")
@click.argument("category")
@with_settings
def map_word(word: str, category: str, settings: Settings) -> None:
    """Let a WORD of the shop stand for a CATEGORY, in imports and labels.

    Products that people called so are of that category from now on, as one of the changes that
    the staff can undo. A word that stands for itself is no longer asked about. Where the command
    is broken off, the same again goes on.
    """
    with closing(build_services(settings)) as services:
        mapped = map_category(word, category, by=at_the_machine(), services=services)
    more = ""
    if mapped.products:
        are = "is" if mapped.products == 1 else "are"
        more = f"; {counted(mapped.products, 'product')} {are} of it now"
    if mapped.number is not None:
        more += f"; to undo it, see the change {mapped.number} under Changes"
    with reporting():
        click.echo(f"'{word}' stands for '{category}'{more}")


@command.command("unmap", epilog=examples("lookalike category unmap Tshirts"))
@click.argument("word")
@with_settings
def unmap_word(word: str, settings: Settings) -> None:
    """Let a WORD of the shop stand for itself again; products stay what they are."""
    with closing(build_services(settings)) as services:
        known = unmap_category(word, services=services)
        if known:
            done(services, "category.unmap", word)
    if not known:
        tell(f"'{word}' stands for nothing; `lookalike category list` shows what does")
        click.get_current_context().exit(1)
    with reporting():
        click.echo(f"'{word}' stands for itself")

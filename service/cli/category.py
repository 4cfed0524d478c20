"""`lookalike category`: the shop's own words for categories."""

from contextlib import closing

import click

from catalog import vocabulary
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.cli.recording import done
from service.finding.browse import category_counts
from service.settings.environment import Settings
from service.stock.changing import map_category, unmap_category
from service.wiring import build_services


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
    """List the categories with their products, and the words that stand for them."""
    with closing(build_services(settings)) as services:
        with services.database.reading() as session:
            meanings = vocabulary.meanings(session)
        products = {each.category: each.products for each in category_counts(services=services)}
    for each in meanings:
        products.setdefault(each.category, 0)
    words = {name: [m.word for m in meanings if m.category == name] for name in products}
    if wants_json:
        as_json([{"category": n, "products": products[n], "words": words[n]} for n in products])
        return
    rows = [(name, str(count), ", ".join(words[name])) for name, count in products.items()]
    table(("category", "products", "words for it"), rows, right=("products",))


@command.command("map", epilog=examples("lookalike category map Tshirts T-Shirt"))
@click.argument("word")
@click.argument("category")
@with_settings
def map_word(word: str, category: str, settings: Settings) -> None:
    """Let a WORD of the shop stand for a CATEGORY, in imports and labels.

    Products that people called so are of that category from now on. A word that stands for
    itself is no longer asked about.
    """
    with closing(build_services(settings)) as services:
        renamed = map_category(word, category, services=services)
        done(services, "category.map", word, f"stands for {category}; {renamed} products")
    products = "1 product is" if renamed == 1 else f"{renamed} products are"
    more = f"; {products} of it now" if renamed else ""
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
    click.echo(f"'{word}' stands for itself")

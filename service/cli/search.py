"""`lookalike search`: a search in the terminal."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from catalog.filters import Filters
from embeddings.decoding.cropping import WHOLE, Box, box_from_text
from embeddings.model.weights import Weight
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import USEFUL_SIDE
from embeddings.reading.verdict import Verdict
from service.cli.options import examples, of_facts, with_settings
from service.cli.output import as_json, table
from service.finding.offered import asked_facts, offer, offered_colours, offered_weight
from service.finding.results import Hit, SearchResult
from service.finding.search import find_similar
from service.settings.environment import Settings
from service.stock.exporting import facts_of
from service.tables.prices import cents_from_text
from service.wiring import build_services
from service.wording import counted

_WORDS = {
    Verdict.MATCH: "looks like",
    Verdict.NO_CLOSE_MATCH: "nothing close is in the catalogue; nearest to",
    Verdict.NOT_A_GARMENT: "this does not look like a garment; nearest to",
}


def _cents(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """Read an amount such as 19.90; what is none is wrong use."""
    try:
        return None if value is None else cents_from_text(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _box(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Box:
    """Read a part of a photo such as 0.1,0.2,0.5,0.6; what is none is wrong use."""
    try:
        return WHOLE if value is None else box_from_text(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    "search",
    epilog=examples(
        "lookalike search dress.jpg",
        "lookalike search dress.jpg --category Dress --max-price 50 --in-stock",
        "lookalike search street.jpg --box 0.3,0.2,0.4,0.5",
        "lookalike search dress.jpg --colour red --colour pink --weight look",
        "lookalike search dress.jpg --json",
    ),
)
@click.argument("photo", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--box",
    callback=_box,
    metavar="X,Y,W,H",
    help="Only this part of the photo, in fractions from its upper left corner.",
)
@click.option("--category", help="Only products of this category, or of one that belongs to it.")
@click.option(
    "--colour", "colours", multiple=True, help="Only products of this colour; may be repeated."
)
@click.option(
    "--min-price", callback=_cents, metavar="PRICE", help="Only products from this price on."
)
@click.option(
    "--max-price", callback=_cents, metavar="PRICE", help="Only products up to this price."
)
@click.option("--in-stock", is_flag=True, help="Only what can be bought now.")
@of_facts
@click.option(
    "--text", help="Only products with these words in the title, or of this SKU or its beginning."
)
@click.option(
    "--weight",
    type=click.Choice([each.value for each in Weight]),
    default=Weight.BALANCED.value,
    show_default=True,
    help="What counts more, where the model can weigh it: the kind of garment, or its look.",
)
@click.option("--one-per-style", is_flag=True, help="Each style once, by its nearest variant.")
@click.option(
    "--page",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    help="Which page of the results.",
)
@click.option(
    "--per-page",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Results on a page.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print the answer as JSON.")
@with_settings
def command(
    photo: Path,
    box: Box,
    category: str | None,
    colours: tuple[str, ...],
    min_price: int | None,
    max_price: int | None,
    in_stock: bool,
    text: str | None,
    weight: str,
    one_per_style: bool,
    page: int,
    per_page: int,
    wants_json: bool,
    settings: Settings,
    **facts: tuple[str, ...],
) -> None:
    """Find the products that look like a photo."""
    with photo.open("rb") as file:
        picture = open_photo(file, settings.photo_limits, USEFUL_SIDE, box)
    with closing(build_services(settings)) as services:
        offered = offer(services)
        told = offered_colours(colours, offered)
        said = asked_facts(facts)
        wanted = Filters(category, min_price, max_price, in_stock, text, told, facts=said)
        found = find_similar(
            picture,
            wanted,
            page,
            per_page,
            services=services,
            weight=offered_weight(weight, offered),
            one_per_style=one_per_style,
        )
    if wants_json:
        as_json(_told(found))
    else:
        _show(found)


def _told(found: SearchResult) -> dict[str, Any]:
    return {
        "verdict": found.verdict,
        "category": None if found.category is None else asdict(found.category),
        "colour": None if found.colour is None else asdict(found.colour),
        "score_means": found.meaning,
        "hits": [_hit(hit) for hit in found.hits],
        "total": found.total,
        "total_products": found.total_products,
        "page": found.page,
        "per_page": found.per_page,
        "model": {"name": found.model, "fingerprint": found.fingerprint},
        "timing_ms": found.timing_ms,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    product = hit.product
    return {
        "sku": product.sku,
        **facts_of(product),
        "category": product.category,
        "variant_count": hit.variants,
        "score": hit.score,
        "colour": product.colour,
    }


def _show(found: SearchResult) -> None:
    if found.verdict is not None and found.category is not None:
        named = f"{found.category.label} ({found.category.confidence:.0%})"
        others = ", ".join(f"{a.label} {a.confidence:.0%}" for a in found.category.alternatives)
        click.echo(f"{_WORDS[found.verdict]}: {named}" + (f"; else {others}" if others else ""))
    if found.colour is not None:
        click.echo(f"colour: {found.colour.name} ({found.colour.confidence:.0%})")
    rows = []
    for hit in found.hits:
        told = _hit(hit)
        price = " ".join(str(told[name]) for name in ("price", "currency") if told[name])
        kind, colour = told["category"] or "", told["colour"] or ""
        cells = (told["sku"], told["title"], kind, colour, price, str(told["stock"]))
        rows.append((f"{hit.score:.0%}", *cells))
    columns = ("like", "sku", "title", "category", "colour", "price", "stock")
    table(columns, rows, right=("like", "price", "stock"))
    of = "" if found.total == found.total_products else f"{counted(found.total, 'style')}, "
    products = counted(found.total_products, "product")
    click.echo(f"page {found.page} of {found.pages}, {of}{products}")

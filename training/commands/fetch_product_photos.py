"""`lookalike-train fetch product-photos`: photos of products as a shop shows them."""

import re
from pathlib import Path

import click

from training.commands.fetched import fetch_with_bars


def _https(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.startswith("https://"):
        raise click.BadParameter(f"an address starts with https://; got '{value[:100]}'")
    return value


def _sum(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch("[0-9A-Fa-f]{64}", value):
        raise click.BadParameter(f"a SHA-256 has 64 hexadecimal digits; got '{value[:100]}'")
    return value


@click.command("product-photos")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="ARCHIVE_OR_FOLDER",
    help="Take them out of a ZIP or a folder that is here already, and fetch nothing.",
)
@click.option("--url", callback=_https, help="Fetch a ZIP of the collection from here, by HTTPS.")
@click.option("--sha256", callback=_sum, help="What the SHA-256 of that ZIP must be.")
def product_photos(source: Path | None, url: str | None, sha256: str | None) -> None:
    """Get Fashion Product Images (Param Aggarwal, 2019): a shop's product photos with their types.

    They go into the folder that LOOKALIKE_PRODUCT_PHOTOS names, else into the user's cache; where
    they are already, nothing is done. The collection is published where one has to sign in, so
    download it there and give it to --from, or name a copy with --url.

    \b
    Example:
      lookalike-train fetch product-photos --from ~/Downloads/archive.zip
      lookalike-train fetch product-photos --url https://example.com/fashion.zip
    """
    if source is not None and url is not None:
        raise click.UsageError("--from takes what is here and --url fetches: give one of them")
    if sha256 is not None and url is None:
        raise click.UsageError("--sha256 is of the ZIP at --url: give both")
    from embeddings.datasets.product_photos_fetch import fetch_product_photos

    fetch_with_bars(
        "product photos",
        lambda progress: fetch_product_photos(source, progress, url=url, sha256=sha256),
    )

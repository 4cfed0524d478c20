"""`lookalike demo`: a filled shop to look at, with one command."""

import os
import sys
from dataclasses import replace

import click

from service.cli.options import examples, home_is_named, with_settings
from service.cli.progress import progress_bar
from service.demo import articles, photos
from service.settings import Settings
from service.wiring import Services, build_services

ARTICLES, PHOTOS = "fashion-mnist", "clothing-photos"
_USUAL_ARTICLES = 10_000
_FAILURES_TOLD = 5


@click.command(
    "demo",
    epilog=examples(
        "lookalike demo",
        "lookalike demo --items 70000 --port 9000",
        "lookalike demo --data clothing-photos",
        "lookalike --home /tmp/shop demo --no-serve",
    ),
)
@click.option(
    "--data",
    type=click.Choice([ARTICLES, PHOTOS]),
    default=ARTICLES,
    show_default=True,
    help="Grey studio pictures, or colour photos as people take them.",
)
@click.option(
    "--items",
    type=click.IntRange(1, articles.MOST),
    help="How many products; else 10,000 of fashion-mnist, or all of clothing-photos.",
)
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the shop when filled.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else LOOKALIKE_PORT, else 8000.")
@with_settings
def command(
    settings: Settings, data: str, items: int | None, serving: bool, port: int | None
) -> None:
    """Fill a catalogue with a public data set and serve it.

    The pictures are real; titles, prices and stock are made up. `fashion-mnist` has 70,000 articles
    in 28 grey pixels, `clothing-photos` some thousand photos in colour, in a shop of its own
    (clothing-photos within ./var) unless a folder is named. A second run finds all of it there and
    serves at once.
    """
    settings = settings if port is None else replace(settings, port=port)
    if data == PHOTOS and not home_is_named():
        settings = replace(settings, home=settings.home / PHOTOS)
    services = build_services(settings)
    try:
        if data == PHOTOS:
            _fill_with_photos(items, services)
        else:
            _fill_with_articles(items or _USUAL_ARTICLES, services)
    finally:
        services.close()
    if serving:
        _serve_afresh(settings)


def _fill_with_articles(items: int, services: Services) -> None:
    if articles.is_filled(items, services=services):
        return
    with progress_bar("Fetching the pictures", "bytes") as progress:
        articles.fetch_articles(items, progress)
    with progress_bar("Reading the pictures", "articles") as progress:
        added = articles.fill(items, services=services, progress=progress)
    click.echo(f"{added:,} articles added to {services.settings.home}", err=True)


def _fill_with_photos(items: int | None, services: Services) -> None:
    with progress_bar("Fetching the photos", "") as progress:
        every = photos.fetch_photos(lambda _name, done, total: progress(done, total or None))
    wanted = every[:items]
    if photos.is_filled(wanted, services=services):
        return
    with progress_bar("Reading the photos", "photos") as progress:
        report = photos.fill(wanted, every, services=services, progress=progress)
    for failure in report.failed[:_FAILURES_TOLD]:
        click.echo(f"left out {failure.sku}: {failure.reason}", err=True)
    click.echo(f"{report.added:,} photos added to {services.settings.home}", err=True)


def _serve_afresh(settings: Settings) -> None:
    """Go on as the server, in a new program in place of this one.

    Network and index were at work here, and their threads would not live on in a forked worker.
    """
    options = ["--home", str(settings.home), "serve", "--port", str(settings.port)]
    os.execv(sys.executable, [sys.executable, "-m", "service", *options])

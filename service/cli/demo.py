"""`lookalike demo`: a filled shop to look at, with one command."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import click

from service.access.demonstration import staff_link
from service.access.parts import build_access
from service.cli.options import examples, home_is_named, with_settings
from service.cli.progress import progress_bar
from service.cli.recording import done
from service.cli.serve import listening
from service.cli.user import address_of
from service.demo import articles, photos, shipped
from service.settings.environment import Settings
from service.starting import started_server
from service.wiring import Services, build_services
from service.wording import counted

SHIPPED, ARTICLES, PHOTOS = "shop", "fashion-mnist", "clothing-photos"
_USUAL_ARTICLES = 10_000
_FAILURES_TOLD = 5
# Products that are enough to begin with; the others come in meanwhile.
_BEFORE_SERVING = {SHIPPED: 150, ARTICLES: 2_000, PHOTOS: 500}
_NICE = 10  # so that whoever searches meanwhile is served first


@click.command(
    "demo",
    epilog=examples(
        "lookalike demo",
        "lookalike demo --port 9000",
        "lookalike demo --data fashion-mnist --items 70000",
        "lookalike demo --data clothing-photos",
        "lookalike --home /tmp/shop demo --no-serve",
    ),
)
@click.option(
    "--data",
    type=click.Choice([SHIPPED, ARTICLES, PHOTOS]),
    default=SHIPPED,
    show_default=True,
    help="The photos that came with it, grey studio pictures, or thousands of photos.",
)
@click.option(
    "--items",
    type=click.IntRange(1, articles.MOST),
    help="How many products; else 10,000 of fashion-mnist, or all of the others.",
)
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the shop when filled.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else LOOKALIKE_PORT, else 8000.")
@with_settings
def command(
    settings: Settings, data: str, items: int | None, serving: bool, port: int | None
) -> None:
    """Fill a catalogue with real pictures and serve it.

    The pictures are real; prices and stock are made up. `shop`, 500 colour photos, came with
    Lookalike and needs no network. `fashion-mnist` has 70,000 articles in 28 grey pixels, and
    `clothing-photos` some thousand photos: both are fetched, and get a shop of their own (a folder
    of their name within ./var) unless a folder is named. Pages are served as soon as there is
    something to see, while the rest follows. A second run finds all of it there.
    """
    settings = settings if port is None else replace(settings, port=port)
    if data != SHIPPED and not home_is_named():
        settings = replace(settings, home=settings.home / data)
    if serving:
        listening(settings)  # told before anything is fetched or made
    services = build_services(settings)
    try:
        shop = _SHOPS[data](items, services)
        if not serving:
            shop.fill(shop.size)
            return
        if not shop.is_filled(shop.size):
            first = min(_BEFORE_SERVING[data], shop.size)
            shop.fill(first)
            if shop.size > first:
                _tell_staff(settings, services)
                _serve_and_fill(settings, shop)
                return
        _tell_staff(settings, services)
    finally:
        services.close()
    _serve_afresh(settings)


def _tell_staff(settings: Settings, services: Services) -> None:
    """Print how to look behind the shop, once; a shop with staff of its own has their ways."""
    link = staff_link(access=build_access(settings, services.database))
    if link is not None:
        click.echo(f"The staff's pages, once: {address_of(link, settings)}", err=True)


@dataclass(frozen=True, slots=True)
class _Shop:
    """A data set on its way into the catalogue."""

    size: int
    is_filled: Callable[[int], bool]  # with its first so many products
    fill: Callable[[int], None]  # up to so many; does nothing where they are there


def _shipped(items: int | None, services: Services) -> _Shop:
    size = min(items or len(shipped.skus()), len(shipped.skus()))

    def is_filled(count: int) -> bool:
        return shipped.is_filled(count, services=services)

    def fill(count: int) -> None:
        if is_filled(count):
            return
        with progress_bar("Reading the photos", "photos") as progress:
            report = shipped.fill(count, services=services, progress=progress)
        _tell(counted(report.added, "photo"), services)

    return _Shop(size, is_filled, fill)


def _articles(items: int | None, services: Services) -> _Shop:
    size = items or _USUAL_ARTICLES

    def is_filled(count: int) -> bool:
        return articles.is_filled(count, services=services)

    def fill(count: int) -> None:
        if is_filled(count):
            return
        with progress_bar("Fetching the pictures", "bytes") as progress:
            articles.fetch_articles(size, progress)
        with progress_bar("Reading the pictures", "articles") as progress:
            added = articles.fill(count, services=services, progress=progress)
        _tell(counted(added, "article"), services)

    return _Shop(size, is_filled, fill)


def _photos(items: int | None, services: Services) -> _Shop:
    with progress_bar("Fetching the photos", "") as progress:
        every = photos.fetch_photos(lambda _name, done, total: progress(done, total or None))
    wanted = every[:items]

    def is_filled(count: int) -> bool:
        return photos.is_filled(wanted[:count], services=services)

    def fill(count: int) -> None:
        if is_filled(count):
            return
        with progress_bar("Reading the photos", "photos") as progress:
            part = wanted[:count]
            report = photos.fill(part, every, services=services, progress=progress)
        for failure in report.failed[:_FAILURES_TOLD]:
            click.echo(f"left out {failure.sku}: {failure.reason}", err=True)
        _tell(counted(report.added, "photo"), services)

    return _Shop(len(wanted), is_filled, fill)


def _tell(added: str, services: Services) -> None:
    """Tell whoever ran this, and the log, what came in: it is an import like any other."""
    click.echo(f"{added} added to {services.settings.home}", err=True)
    done(services, "import", "the demonstration", f"{added} added")


_SHOPS = {SHIPPED: _shipped, ARTICLES: _articles, PHOTOS: _photos}


def _serve_afresh(settings: Settings) -> None:
    """Go on as the server, in a new program in place of this one.

    Network and index were at work here, and their threads would not live on in a forked worker.
    """
    command = [sys.executable, "-m", "service", *_options(settings)]
    os.execv(command[0], command)


def _serve_and_fill(settings: Settings, shop: _Shop) -> None:
    """Serve what is there already while the rest comes in; its index follows the catalogue."""
    # Told to stop in either way, this process stops the server, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with started_server(*_options(settings)) as server:
        try:
            os.nice(_NICE)
            shop.fill(shop.size)
            code = server.wait()
        except KeyboardInterrupt:
            code = 0
    sys.exit(code)


def _options(settings: Settings) -> list[str]:
    return ["--home", str(settings.home), "serve", "--port", str(settings.port)]

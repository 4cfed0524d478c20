"""`lookalike demo`: a filled shop to look at, with one command."""

import os
import sys
from dataclasses import replace

import click

from service.cli.options import examples, with_settings
from service.cli.progress import progress_bar
from service.demo import MOST, fetch_articles, fill, is_filled
from service.settings import Settings
from service.wiring import build_services


@click.command(
    "demo",
    epilog=examples(
        "lookalike demo",
        "lookalike demo --items 70000 --port 9000",
        "lookalike --home /tmp/shop demo --no-serve",
    ),
)
@click.option(
    "--items",
    type=click.IntRange(1, MOST),
    default=10_000,
    show_default=True,
    help="How many articles, at most 70,000.",
)
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the shop when filled.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else LOOKALIKE_PORT, else 8000.")
@with_settings
def command(settings: Settings, items: int, serving: bool, port: int | None) -> None:
    """Fill a catalogue with a public data set and serve it.

    The articles are those of Fashion-MNIST, real ones in pictures of 28 grey pixels; prices and
    stock are made up. A second run finds them there and serves at once.
    """
    settings = settings if port is None else replace(settings, port=port)
    services = build_services(settings)
    if not is_filled(items, services=services):
        with progress_bar("Fetching the pictures", "bytes") as progress:
            fetch_articles(items, progress)
        with progress_bar("Reading the pictures", "articles") as progress:
            added = fill(items, services=services, progress=progress)
        click.echo(f"{added:,} articles added to {settings.home}", err=True)
    services.close()
    if serving:
        _serve_afresh(settings)


def _serve_afresh(settings: Settings) -> None:
    """Go on as the server, in a new program in place of this one.

    Network and index were at work here, and their threads would not live on in a forked worker.
    """
    options = ["--home", str(settings.home), "serve", "--port", str(settings.port)]
    os.execv(sys.executable, [sys.executable, "-m", "service", *options])

"""`lookalike bench`: this installation's speed beside that of the bare libraries."""

import json
import tempfile
from pathlib import Path

import click
from rich.console import Console

from service.bench.run import run_bench
from service.bench.table import as_document, print_table
from service.cli.options import examples, with_settings
from service.cli.progress import progress_bar
from service.demo.articles import MOST
from service.settings.environment import Settings


@click.command(
    "bench",
    epilog=examples(
        "lookalike bench",
        "lookalike bench --products 10000 --rounds 1000",
        "lookalike bench --json > bench.json",
    ),
)
@click.option(
    "--products",
    "sizes",
    type=click.IntRange(100, MOST),
    multiple=True,
    default=(10_000, 70_000),
    show_default=True,
    help="Size of a catalogue to measure at; may be given several times.",
)
@click.option(
    "--files",
    type=click.IntRange(100, MOST),
    default=10_000,
    show_default=True,
    help="How many files to tag.",
)
@click.option(
    "--rounds",
    type=click.IntRange(20),
    default=300,
    show_default=True,
    help="How often each thing is timed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures for a script.")
@with_settings
def command(
    settings: Settings, sizes: tuple[int, ...], files: int, rounds: int, as_json: bool
) -> None:
    """Measure this installation beside the bare libraries.

    Catalogues of Fashion-MNIST's articles are filled with the bundle `fashion-mnist` in a temporary
    folder; yours is not touched.
    The service and the bare library run in turn, so that whatever else the machine does hits both.
    """
    with tempfile.TemporaryDirectory(prefix="lookalike-bench-") as folder:
        rows, facts = run_bench(settings, Path(folder), sizes, files, rounds, progress_bar)
    if as_json:
        click.echo(json.dumps(as_document(rows, facts), indent=2))
    else:
        print_table(rows, facts, Console())

"""`lookalike-train demo-stock`: the shop that travels with the service."""

from pathlib import Path

import click


@click.command("demo-stock")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("service/demo/stock"),
    show_default=True,
    help="The folder to write.",
)
@click.option(
    "--count",
    type=click.IntRange(1, 2_000),
    default=500,
    show_default=True,
    help="How many products.",
)
def demo_stock(output: Path, count: int) -> None:
    """Choose the photos of `lookalike demo` out of the clothing photos, and write them down.

    They are spread over kinds and colours; the samples are of other senders than the shop's.

    \b
    Example:
      lookalike-train demo-stock --output service/demo/stock
    """
    from embeddings.datasets.clothing_photos import load_clothing_photos
    from training.console import progress_bars
    from training.data.demo_stock import write_demo_stock

    with progress_bars() as bars:
        size = write_demo_stock(
            load_clothing_photos(),
            output,
            count,
            progress=bars("photos"),
        )
    click.echo(f"wrote {output}: {size:,} bytes")

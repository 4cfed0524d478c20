"""`lookalike-train export`: a fitted network as a bundle that can be served."""

from pathlib import Path

import click

from embeddings.model.bundle import Bundle

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("run", type=FOLDER)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The bundle's folder; an older bundle there is replaced when the new one is whole.",
)
@click.option(
    "--name",
    show_default="fashion-mnist; of own photos: the output folder's name",
    help="The bundle's name.",
)
@click.option(
    "--seed-run",
    "others",
    type=FOLDER,
    multiple=True,
    help="A run of the same recipe with another seed, to be told of in the bundle.",
)
def export(run: Path, output: Path, name: str | None, others: tuple[Path, ...]) -> None:
    """Write the network of a run's folder as a bundle, with its figures and its card.

    \b
    Example:
      lookalike-train export runs/one --output bundles/one --name one
    """
    from training.recipes.shop.config import is_shop_run

    if is_shop_run(run):
        if others:
            raise click.UsageError("--seed-run goes with runs on Fashion-MNIST only")
        from training.recipes.shop.result import export_shop_run

        bundle = export_shop_run(run, output, name or output.resolve().name)
    else:
        bundle = _export_fashion(run, output, name or "fashion-mnist", others)
    click.echo(f"wrote {bundle.path}, fingerprint {bundle.fingerprint}")


def _export_fashion(run: Path, output: Path, name: str, others: tuple[Path, ...]) -> Bundle:
    from embeddings.datasets.fashion_mnist import load_part
    from training.console import downloads, progress_bars
    from training.recipes.fashion.exporting import export_run
    from training.recipes.fashion.runs import open_run

    opened = open_run(run)
    with progress_bars() as bars:
        train, test = load_part("train", downloads(bars)), load_part("test", downloads(bars))
        return export_run(opened, output, name, train, test, others, opened.command, bars)

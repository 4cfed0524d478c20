"""`lookalike-train reproduce`: the shipped bundle from nothing."""

from pathlib import Path

import click

COMMAND = "lookalike-train reproduce fashion-mnist"


@click.command()
@click.argument("bundle", type=click.Choice(["fashion-mnist"]))
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/fashion-mnist"),
    show_default=True,
    help="Where the runs go; those found there are kept, or go on where they were.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/fashion-mnist/bundle"),
    show_default=True,
    help="The bundle's folder.",
)
def reproduce(bundle: str, work: Path, output: Path) -> None:
    """Fit, judge and export the shipped bundle again: three teachers, then three seeds.

    It takes about an hour on two cores, and may be interrupted: the same command goes on.

    \b
    Example:
      lookalike-train reproduce fashion-mnist --work runs/again --output runs/again/bundle
    """
    from embeddings.datasets.fashion_mnist import LABELS, load_part
    from training.console import downloads, progress_bars
    from training.exporting import export_run
    from training.recipes import SHIPPED
    from training.reproduce import fit_all
    from training.runs import open_run

    with progress_bars() as tell:
        train, test = load_part("train", downloads(tell)), load_part("test", downloads(tell))
        shipped, *others = fit_all(SHIPPED, train, LABELS, work, tell)
        made = export_run(open_run(shipped), output, bundle, train, test, others, COMMAND, tell)
    click.echo(f"wrote {made.path}, fingerprint {made.fingerprint}")

"""`lookalike-train explore`: a report on the data."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("reports/fashion-mnist.html"),
    show_default=True,
    help="Where the report goes.",
)
def explore(output: Path) -> None:
    """Write a report on Fashion-MNIST: balance, samples, means, pixels, duplicates.

    \b
    Example:
      lookalike-train explore --output data.html
    """
    from embeddings.datasets.fashion_mnist import LABELS, load_fashion_mnist
    from training.console import downloads, progress_bars
    from training.reports.explore import data_report

    with progress_bars() as bars:
        data = load_fashion_mnist(downloads(bars))
        bars("report")(0, 1, "looking at every picture")
        report = data_report(data, LABELS)
        bars("report")(1, 1, "done")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(report, encoding="utf-8")
    click.echo(f"wrote {output}")

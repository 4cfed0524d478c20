"""`lookalike-train evaluate`: every figure of a fitted network."""

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the report with its drawings; none is written without it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(run: Path, output: Path | None, as_json: bool) -> None:
    """Judge the network of a run's or a bundle's folder on the test pictures.

    \b
    Example:
      lookalike-train evaluate embeddings/bundles/fashion-mnist --output reports/fashion-mnist
    """
    import json
    from dataclasses import asdict

    from embeddings.datasets.fashion_mnist import LABELS, load_part
    from training.assess import assess
    from training.console import downloads, named, print_table, progress_bars
    from training.fashion_bundle import FASHION_INPUT
    from training.history import read_history
    from training.report import figure_rows, write_report
    from training.runs import open_run
    from training.split import split
    from training.stored_network import load_network

    opened = open_run(run)
    with progress_bars() as tell:
        train, test = load_part("train", downloads(tell)), load_part("test", downloads(tell))
        data = split(train.images, train.labels, LABELS, opened.config.held_out_per_label)
        model = load_network(opened.folder)
        told = assess(model, data, test, FASHION_INPUT, named(tell, "evaluating"))
    if output is not None:
        write_report(told, read_history(opened.folder), test, LABELS, output)
    if as_json:
        click.echo(json.dumps(asdict(told.figures), indent=2))
        return
    print_table(f"{run}: test pictures, single view", figure_rows(told.figures))

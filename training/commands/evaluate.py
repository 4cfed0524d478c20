"""`lookalike-train evaluate`: every figure of a fitted network."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.judge.figure import Figure
    from training.judge.judgement import RejectionJudgement


@click.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the report with its drawings; none is written without it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(run: Path, output: Path | None, as_json: bool) -> None:
    """Judge the network of a run's or a bundle's folder on pictures it was not fitted on.

    For the garment and the photo network that is the folder of `reproduce`, with the networks of
    every fold; of their bundles the folds are told as they were recorded.

    \b
    Example:
      lookalike-train evaluate embeddings/bundles/fashion-mnist --output reports/fashion-mnist
      lookalike-train evaluate embeddings/bundles/garments
      lookalike-train evaluate runs/garments --json
    """
    from training.recipes.recognising import knows_garments, knows_photos

    judges = {_garments: knows_garments, _photos: knows_photos}
    judge = next((judge for judge, knows in judges.items() if knows(run)), _fashion)
    judge(run, output, as_json)


def _fashion(run: Path, output: Path | None, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from embeddings.datasets.fashion_mnist import LABELS, load_part
    from training.console import downloads, print_table, progress_bars
    from training.data.split import split
    from training.fit.history import read_history
    from training.networks.stored import load_network
    from training.recipes.fashion.assess import assess
    from training.recipes.fashion.bundle import FASHION_INPUT
    from training.recipes.fashion.report import figure_rows, write_report
    from training.recipes.fashion.runs import open_run

    opened = open_run(run)
    with progress_bars() as bars:
        train, test = load_part("train", downloads(bars)), load_part("test", downloads(bars))
        data = split(train.images, train.labels, LABELS, opened.config.held_out_per_label)
        model = load_network(opened.folder)
        told = assess(model, data, test, FASHION_INPUT, bars("evaluating"))
    if output is not None:
        write_report(told, read_history(opened.folder), test, LABELS, output)
    if as_json:
        click.echo(json.dumps(asdict(told.figures), indent=2))
        return
    print_table(f"{run}: test pictures, single view", figure_rows(told.figures))


def _photos(run: Path, output: Path | None, as_json: bool) -> None:
    from embeddings.datasets.clothing_photos import load_clothing_photos
    from embeddings.datasets.fashion_mnist import load_part
    from embeddings.model.bundle import load_bundle
    from training.console import downloads, progress_bars
    from training.recipes.fashion.runs import is_bundle
    from training.recipes.photos.export import assess_bundle, assess_photos

    photos = load_clothing_photos()
    with progress_bars() as bars:
        test = load_part("test", downloads(bars))
        if is_bundle(run):
            figures, judged = assess_bundle(load_bundle(run), photos, test, bars)
        else:
            told = assess_photos(run, photos, test, bars)
            figures, judged = told.figures, told.judged.by(told.thresholds.rejection)
    _tell(run, figures, judged, output, as_json)


def _garments(run: Path, output: Path | None, as_json: bool) -> None:
    from embeddings.model.bundle import load_bundle
    from training.console import progress_bars
    from training.recipes.fashion.runs import is_bundle
    from training.recipes.garments.making import judge_garments

    with progress_bars() as bars:
        bundle = load_bundle(run) if is_bundle(run) else None
        figures, judged = judge_garments(run, bundle, bars)
    _tell(run, figures, judged, output, as_json)


def _tell(
    run: Path,
    figures: "dict[str, Figure]",
    judged: "RejectionJudgement",
    output: Path | None,
    as_json: bool,
) -> None:
    import json

    from training.console import print_table
    from training.judge.figure import figure_rows, told_figures
    from training.reports.photo_report import write_photo_report

    if output is not None:
        write_photo_report(str(run), figures, judged, output)
    if as_json:
        click.echo(json.dumps(told_figures(figures), indent=2))
        return
    print_table(str(run), figure_rows(figures))

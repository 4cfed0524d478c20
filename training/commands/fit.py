"""`lookalike-train fit`: one network from its first epoch to its last."""

from pathlib import Path
from typing import Any

import click

NETWORKS = ("classic", "teacher")


@click.command()
@click.option("--network", type=click.Choice(NETWORKS), default="classic", show_default=True)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The run's folder: checkpoint, history, network.",
)
@click.option("--resume", is_flag=True, help="Go on where an interrupted run was.")
@click.option("--epochs", type=click.IntRange(1), default=40, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=128, show_default=True)
@click.option(
    "--learning-rate",
    type=click.FloatRange(0, min_open=True),
    default=2e-3,
    show_default=True,
    help="At its top, after a warm-up of one epoch.",
)
@click.option("--weight-decay", type=click.FloatRange(0), default=0.1, show_default=True)
@click.option("--conv-dropout", type=click.FloatRange(0, 0.99), default=0.0, show_default=True)
@click.option("--flatten-dropout", type=click.FloatRange(0, 0.99), default=0.1, show_default=True)
@click.option("--dense-dropout", type=click.FloatRange(0, 0.99), default=0.3, show_default=True)
@click.option("--label-smoothing", type=click.FloatRange(0, 0.99), default=0.0, show_default=True)
@click.option("--shift", type=click.IntRange(0, 4), default=1, show_default=True, help="Pixels.")
@click.option(
    "--patience",
    type=click.IntRange(1),
    default=15,
    show_default=True,
    help="Epochs without a better held-out loss before it stops.",
)
@click.option(
    "--precision",
    type=click.Choice(["float32", "mixed_bfloat16"]),
    default="float32",
    show_default=True,
    help="Of the sums; weights are float32 in both.",
)
@click.option(
    "--held-out-per-label",
    type=click.IntRange(1, 3000),
    default=500,
    show_default=True,
    help="Training pictures of each category to stop by and calibrate on.",
)
def fit(output: Path, resume: bool, **settings: Any) -> None:
    r"""Fit a network on Fashion-MNIST.

    \b
    Example:
      lookalike-train fit --network classic --output runs/one --precision mixed_bfloat16
      lookalike-train fit --network classic --output runs/one --precision mixed_bfloat16 --resume
    """
    from embeddings.datasets.fashion_mnist import LABELS, load_part
    from training.config import FitConfig
    from training.console import downloads, named, print_table, progress_bars
    from training.fitting import fit as fit_network
    from training.history import best_epoch, read_history
    from training.quick import retrieval_rows
    from training.split import split

    config = FitConfig(**settings)
    with progress_bars() as tell:
        train, test = load_part("train", downloads(tell)), load_part("test", downloads(tell))
        data = split(train.images, train.labels, LABELS, config.held_out_per_label)
        model = fit_network(
            config, data, output, resume=resume, progress=named(tell, f"seed {config.seed}")
        )
        found = retrieval_rows(model, data, test, named(tell, "search"))
    epochs = read_history(output)
    best = best_epoch(epochs)
    told = [
        ("epochs run", f"{len(epochs)} of {config.epochs}"),
        ("kept epoch, of the lowest held-out loss", str(best.epoch)),
        ("held-out loss", f"{best.val_loss:.4f}"),
        ("held-out accuracy", f"{best.val_accuracy:.2%} of {len(data.held_out_labels):,}"),
    ]
    print_table(str(output), told + found)

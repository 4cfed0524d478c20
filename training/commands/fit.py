"""`lookalike-train fit`: one network from its first epoch to its last."""

from pathlib import Path
from typing import Any

import click

from training.commands.fit_shop import SHOP_ONLY, fit_shop_photos, shop_options

NETWORKS = ("classic", "teacher")
BOTH = {"output", "resume", "epochs", "seed", "batch_size", "learning_rate", "patience"}


@click.command()
@shop_options
@click.option(
    "--network",
    type=click.Choice(NETWORKS),
    default="classic",
    show_default=True,
    help="The shape of the network.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The run's folder: checkpoint, history, network.",
)
@click.option("--resume", is_flag=True, help="Go on where an interrupted run was.")
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=40,
    show_default="40; with --data and a bundle that is trained: 10, at most",
    help="How often every picture is seen.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="What chance begins with.")
@click.option(
    "--batch-size",
    type=click.IntRange(1),
    default=128,
    show_default="128; with --data: 16",
    help="Pictures of one step.",
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(0, min_open=True),
    default=2e-3,
    show_default="0.002; with --data: 0.0001",
    help="At its top, after a warm-up of one epoch.",
)
@click.option(
    "--weight-decay",
    type=click.FloatRange(0),
    default=0.1,
    show_default=True,
    help="Weight decay of AdamW.",
)
@click.option(
    "--conv-dropout",
    type=click.FloatRange(0, 0.99),
    default=0.0,
    show_default=True,
    help="Dropout after each block of convolutions, as a share.",
)
@click.option(
    "--flatten-dropout",
    type=click.FloatRange(0, 0.99),
    default=0.1,
    show_default=True,
    help="Dropout before the dense layer, as a share.",
)
@click.option(
    "--dense-dropout",
    type=click.FloatRange(0, 0.99),
    default=0.3,
    show_default=True,
    help="Dropout after the dense layer, as a share.",
)
@click.option(
    "--label-smoothing",
    type=click.FloatRange(0, 0.99),
    default=0.0,
    show_default=True,
    help="Share of a label that is spread over the others.",
)
@click.option(
    "--shift",
    type=click.IntRange(0, 4),
    default=1,
    show_default=True,
    help="Pixels by which pictures move at most, each way.",
)
@click.option(
    "--mixup",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the batches whose pictures are blended in pairs.",
)
@click.option(
    "--erase",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the pictures of which a part is erased.",
)
@click.option(
    "--cosine-weight",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    help="Of a second loss, by the embedding's cosines: what is alike lies closer.",
)
@click.option(
    "--lowest-rate",
    type=click.FloatRange(0, 1),
    default=0.002,
    show_default=True,
    help="Share of the learning rate that is left at the end.",
)
@click.option(
    "--averaged-epochs",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Keep the mean weights of the last so many epochs; 0: those of the best epoch.",
)
@click.option(
    "--patience",
    type=click.IntRange(1),
    default=15,
    show_default="15; with --data: 4",
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
@click.pass_context
def fit(context: click.Context, /, output: Path, resume: bool, **settings: Any) -> None:
    """Fit a network on Fashion-MNIST, or with --data on photos of your own.

    With --data the network of a bundle learns the categories of your photos, some of which are
    held out to judge it. A folder holds one folder a category; a CSV has the columns photo,
    category and perhaps group (photos of one product, say, which are then kept together). Of
    `garments` only the categories are new: embeddings, colours and scores stay as they are. Of a
    bundle without a half for the look, such as `clothing-photos`, the network itself is trained.

    \b
    Example:
      lookalike-train fit --data photos/ --output runs/mine --bundle bundles/mine
      lookalike-train fit --data photos/ --from clothing-photos --epochs 5 --output runs/former
      lookalike-train fit --data photos.csv --output runs/mine --resume
      lookalike-train fit --network classic --output runs/one --precision mixed_bfloat16
    """
    given = {
        name
        for name in context.params
        if context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE
    }
    if settings["data"] is not None:
        _refuse(given - SHOP_ONLY - BOTH, "goes with Fashion-MNIST only, not with --data")
        chosen = {name: settings[name] for name in given & (SHOP_ONLY | BOTH) if name in settings}
        fit_shop_photos(output, resume, chosen)
        return
    _refuse(given & SHOP_ONLY, "needs --data, the photos to train on")
    _fit_fashion(output, resume, {k: v for k, v in settings.items() if k not in SHOP_ONLY})


def _refuse(names: set[str], reason: str) -> None:
    if names:
        option = min(names).replace("_", "-").replace("start", "from")
        raise click.UsageError(f"--{option} {reason}")


def _fit_fashion(output: Path, resume: bool, settings: dict[str, Any]) -> None:
    from embeddings.datasets.fashion_mnist import LABELS, load_part
    from training.config import FitConfig
    from training.console import downloads, print_table, progress_bars
    from training.data.split import split
    from training.fit.fitting import fit as fit_network
    from training.fit.history import best_epoch, read_history
    from training.networks.predict import accuracy, answer, cross_entropy
    from training.recipes.fashion.figures import retrieval_rows

    try:
        config = FitConfig(**settings)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with progress_bars() as bars:
        train, test = load_part("train", downloads(bars)), load_part("test", downloads(bars))
        data = split(train.images, train.labels, LABELS, config.held_out_per_label)
        model = fit_network(
            config, data, output, resume=resume, progress=bars(f"seed {config.seed}")
        )
        found = retrieval_rows(model, data, test, bars("search"))
    epochs = read_history(output)
    kept = ("kept epoch, of the lowest held-out loss", str(best_epoch(epochs).epoch))
    if config.averaged_epochs:
        kept = ("kept", f"the mean of the last {config.averaged_epochs} epochs")
    logits, labels = answer(model, data.held_out_images).logits, data.held_out_labels
    told = [
        ("epochs run", f"{len(epochs)} of {config.epochs}"),
        kept,
        ("held-out loss", f"{cross_entropy(logits, labels):.4f}"),
        ("held-out accuracy", f"{accuracy(logits, labels):.2%} of {len(labels):,}"),
    ]
    print_table(str(output), told + found)

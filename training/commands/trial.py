"""`lookalike-train trial`: what `fit --data` gives on sets as small as shops have."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.recipes.shop.trial import Trial


@click.command()
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--work",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of `reproduce garments`: also fits the head anew without some categories.",
)
def trial(bundle: Path, work: Path | None) -> None:
    """Try what `fit --data` makes of 200 and of 1,000 product photos, in words of a shop's own.

    The photos are of the shop's validation shoots, which no network learned from; each fit is
    judged on other shoots than it was given. Told are means of five draws, with the lowest and the
    highest. With --work the network's head is fitted anew without ten article types, which are then
    learned from few of their photos.

    \b
    Example:
      lookalike-train trial embeddings/bundles/garments
      lookalike-train trial embeddings/bundles/garments --work runs/garments
    """
    from embeddings.model.bundle import load_bundle
    from training.console import print_table, progress_bars
    from training.recipes.trials.material import try_own_words, try_unlearned

    loaded = load_bundle(bundle)
    with progress_bars() as bars:
        told = try_own_words(loaded, bars)
        if work is not None:
            told += try_unlearned(loaded, work, bars)
    click.echo("photos of other shoots than were given: means of draws, lowest and highest")
    for words, trials in told:
        print_table(f"{words}: {_span([each.given for each in trials])} photos", _rows(trials))


def _rows(trials: "list[Trial]") -> list[tuple[str, str]]:
    judged = _span([each.judged for each in trials])
    shares: dict[str, Sequence[float | None]] = {
        "right where it began": [each.begun for each in trials],
        "right as fitted": [each.right for each in trials],
        "precision@10 by category": [each.near for each in trials],
        "photos taken for garments": [each.kept for each in trials],
        "other things turned away": [each.turned_away for each in trials],
    }
    return [
        ("categories", _span([each.labels for each in trials])),
        ("photos judged", judged),
        *((name, told) for name, values in shares.items() if (told := _said(values))),
    ]


def _span(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _said(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    if not known:
        return ""
    mean = sum(known) / len(known)
    return f"{mean:.1%} ({min(known):.1%} to {max(known):.1%})"

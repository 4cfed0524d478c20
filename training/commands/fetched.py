"""What the commands that fetch photos have in common: bars while they do, a few lines after."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from embeddings.datasets.download import Progress
    from embeddings.datasets.placing import Fetched

_MOST_TOLD = 10


def fetch_with_bars(what: str, fetch: "Callable[[Progress], Fetched]") -> None:
    """Run `fetch` under a progress bar, and say where `what`, such as 'product photos', are."""
    from training.console import downloads, progress_bars

    with progress_bars() as bars:
        got = fetch(downloads(bars, _stage))
    if got.was_there:
        click.echo(f"{got.photos:,} {what} are in {got.folder}: nothing to do")
        return
    for reason in got.left_out[:_MOST_TOLD]:
        click.echo(f"left out {reason}", err=True)
    if len(got.left_out) > _MOST_TOLD:
        click.echo(f"left out {len(got.left_out) - _MOST_TOLD:,} more", err=True)
    click.echo(f"{got.photos:,} {what} are now in {got.folder}")


def _stage(name: str) -> str:
    return "checking" if name == "photos" else "fetching"

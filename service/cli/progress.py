"""A progress bar on standard error, where somebody is there to see it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from service.progress import Progress, no_progress


@contextmanager
def progress_bar(title: str, unit: str = "pictures") -> Iterator[Progress]:
    """Give a callback that draws how far the work is; it draws nothing unless in a terminal."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}  {task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None, unit=unit, rate="")

        def show(done: int, total: int | None) -> None:
            speed = bars.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bars.update(task, completed=done, total=total, rate=rate)

        yield show

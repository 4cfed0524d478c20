"""Progress bars on standard error, tables on standard output."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Drawn
from rich.table import Table

from training.progress import Bars, Progress


@contextmanager
def progress_bars() -> Iterator[Bars]:
    """Show a bar with the time left for each piece that is told of; nothing where no one looks."""
    columns = (
        TextColumn("{task.fields[name]}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Drawn(*columns, console=Console(stderr=True)) as drawn:
        known: dict[str, TaskID] = {}

        def bar(name: str) -> Progress:
            def show(done: int, total: int, text: str) -> None:
                if name not in known:
                    known[name] = drawn.add_task(text, name=name, total=total or None)
                drawn.update(known[name], completed=done, total=total or None, description=text)

            return show

        yield bar


def downloads(
    bars: Bars, stage: Callable[[str], str] = lambda _name: "fetching"
) -> Callable[[str, int, int], None]:
    """Turn bars into what a data set's loader calls; `stage` says what is done with a file."""
    return lambda name, done, total: bars(name)(done, total, stage(name))


def print_table(title: str, rows: list[tuple[str, str]]) -> None:
    """Print names and values."""
    table = Table(title=title, show_header=False, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def print_columns(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows under their columns' names."""
    table = Table(*head, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)

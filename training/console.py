"""Progress bars on standard error, tables on standard output."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

# Called with what is being done, the steps done, the steps in all, and how it stands.
Tell = Callable[[str, int, int, str], None]


@contextmanager
def progress_bars() -> Iterator[Tell]:
    """Show a bar with the time left for each thing that is told; nothing where no one looks."""
    columns = (
        TextColumn("{task.fields[name]}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        known: dict[str, int] = {}

        def tell(name: str, done: int, total: int, text: str) -> None:
            if name not in known:
                known[name] = int(bars.add_task(text, name=name, total=total or None))
            task = next(task for task in bars.tasks if task.id == known[name])
            bars.update(task.id, completed=done, total=total or None, description=text)

        yield tell


def downloads(tell: Tell) -> Callable[[str, int, int], None]:
    """Turn a bar into what a data set's loader calls."""
    return lambda name, done, total: tell(name, done, total, "fetching")


def named(tell: Tell, name: str) -> Callable[[int, int, str], None]:
    """Turn a bar into what a single piece of work calls."""
    return lambda done, total, text: tell(name, done, total, text)


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

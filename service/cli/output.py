"""How commands print: tables for people, JSON for scripts, one line for what went wrong."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from embeddings.files.names import legible

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def as_json(value: "DataclassInstance | dict[str, Any] | list[Any]") -> None:
    """Print an object as JSON on standard output."""
    plain = value if isinstance(value, dict | list) else asdict(value)
    text = json.dumps(plain, indent=2, ensure_ascii=False)
    click.echo(legible(text))  # a file's bytes may be no text


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Print a table; the columns named in `right` hold numbers. In a pipe it is tab-separated."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            click.echo("\t".join(on_one_line(cell) for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD)
    for name in columns:
        drawn.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        # As Text, so that brackets in a title are no markup, and without control characters.
        drawn.add_row(*(Text(on_one_line(cell)) for cell in row))
    Console().print(drawn)


@contextmanager
def reporting(is_all: bool = False) -> Iterator[None]:
    """Print what has been done. Where nobody can read it, it is done all the same.

    So a standard output that is closed or full is told, and is no failure, unless what is printed
    `is_all` that the command was to do.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if is_all:
            raise
        # What is still buffered must go somewhere, or Python complains while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        tell(f"it is done, but standard output cannot be written to ({error.strerror})")


def tell(message: str) -> None:
    """Print one line on standard error."""
    click.echo(f"lookalike: {on_one_line(message)}", err=True)


def on_one_line(text: str) -> str:
    """Keep a file's name or a title from steering the terminal."""
    return "".join(each if each.isprintable() else " " for each in text).strip()

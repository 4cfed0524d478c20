"""What several commands share: the settings, with `--home` beside the environment."""

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from catalog.facts import FILTERS
from service.errors import BadSetting
from service.settings.addresses import host
from service.settings.environment import Settings, read_settings
from service.settings.values import folder, tidy


class HomeFolder(click.ParamType[Path]):
    """The folder given as `--home`, by the rules of LOOKALIKE_HOME."""

    name = "directory"

    def convert(
        self, value: str | Path, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> Path:
        """Read it; click calls this."""
        try:
            return folder("--home", str(value))
        except BadSetting as error:
            self.fail(str(error).removeprefix("--home "))


class Host(click.ParamType[str]):
    """What is given as `--host`, by the rules of LOOKALIKE_HOST."""

    name = "text"

    def convert(
        self, value: str, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> str:
        """Read it; click calls this."""
        try:
            return host("--host", tidy("--host", value))
        except BadSetting as error:
            self.fail(str(error).removeprefix("--host "))


def examples(*lines: str) -> str:
    """Turn command lines into the epilog of a command's help."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


def of_facts(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each fact that products can be narrowed by."""
    for fact in reversed(FILTERS):
        command = click.option(
            f"--{fact.column.replace('_', '-')}",
            fact.column,
            multiple=True,
            help=f"Only products of this {fact.label.lower()}; may be repeated.",
        )(command)
    return command


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command its `settings`, and the option `--home`, which wins over LOOKALIKE_HOME."""

    @click.option(
        "--home",
        type=HomeFolder(),
        help="Folder of the database, pictures and snapshots; else LOOKALIKE_HOME, else ./var.",
    )
    @functools.wraps(command)
    def with_home(*args: Any, home: Path | None, **options: Any) -> None:
        before = click.get_current_context().obj  # `--home` given before the command's name
        command(*args, settings=settings_at(home or before), **options)

    return with_home


# For a command of ours that starts another: its end of an `embeddings.lifeline`.
lifeline_option = click.option(
    "--lifeline", type=click.IntRange(3), hidden=True, help="For a command that starts this one."
)


def hold_lifeline(descriptor: int | None) -> None:
    """Have this process told to stop when the one that started it is gone, where one did."""
    if descriptor is None:
        return
    from embeddings.lifeline import stop_at_end_of

    try:
        stop_at_end_of(descriptor)
    except OSError as error:
        said = f"--lifeline is for a command that starts this one: {error.strerror}"
        raise click.UsageError(said) from None


def home_is_named() -> bool:
    """Return whether somebody chose the folder that the running command works on."""
    context = click.get_current_context()
    return bool(context.params.get("home") or context.obj or os.environ.get("LOOKALIKE_HOME"))


def settings_at(home: Path | None) -> Settings:
    """Read the settings; `home`, where given, wins. Raises: BadSetting."""
    settings = read_settings()
    return settings if home is None else replace(settings, home=home)

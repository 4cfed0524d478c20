"""`lookalike-train fit --data`: a bundle's network trained on the user's own photos."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from training.judge.figure import Figure

START = "garments"
TUNING = {"epochs", "batch_size", "learning_rate", "patience"}
SHOP_ONLY = {"data", "encoding", "start", "quick", "balance", "bundle", "name"}

Command = TypeVar("Command", bound=Callable[..., Any])


def shop_options(command: Command) -> Command:
    """Add the options that go with --data."""
    for option in reversed(
        (
            click.option(
                "--data",
                type=click.Path(exists=True, path_type=Path),
                help="Your own photos: a folder of category folders, a CSV, or a ZIP of either.",
            ),
            click.option(
                "--encoding",
                help="With --data: of a CSV that is not UTF-8 and does not say what it is, such as "
                "cp1252.",
            ),
            click.option(
                "--from",
                "start",
                default=START,
                show_default=True,
                help="With --data: the bundle to train on from, a shipped name or a folder.",
            ),
            click.option(
                "--quick",
                is_flag=True,
                help="With --data: fit nothing, only take up the categories where they begin.",
            ),
            click.option(
                "--balance",
                type=click.FloatRange(0, 1),
                default=0.5,
                show_default=True,
                help="With --data: 0 shows photos as they come, 1 every category equally often.",
            ),
            click.option(
                "--bundle",
                type=click.Path(file_okay=False, path_type=Path),
                help="With --data: write the bundle too, here, as `export` does.",
            ),
            click.option("--name", help="The bundle's name.  [default: its folder's name]"),
        )
    ):
        command = option(command)
    return command


def fit_shop_photos(output: Path, resume: bool, given: dict[str, Any]) -> None:
    """Train, print the held-out figures, and write a bundle where one is asked for."""
    from embeddings.model.bundle import load_bundle, resolve_bundle
    from training.console import progress_bars
    from training.data.shop_photos import read_shop_photos
    from training.recipes.shop.config import ShopConfig, fingerprint_of
    from training.recipes.shop.fit import fit_shop
    from training.recipes.shop.result import export_shop_run
    from training.recipes.shop.start import keeps_embedding

    data, bundle, name = Path(given["data"]), given.get("bundle"), given.get("name")
    if name is not None and bundle is None:
        raise click.UsageError("--name needs --bundle, the folder of the bundle to name")
    start = load_bundle(resolve_bundle(given.get("start", START)))
    if keeps_embedding(start) and (strange := TUNING & set(given)):
        raise click.UsageError(
            f"--{min(strange).replace('_', '-')} goes with a bundle whose network is trained, such "
            f"as clothing-photos; that of '{start.name}' stays as it is"
        )
    photos = read_shop_photos(data, partial(click.echo, err=True), given.get("encoding"))
    settings = {k: v for k, v in given.items() if k in ShopConfig.__dataclass_fields__}
    try:
        config = ShopConfig(
            **{**settings, "start": start.fingerprint, "photos": fingerprint_of(photos)}
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with progress_bars() as bars:
        result = fit_shop(
            photos,
            start,
            config,
            output,
            source=data.name,
            command=_command(data, start.name, settings),
            bars=bars,
            resume=resume,
        )
    _print(output, result.figures, result.origin.notes)
    if bundle is None:
        click.echo(f"next: lookalike-train export {output} --output BUNDLE --name NAME")
        return
    made = export_shop_run(output, bundle, name or bundle.resolve().name)
    click.echo(f"wrote {made.path}, fingerprint {made.fingerprint}")
    click.echo(f"next: lookalike model compare {made.path}, to see what would change")
    click.echo(f"then: lookalike model promote {made.path}")


def _command(data: Path, start: str, settings: dict[str, Any]) -> str:
    """Return the command as it was given, with names in place of the user's folders."""
    parts = [f"lookalike-train fit --data {data.name} --from {start}"]
    for name, value in sorted(settings.items()):
        if name in ("start", "photos") or value is False:
            continue
        option = f"--{name.replace('_', '-')}"
        parts.append(option if value is True else f"{option} {value}")
    return " ".join(parts)


def _print(output: Path, figures: "dict[str, Figure]", notes: tuple[str, ...]) -> None:
    from training.console import print_columns

    rows = []
    for key, figure in figures.items():
        if key.startswith("before_"):
            continue
        before = figures.get(f"before_{key}")
        rows.append((figure.title, str(figure), str(before) if before else ""))
    print_columns(
        f"{output}: photos that were held out (95 % intervals)",
        ("figure", "this network", "where it began"),
        rows,
    )
    for note in notes:
        click.echo(note)

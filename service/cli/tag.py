"""`lookalike tag`: categories of pictures, without a catalogue."""

from pathlib import Path

import click

from embeddings.files.names import printable
from service.cli.options import examples, with_settings
from service.cli.output import tell
from service.cli.progress import progress_bar
from service.models.registry import Models
from service.settings.environment import Settings
from service.tables.record_files import format_of
from service.tagging.tag import tag_pictures
from service.wording import counted, was_or_were

_NAMED = 5  # files passed over that are named; the others are counted


@click.command(
    "tag",
    epilog=examples(
        "lookalike tag pictures/ --output tags.csv",
        "lookalike tag pictures/ --output tags.jsonl --resume",
        "lookalike tag dress.jpg coat.jpg --output -",
    ),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A .csv, .jsonl or .parquet file, or - for standard output as CSV.",
)
@click.option(
    "--resume", is_flag=True, help="Go on with an output that was interrupted (CSV, JSON Lines)."
)
@with_settings
def command(paths: tuple[Path, ...], output: Path, resume: bool, settings: Settings) -> None:
    """Name the category of pictures, without touching the catalogue.

    Folders are searched with all below them. A picture that cannot be read has its reason in the
    column `error`; the others go on.
    """
    format_of(output)  # a wrong ending is told before the model is loaded
    model = Models(settings.bundle).first()
    with progress_bar("Tagging") as progress:
        report = tag_pictures(
            paths,
            output,
            model=model,
            limits=settings.photo_limits,
            resume=resume,
            own=settings.own_folders,
            progress=progress,
        )
    before = ""
    if report.skipped:
        before = f", {report.skipped:,} {was_or_were(report.skipped)} there before"
    tagged = counted(report.tagged, "picture")
    tell(f"{tagged} tagged, {report.failed:,} could not be read{before}")
    if report.passed_over:
        first = [f"'{printable(name)}' ({why})" for name, why in report.passed_over.items()]
        more = f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
        tell(f"passed over: {', '.join(first[:_NAMED])}{more}")

"""`lookalike export`: the catalogue into a file."""

from contextlib import closing
from pathlib import Path

import click

from service.cli.options import examples, with_settings
from service.cli.output import tell
from service.cli.progress import progress_bar
from service.settings.environment import Settings
from service.stock.exporting import export_catalogue
from service.wiring import build_services
from service.wording import counted


@click.command(
    "export",
    epilog=examples(
        "lookalike export catalogue.csv",
        "lookalike export catalogue.parquet",
        "lookalike export - | head",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings
def command(file: Path, settings: Settings) -> None:
    """Write the catalogue to a CSV, JSON Lines or Parquet file.

    The file's ending decides; - is standard output as CSV. The file can be imported again.
    """
    with (
        closing(build_services(settings)) as services,
        progress_bar("Exporting", "products") as progress,
    ):
        written = export_catalogue(file, services=services, progress=progress)
    tell(f"{counted(written, 'product')} exported")

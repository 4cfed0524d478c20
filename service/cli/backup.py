"""`lookalike backup`: the whole shop into one file."""

from contextlib import closing
from pathlib import Path

import click

from service.backups import Manifest, back_up
from service.cli.options import examples, with_settings
from service.cli.output import reporting, tell
from service.cli.progress import progress_bar
from service.settings.environment import Settings
from service.wiring import build_services
from service.wording import counted


@click.command(
    "backup",
    epilog=examples(
        "lookalike backup shop.tar",
        "lookalike backup /mnt/backups/shop-$(date +%F).tar",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@with_settings
def command(file: Path, settings: Settings) -> None:
    """Write the whole shop, as it is at one instant, to a file.

    Servers and imports go on meanwhile. An older backup at FILE is replaced once the new one is
    whole. Exits with 1 if pictures are missing or damaged, though FILE then holds all the rest.
    """
    with closing(build_services(settings)) as services, progress_bar("Backing up") as progress:
        made = back_up(file, services=services, progress=progress)
    with reporting():
        click.echo(f"{said(made)} are in {file}")
    if made.lost:
        tell(
            f"{len(made.lost)} of the shop's pictures are missing or damaged, so they are not in "
            "the backup: run `lookalike verify`"
        )
        click.get_current_context().exit(1)


def said(told: Manifest) -> str:
    """Return how much a backup holds."""
    megabytes = (told.pictures_bytes + told.database_bytes) / 1e6
    pictures = counted(told.pictures, "picture")
    return f"{counted(told.products, 'product')} with {pictures} ({megabytes:,.1f} MB)"

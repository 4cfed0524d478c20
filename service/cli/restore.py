"""`lookalike restore`: the whole shop back from one file."""

import sys
from contextlib import ExitStack, closing
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from catalog import products
from catalog.errors import WrongSchema
from service.backups import checked, restore
from service.cli.backup import said
from service.cli.options import examples, with_settings
from service.cli.output import reporting, tell
from service.cli.progress import progress_bar
from service.cli.recording import done
from service.settings.environment import Settings
from service.wiring import Services, build_services
from service.wording import counted, was_or_were


@click.command(
    "restore",
    epilog=examples(
        "lookalike restore shop.tar",
        "lookalike restore --check shop.tar",
        "lookalike restore --yes shop.tar",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="Only say whether FILE is whole.")
@click.option("--yes", is_flag=True, help="Do not ask whether the present shop may be replaced.")
@with_settings
def command(file: Path, only_check: bool, yes: bool, settings: Settings) -> None:
    """Put back a shop that `lookalike backup` wrote.

    FILE is checked wholly before anything is touched. Servers may run: they answer from the old
    shop until the new one is in, and from that after. Interrupted, the shop is still the old one.
    What has changed since the backup is lost; make another one before, to be able to go back.
    """
    with closing(build_services(settings)) as services, ExitStack() as held:
        with progress_bar("Checking", "MB") as progress:
            backup = held.enter_context(checked(file, settings=settings, progress=progress))
        manifest = backup.manifest
        if only_check:
            click.echo(f"{file} is whole: {said(manifest)}, of {manifest.made_at}")
            return
        if not yes:
            _ask(services)
        with progress_bar("Restoring", "MB") as progress:
            found = restore(backup, services=services, progress=progress)
        done(services, "restore", file.name, f"{said(manifest)}, of {manifest.made_at}")
    with reporting():
        click.echo(f"{said(manifest)}, of {manifest.made_at}, are back")
        whose = "this shop" if found.keeps_accounts else "the backup"
        click.echo(f"accounts, keys and the log are those of {whose}")
    if found.aside is not None:
        tell(f"the database that was there was damaged beyond use; it is in {found.aside} now")
    if manifest.lost:
        lost, were = counted(len(manifest.lost), "picture"), was_or_were(len(manifest.lost))
        tell(f"{lost} {were} lost before the backup: run `lookalike verify`")
    if found.model_problem is not None:
        tell(
            f"the shop cannot answer yet: {found.model_problem}; or copy what lies in 'models' of "
            f"the home that was backed up to {settings.models}"
        )
        click.get_current_context().exit(1)


def _ask(services: Services) -> None:
    """Make sure that somebody wants the present shop to be replaced."""
    present = _present(services)
    if present is None:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{present} would be replaced; add --yes if that is meant")
    click.confirm(f"{present} will be replaced. Go on?", abort=True)


def _present(services: Services) -> str | None:
    if not services.settings.database.exists():
        return None
    try:
        with services.database.reading() as session:
            found = products.count(session)
    except (WrongSchema, DatabaseError):
        return f"what is in {services.settings.database}, which cannot be read,"
    return f"the {counted(found, 'product')} in {services.settings.home}" if found else None

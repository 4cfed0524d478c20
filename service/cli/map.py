"""`lookalike map`: the maps of columns that are kept for imports."""

from contextlib import closing

import click

from embeddings.tables.naming import in_part
from service.access.actor import at_the_machine
from service.cli.options import examples, with_settings
from service.cli.output import as_json, table, tell
from service.importing import forget, kept_maps
from service.settings.environment import Settings
from service.wiring import build_services


@click.group(
    "map",
    epilog=examples("lookalike map list", "lookalike map remove supplier"),
)
def command() -> None:
    """List and remove the maps of columns that imports remember.

    `lookalike import --save-map` and the page Import keep them; `--map-from` takes one.
    """


@command.command("list", epilog=examples("lookalike map list", "lookalike map list --json"))
@click.option("--json", "wants_json", is_flag=True, help="Print the maps as JSON.")
@with_settings
def list_(wants_json: bool, settings: Settings) -> None:
    """List the maps, with which column of a file is which of ours."""
    with closing(build_services(settings)) as services:
        maps = kept_maps(services=services)
    if wants_json:
        as_json(maps)
        return
    if not maps:
        tell("no map is kept; lookalike import --save-map NAME keeps one")
        return
    rows = [
        (name, in_part(theirs), ours or "(left out)")
        for name, columns in maps.items()
        for theirs, ours in columns.items()
    ]
    table(("map", "column of the file", "is"), rows)


@command.command("remove", epilog=examples("lookalike map remove supplier"))
@click.argument("name")
@with_settings
def remove(name: str, settings: Settings) -> None:
    """Remove a map; what was imported with it stays."""
    with closing(build_services(settings)) as services:
        forget(name, services=services, by=at_the_machine())
    tell(f"the map '{name}' is removed")

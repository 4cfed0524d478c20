"""The `lookalike` command: knows its commands by name and loads one only when it is called."""

import importlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from service.cli.options import HomeFolder

COMMANDS = {
    "demo": ("demo", "Fill a catalogue with real pictures and serve it."),
    "serve": ("serve", "Serve the shop's pages and the JSON API until interrupted."),
    "import": ("import_source", "Bring a table, a folder or a ZIP of products into the catalogue."),
    "map": ("map", "List and remove the maps of columns that imports remember."),
    "tag": ("tag", "Name the category of pictures, without touching the catalogue."),
    "search": ("search", "Find the products that look like a photo."),
    "export": ("export", "Write the catalogue to a CSV, JSON Lines or Parquet file."),
    "label": ("label", "Say what a product is; no model will overrule it."),
    "category": (
        "category",
        "List the categories, and map your words to them.",
    ),
    "review": (
        "review",
        "List the products that want a person's look.",
    ),
    "remove": ("remove", "Take products out of the catalogue."),
    "duplicates": (
        "duplicates",
        "Find products that the shop may have twice, and decide on them.",
    ),
    "backup": (
        "backup",
        "Write the whole shop, as it is at one instant, to a file.",
    ),
    "restore": ("restore", "Put back a shop that `lookalike backup` wrote."),
    "verify": ("verify", "Check that database, pictures and index agree, and mend it."),
    "model": ("model", "List, compare, promote or roll back the catalogue's models."),
    "worker": ("worker", "Do background work: imports, tagging, checks."),
    "jobs": ("jobs", "Look at background work, pause it, cancel it, let it go on."),
    "feed": ("feed", "Read a supplier's file on a schedule."),
    "user": ("user", "Add accounts of the staff, let people in, or keep them out."),
    "key": ("key", "Draw the API keys of programs, and revoke them."),
    "bench": ("bench", "Measure this installation beside the bare libraries."),
}
"""Each command's module in this package, which names its click command `command`, and its line in
`lookalike --help`: written here too, so that the help loads none of them."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called.

    The network's and the database's libraries take longer to load than `--help` may.
    """

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None for a name that there is not."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = importlib.import_module(f"service.cli.{module}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their lines, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def version_here() -> str:
    """Give the installed version; a checkout that was never installed has none."""
    try:
        return version("lookalike")
    except PackageNotFoundError:
        return "(a checkout, not installed)"


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: lookalike import new-stock.csv",
)
@click.version_option(version_here(), prog_name="lookalike")
@click.option(
    "--home",
    type=HomeFolder(),
    help="Folder of the database, pictures and snapshots; else LOOKALIKE_HOME, else ./var.",
)
@click.pass_context
def lookalike(ctx: click.Context, home: Path | None) -> None:
    """Search a fashion shop's catalogue by picture."""
    ctx.obj = home

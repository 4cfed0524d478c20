"""`lookalike-train fetch`: public data sets, a command for each."""

import click

from training.commands.fetch_clothing_photos import clothing_photos


@click.group()
def fetch() -> None:
    r"""Get a public data set onto this machine, checked.

    \b
    Example:
      lookalike-train fetch clothing-photos
    """


fetch.add_command(clothing_photos)

"""`lookalike-train fetch`: public data sets, a command for each."""

import click

from training.commands.fetch_clothing_photos import clothing_photos
from training.commands.fetch_negatives import negatives
from training.commands.fetch_product_photos import product_photos


@click.group()
def fetch() -> None:
    """Get a public data set onto this machine, checked.

    \b
    Example:
      lookalike-train fetch clothing-photos
      lookalike-train fetch product-photos --from ~/Downloads/archive.zip
      lookalike-train fetch negatives
    """


fetch.add_command(clothing_photos)
fetch.add_command(product_photos)
fetch.add_command(negatives)

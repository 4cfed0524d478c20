"""`lookalike-train fetch`: public data sets, a command for each."""

import click

from training.commands.fetch_clothing_photos import clothing_photos
from training.commands.fetch_other_things import other_things
from training.commands.fetch_product_photos import product_photos

_FORMER = {"negatives": "other-things"}  # names of earlier versions, still understood


class _Group(click.Group):
    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, _FORMER.get(name, name))


@click.group(cls=_Group)
def fetch() -> None:
    """Get a public data set onto this machine, checked.

    \b
    Example:
      lookalike-train fetch clothing-photos
      lookalike-train fetch product-photos --from ~/Downloads/archive.zip
      lookalike-train fetch other-things
    """


fetch.add_command(clothing_photos)
fetch.add_command(product_photos)
fetch.add_command(other_things)

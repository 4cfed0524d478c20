"""`lookalike-train fetch clothing-photos`: real photos of garments."""

from pathlib import Path

import click

from training.commands.fetched import fetch_with_bars


@click.command("clothing-photos")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="ARCHIVE_OR_FOLDER",
    help="Take them out of a ZIP or a folder that is here already, and fetch nothing.",
)
def clothing_photos(source: Path | None) -> None:
    """Get the clothing dataset (Alexey Grigorev, 2020, CC0): about 5,400 labelled photos.

    They go into the folder that LOOKALIKE_CLOTHING_PHOTOS names, else into the user's cache; where
    they are already, nothing is done. Without --from the public repository's archive of one pinned
    commit is fetched over HTTPS.

    \b
    Example:
      lookalike-train fetch clothing-photos
      lookalike-train fetch clothing-photos --from ~/Downloads/clothing-dataset.zip
    """
    from embeddings.datasets.clothing_photos_fetch import fetch_clothing_photos

    fetch_with_bars("clothing photos", lambda progress: fetch_clothing_photos(source, progress))

"""`lookalike-train fetch other-things`: pictures of what is no garment."""

import click


@click.command("other-things")
def other_things() -> None:
    """Fetch pictures of other things: animals, food, objects, landscapes, print, drawings.

    They come out of Debian's packages through apt-get, into the folder that
    LOOKALIKE_OTHER_THINGS names, else into the user's cache. Without apt-get, copy that folder
    from a machine that has it.

    \b
    Example:
      lookalike-train fetch other-things
    """
    from training.console import downloads, progress_bars
    from training.others.fetch import fetch_other_things
    from training.others.real import load_other_things

    with progress_bars() as bars:
        folder = fetch_other_things(downloads(bars))
    click.echo(f"{len(load_other_things(folder)):,} pictures of other things are in {folder}")

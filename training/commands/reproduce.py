"""`lookalike-train reproduce`: the shipped bundles from nothing."""

from pathlib import Path

import click

from embeddings.model.bundle import Bundle

COMMAND = "lookalike-train reproduce fashion-mnist"


@click.command()
@click.argument("bundle", type=click.Choice(["garments", "clothing-photos", "fashion-mnist"]))
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    show_default="runs/BUNDLE",
    help="Where the runs go; those found there are kept, or go on where they were.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    show_default="runs/BUNDLE/bundle",
    help="The bundle's folder.",
)
def reproduce(bundle: str, work: Path | None, output: Path | None) -> None:
    """Fit, judge and export a shipped bundle again.

    Of `garments`, the default, a network on a shop's photos, one a fold of senders and the one
    that ships: about two hours on two cores; it needs `lookalike-train fetch clothing-photos`,
    `fetch product-photos` and `fetch other-things` first, and goes on, with a word, without one of
    the former two. Of `fashion-mnist` a teacher, what it says of the students' views, then three
    seeds: two and a half hours. Of `clothing-photos`, the former default, a network a
    fold of senders, then the one that ships: about two hours. Each may be interrupted: the same
    command goes on.

    \b
    Example:
      lookalike-train reproduce fashion-mnist --work runs/again --output runs/again/bundle
    """
    work = work or Path("runs") / bundle
    makers = {
        "fashion-mnist": _fashion_mnist,
        "clothing-photos": _clothing_photos,
        "garments": _garments,
    }
    made = makers[bundle](work, output or work / "bundle")
    click.echo(f"wrote {made.path}, fingerprint {made.fingerprint}")


def _fashion_mnist(work: Path, output: Path) -> Bundle:
    from embeddings.datasets.fashion_mnist import LABELS, load_part
    from training.console import downloads, progress_bars
    from training.recipes.fashion.exporting import export_run
    from training.recipes.fashion.recipe import SHIPPED
    from training.recipes.fashion.reproduce import fit_all
    from training.recipes.fashion.runs import open_run

    with progress_bars() as bars:
        train, test = load_part("train", downloads(bars)), load_part("test", downloads(bars))
        shipped, *others = fit_all(SHIPPED, train, LABELS, work, bars)
        run, name = open_run(shipped), "fashion-mnist"
        return export_run(run, output, name, train, test, others, COMMAND, bars)


def _clothing_photos(work: Path, output: Path) -> Bundle:
    from embeddings.datasets.clothing_photos import garments, load_clothing_photos
    from embeddings.datasets.fashion_mnist import load_part
    from training.console import downloads, progress_bars
    from training.data.photo_data import open_album
    from training.others.real import load_other_things
    from training.recipes.photos.export import assess_photos, write_shipped
    from training.recipes.photos.recipe import PHOTO_RECIPE
    from training.recipes.photos.runs import COARSE, continue_from, fit_all

    photos = load_clothing_photos()
    load_other_things()  # hours would be lost if they turned out to be missing at the end
    with progress_bars() as bars:
        train, test = load_part("train", downloads(bars)), load_part("test", downloads(bars))
        album = open_album(garments(photos))
        fit_all(PHOTO_RECIPE.coarse, album, train, work / COARSE, bars)
        begin = continue_from(work / COARSE)
        fit_all(PHOTO_RECIPE.close, album, train, work, bars, begin)
        told = assess_photos(work, photos, test, bars)
        return write_shipped(work, output, "clothing-photos", told)


def _garments(work: Path, output: Path) -> Bundle:
    from training.console import progress_bars
    from training.recipes.garments.making import make_garments

    with progress_bars() as bars:
        return make_garments(work, output, bars)

"""From data sets to a bundle: every step of the garment recipe, in order."""

import json
from dataclasses import asdict
from pathlib import Path

from embeddings.datasets.clothing_photos import ClothingPhoto, load_clothing_photos
from embeddings.datasets.fashion_mnist import load_part
from embeddings.datasets.product_photos import ProductPhoto, load_product_photos
from embeddings.errors import DatasetUnavailable
from embeddings.model.bundle import Bundle
from training.console import downloads
from training.errors import BadRun
from training.judge.figure import Figure
from training.judge.judgement import RejectionJudgement
from training.others.real import load_other_things
from training.progress import Bars
from training.recipes.garments.bundle import write_garment_bundle
from training.recipes.garments.fit.material import Material
from training.recipes.garments.fit.recipe import RECIPE, Recipe
from training.recipes.garments.fit.runs import FINAL, NETWORK_FILE, fit_all
from training.recipes.garments.judge.assess import Assessment, assess, assess_bundle
from training.recipes.garments.judge.readings import network_of, reader_of_network
from training.recipes.garments.pictures.samples import NEVER, Cuts, Samples, cut_all, gather

NAME = "garments"
RUNS, VIEWS = "runs", "views"
CUTS_FILE = "cuts.npz"
GARMENTS_FILE = "garments.json"  # the settings of the garment network's runs


def make_garments(work: Path, output: Path, bars: Bars, recipe: Recipe = RECIPE) -> Bundle:
    """Fit, judge and write the bundle; what is there under `work` is kept, or gone on with.

    Raises:
        BadRun: `work` holds runs of other settings.
        DatasetUnavailable: neither photos nor other things are to be had.
        ExportDiffers: the exported network does not answer as the trained one.
    """
    load_other_things()  # hours would be lost if they turned out to be missing at the end
    _same_recipe(recipe, work)
    samples, cuts = open_samples(work, bars)
    train = load_part("train", downloads(bars))
    material = Material(recipe, samples, cuts, train, work / VIEWS, bars)
    fit_all(material, work / RUNS, bars)
    told, network = _assess(recipe, samples, cuts, work, bars)
    return write_garment_bundle(output, NAME, network, recipe, told, samples, work / RUNS)


def judge_garments(
    run: Path, bundle: Bundle | None, bars: Bars
) -> tuple[dict[str, Figure], RejectionJudgement]:
    """Judge the runs in a folder, or a written bundle. Raises: as `make_garments` does."""
    test = load_part("test", downloads(bars))
    if bundle is not None:
        samples, cuts = open_samples(None, bars)
        figures, judged = assess_bundle(bundle, samples, cuts, test, bars)
        return figures, judged.by(bundle.rejection)
    samples, cuts = open_samples(run, bars)
    told, _ = _assess(RECIPE, samples, cuts, run, bars)
    return told.figures, told.judged.by(told.thresholds.rejection)


def open_samples(work: Path | None, bars: Bars) -> tuple[Samples, Cuts]:
    """List every picture that is there, and cut the garments out; keep the cuts under `work`.

    Raises:
        DatasetUnavailable: there are neither clothing photos nor product photos, or none to judge
            by.
    """
    missing: list[str] = []
    photos: list[ClothingPhoto] = []
    products: list[ProductPhoto] = []
    try:
        photos = load_clothing_photos()
    except DatasetUnavailable as error:
        missing.append(str(error))
    try:
        products = load_product_photos()
    except DatasetUnavailable as error:
        missing.append(str(error))
    if not photos and not products:
        raise DatasetUnavailable("; ".join(missing))
    for told in missing:
        bars("data sets")(1, 1, f"goes on without: {told}")
    samples = gather(photos, products)
    if not samples.judged_folds() and not (samples.folds[samples.is_product] == NEVER).any():
        raise DatasetUnavailable(
            "nothing is there to judge by: no product photo is of the validation split, and there "
            "are no clothing photos to part by senders"
        )
    return samples, cut_all(samples, work / CUTS_FILE if work else None, bars)


def _assess(
    recipe: Recipe, samples: Samples, cuts: Cuts, work: Path, bars: Bars
) -> tuple[Assessment, object]:
    network = network_of(recipe, work / RUNS / FINAL / NETWORK_FILE)
    test = load_part("test", downloads(bars))
    read = reader_of_network(network)
    return assess(recipe, samples, cuts, test, work / RUNS, read, bars), network


def _same_recipe(recipe: Recipe, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    told = json.loads(json.dumps(asdict(recipe)))  # pairs are lists then
    file = work / GARMENTS_FILE
    if file.exists():
        if json.loads(file.read_text(encoding="utf-8")) != told:
            raise BadRun(f"{work} holds runs of other settings: choose another folder")
        return
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")

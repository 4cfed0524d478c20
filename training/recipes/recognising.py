"""Tells which recipe made the runs in a folder, or a bundle."""

from pathlib import Path

from embeddings.model.bundle import load_bundle
from training.recipes.fashion.runs import is_bundle
from training.recipes.garments.making import GARMENTS_FILE
from training.recipes.photos.runs import RECIPE_FILE


def knows_photos(folder: Path) -> bool:
    """Return whether a bundle or runs in a folder are of the photo network. Raises: BadBundle."""
    if is_bundle(folder):
        return str(load_bundle(folder).facts.get("network", "")).startswith("photo-")
    return (folder / RECIPE_FILE).is_file()


def knows_garments(folder: Path) -> bool:
    """Return whether a bundle or runs in a folder are of the garment network. Raises: BadBundle."""
    if is_bundle(folder):
        return str(load_bundle(folder).facts.get("network", "")).startswith("garments-")
    return (folder / GARMENTS_FILE).is_file()

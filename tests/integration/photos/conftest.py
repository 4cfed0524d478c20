"""The real photos, where they are: nothing is fetched for a test."""

import pytest

from embeddings.datasets.clothing_photos import (
    FOLDER_SETTING,
    TABLES,
    default_folder,
    load_clothing_photos,
)


@pytest.fixture(scope="session")
def photo_folder():
    folder = default_folder()
    if not any((folder / table).is_file() for table in TABLES):
        pytest.skip(
            f"the clothing photos are not in {folder}: set {FOLDER_SETTING} to their folder, or "
            "run `lookalike-train fetch clothing-photos`"
        )
    return folder


@pytest.fixture(scope="session")
def photos(photo_folder):
    return load_clothing_photos(photo_folder)

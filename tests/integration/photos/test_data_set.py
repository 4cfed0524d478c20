"""The real photos are those that the project was built on."""

from collections import Counter

import numpy as np

from embeddings.datasets.clothing_photos import (
    CATEGORIES,
    SUBSET,
    UNDECIDED,
    garments,
    published_test_names,
)
from embeddings.photos.photo import open_photo
from training.data.folds import group_folds


def test_every_row_is_a_photo_of_a_known_label(photos, photo_folder):
    # The reduced copy leaves out a fifth of the senders; of the public one a few photos may be
    # damaged, and are then not fetched.
    least, most = (4_200, 4_200) if (photo_folder / "photos.csv").is_file() else (5_300, 5_500)

    labels = Counter(photo.label for photo in photos)

    assert least <= len(photos) <= most
    assert set(labels) == {*CATEGORIES, *UNDECIDED}
    assert len({photo.name for photo in photos}) == len(photos)
    assert min(labels[name] for name in CATEGORIES) >= 15


def test_the_test_split_is_the_published_one(photos):
    test = [photo for photo in photos if photo.split == "test"]

    assert {photo.name for photo in test} == published_test_names()
    assert {photo.label for photo in test} == set(SUBSET)


def test_three_folds_by_sender_are_of_one_size_and_share_no_sender(photos):
    known = [photo for photo in garments(photos) if photo.split != "test"]
    senders = np.array([photo.sender for photo in known])
    labels = np.array([photo.label for photo in known])

    folds = group_folds(senders.tolist(), labels.tolist(), folds=3)

    sizes = np.bincount(folds)
    assert len(sizes) == 3
    assert max(sizes) - min(sizes) < 0.03 * len(known)
    for sender in set(senders):
        assert len(set(folds[senders == sender])) == 1
    for label in CATEGORIES:
        assert set(folds[labels == label]) == {0, 1, 2}


def test_the_photos_can_be_read(photos):
    some = photos[:: len(photos) // 100]

    sizes = [open_photo(photo.path.read_bytes()).pixels.shape for photo in some]

    assert all(min(height, width) >= 200 and colours == 3 for height, width, colours in sizes)

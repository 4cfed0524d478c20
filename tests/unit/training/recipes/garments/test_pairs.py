"""Two photos of one garment: the list of them, and whether one finds the other."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="needs what training needs: pip install .[train]")

from pathlib import Path

from embeddings.datasets.clothing_photos import ClothingPhoto, load_clothing_photos
from embeddings.errors import DatasetUnavailable
from training.errors import BadData
from training.recipes.garments.judge.judge_pairs import (
    find_pairs,
    judge_pairs,
    pairs_of_fold,
    places_beside,
)
from training.recipes.garments.judge.pairs import Pair, garments_of, read_pairs
from training.recipes.garments.pictures.samples import NEVER, gather

HEAD = "first,second,differs,found_by\n"


def pair(first: str, second: str, differs: str = "place") -> Pair:
    return Pair(first, second, differs, ("eye",))


def photo(name: str, sender: str, split: str = "train") -> ClothingPhoto:
    return ClothingPhoto(name, Path(f"{name}.jpg"), "Dress", sender, False, split)


@pytest.fixture
def samples():
    """Six senders of three photos each, the last one of the test split: a0, a1, a2 and so on."""
    return gather(
        [
            photo(f"{who}{n}", who, "test" if n == 2 else "train")
            for who in "abcdef"
            for n in range(3)
        ],
        [],
    )


@pytest.fixture(scope="module")
def album():
    try:
        return {photo.name: photo for photo in load_clothing_photos()}
    except DatasetUnavailable as error:
        pytest.skip(str(error))


def fold_of(samples, name):
    return int(samples.folds[[path.stem for path in samples.paths].index(name)])


def listed(folder, *rows):
    file = folder / "pairs.csv"
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_the_two_photos_of_a_listed_pair_are_of_one_sender(album):
    for each in read_pairs():
        assert album[each.first].sender == album[each.second].sender


def test_the_two_photos_of_a_listed_pair_are_different_files(album):
    for each in read_pairs():
        assert album[each.first].path.read_bytes() != album[each.second].path.read_bytes()


def test_every_listed_pair_is_asked_of_exactly_one_fold(album):
    samples = gather(list(album.values()), [])

    asked = [
        each
        for fold in samples.judged_folds()
        for each in pairs_of_fold(samples, read_pairs(), fold)
    ]

    assert sorted(asked, key=lambda each: (each.first, each.second)) == read_pairs()


def test_no_network_that_is_asked_for_a_pair_has_learned_from_either_photo(album):
    samples = gather(list(album.values()), [])
    place = {path.stem: n for n, path in enumerate(samples.paths)}

    for fold in samples.judged_folds():
        learned = set(samples.learned(fold).tolist())
        for each in pairs_of_fold(samples, read_pairs(), fold):
            assert not learned & {place[each.first], place[each.second]}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a0,a0,place,eye", "line 2 of pairs.csv pairs a0 with itself"),
        ("a0,a1,shoe,eye", "line 2 of pairs.csv: 'shoe' is none of moment"),
        ("a0,a1,place,eye+luck", "line 2 of pairs.csv: 'luck' is none of network"),
        ("a0,,place,eye", "line 2 of pairs.csv must name two photos"),
        ("a0,a1", "line 2 of pairs.csv must name two photos"),
        ("a0,a1,place,eye,more", "line 2 of pairs.csv must name two photos"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_line(tmp_path, row, said):
    with pytest.raises(BadData, match=said):
        read_pairs(listed(tmp_path, row))


def test_a_pair_that_comes_twice_is_refused_whichever_way_round(tmp_path):
    with pytest.raises(BadData, match="pairs a1 and a0 twice"):
        read_pairs(listed(tmp_path, "a0,a1,place,eye", "a1,a0,fold,eye"))


def test_a_list_with_other_columns_is_refused(tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("first,second\n", encoding="utf-8")

    with pytest.raises(BadData, match="must have the columns first, second"):
        read_pairs(file)


def test_photos_that_pairs_link_show_one_garment():
    shown = garments_of([pair("a0", "a1"), pair("b0", "b1"), pair("a2", "a1")])

    assert shown["a0"] == shown["a1"] == shown["a2"] == {"a0", "a1", "a2"}
    assert shown["b0"] == {"b0", "b1"}


def test_a_pair_whose_photo_is_not_there_is_left_out(samples):
    fold = fold_of(samples, "a0")

    assert pairs_of_fold(samples, [pair("a0", "elsewhere"), pair("a0", "a1")], fold) == [
        pair("a0", "a1")
    ]


def test_a_test_photo_is_searched_in_the_fold_of_its_sender(samples):
    fold = fold_of(samples, "b0")
    held = np.flatnonzero(samples.folds == fold)

    pairs = pairs_of_fold(samples, [pair("b2", "b0")], fold)
    beside = places_beside(samples, pairs, held)

    assert pairs == [pair("b2", "b0")]
    assert [samples.paths[place].stem for place in beside] == ["b2"]
    assert samples.folds[beside].tolist() == [NEVER]


def angles(*degrees: float):
    turned = np.deg2rad(degrees)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_what_lies_nearer_than_the_other_photo_is_counted(samples):
    rows = np.array([0, 1, 3, 4])  # a0, a1, b0 and b1
    shop = angles(0, 30, 10, 50)

    found = find_pairs(samples, [pair("a0", "a1")], rows, shop)

    # b0 lies between the two; from a1, b1 and b0 lie at 20 degrees, a0 at 30.
    assert found.ranks.tolist() == [1, 2]
    assert found.senders == ("a", "a")


def test_a_third_photo_of_the_garment_stands_in_nobodys_way(samples):
    rows = np.array([0, 1, 2])  # a0, a1 and a2, which lies between
    shop = angles(0, 30, 10)

    found = find_pairs(samples, [pair("a0", "a1"), pair("a1", "a2")], rows, shop)

    assert found.ranks.tolist() == [0, 0, 0, 0]


def test_the_figures_tell_apart_what_differs_by_the_moment_alone(samples):
    rows = np.array([0, 1, *range(3, 15)])
    far = angles(0, 90, *range(1, 13))  # a0 and a1, with twelve photos of others between
    pairs = [pair("a0", "a1"), pair("b0", "b1", "moment")]

    figures = judge_pairs([find_pairs(samples, pairs, rows, far)])

    assert figures["another_view_ten"].value == pytest.approx(0.5)
    assert figures["another_view_ten"].count == 4
    assert figures["changed_view_ten"].value == 0
    assert figures["changed_view_ten"].count == 2


def test_there_is_no_figure_without_pairs(samples):
    assert judge_pairs([find_pairs(samples, [], np.array([0, 1]), angles(0, 30))]) == {}

"""Garments cut out, laid on other grounds, and found again."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="needs what training needs: pip install .[train]")

from embeddings.types import Photo
from training.recipes.garments.judge.likeness import ranks, shared
from training.recipes.garments.judge.score import fit_score
from training.recipes.garments.pictures.cutouts import HEIGHT, WIDTH, cut_out
from training.recipes.garments.pictures.grounds import drawn, strip_of, tiled
from training.recipes.garments.pictures.moved import Moves, draw_view, lay_on

GROUND, GARMENT = (90, 140, 90), (180, 30, 40)


def photo(ground=GROUND):
    """A red garment in the middle of an even ground, (160, 120, 3)."""
    pixels = np.full((160, 120, 3), ground, np.uint8)
    pixels[40:120, 35:85] = GARMENT
    noise = np.random.default_rng(0).integers(0, 6, pixels.shape)
    return np.minimum(pixels + noise, 255).astype(np.uint8)


@pytest.mark.parametrize("ground", [GROUND, (250, 250, 250)], ids=["in a room", "on white"])
def test_a_garment_is_cut_from_its_ground(ground):
    cover = cut_out(Photo(photo(ground)))

    right = np.zeros((HEIGHT, WIDTH), bool)
    right[HEIGHT // 4 : HEIGHT * 3 // 4, WIDTH * 35 // 120 : WIDTH * 85 // 120] = True
    overlap = (right & (cover > 0)).sum() / (right | (cover > 0)).sum()
    assert overlap > 0.85


def test_where_nothing_stands_out_nothing_is_cut():
    even = np.full((160, 120, 3), 120, np.uint8)

    assert cut_out(Photo(even)) is None


def test_a_garment_laid_elsewhere_keeps_its_colour_and_loses_its_ground():
    pixels = photo()
    ground = np.full((96, 64, 3), (30, 30, 200), np.uint8)
    still = Moves(light=0, colour=0, tint=0, blur=0, packed=0)

    view = lay_on(pixels, cut_out(Photo(pixels)), ground, still, np.random.default_rng(1))

    inside = view.cover > 250
    assert np.abs(np.median(view.pixels[inside], axis=0) - GARMENT).max() < 12
    green = (view.pixels[..., 1] > 100) & (view.pixels[..., 0] < 120)
    assert green.mean() < 0.01


def test_a_view_of_a_photo_moves_its_cover_along():
    pixels = photo()

    view = draw_view(pixels, cut_out(Photo(pixels)), (96, 72), Moves(), np.random.default_rng(2))

    red = view.pixels[..., 0].astype(int) - view.pixels[..., 1] > 60
    assert (red == (view.cover > 127)).mean() > 0.93


def test_the_same_numbers_draw_the_same_view():
    one, other = (
        draw_view(photo(), None, (96, 72), Moves(), np.random.default_rng(5)) for _ in range(2)
    )

    assert (one.pixels == other.pixels).all()


def test_a_strip_of_ground_holds_none_of_the_garment():
    pixels = photo()

    strip = strip_of(pixels, cut_out(Photo(pixels)))

    assert np.abs(strip.reshape(-1, 3).astype(int) - GROUND).max() < 12
    ground = tiled(strip, 96, 64, np.random.default_rng(0))
    assert ground.shape == (96, 64, 3)


def test_drawn_grounds_differ():
    rng = np.random.default_rng(0)

    grounds = [drawn(48, 32, rng) for _ in range(6)]

    means = [tuple(ground.reshape(-1, 3).mean(axis=0).round()) for ground in grounds]
    assert len(set(means)) == 6


def test_a_rank_counts_those_that_are_nearer():
    gallery = np.eye(3, dtype=np.float32)
    queries = np.array([[0.9, 0.4, 0.1], [0.1, 0.9, 0.4]], np.float32)

    assert ranks(queries, gallery, np.array([0, 2])).tolist() == [0, 1]


def test_a_perfect_order_shares_all_that_it_can():
    # Two red shirts, two blue shirts, a red hat: each row's nearest shares its colour.
    vectors = np.array([[1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0.1, 1, 0], [0.9, 0, 0.4]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    colours = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0]], bool)

    told = shared(vectors, ["shirt", "shirt", "shirt", "shirt", "hat"], colours, count=1)

    assert told.colour.tolist() == [1, 1, 1, 1, 1]
    assert told.kind.tolist() == [1, 1, 1, 1]  # nothing else is a hat
    assert told.both.tolist() == [1, 1, 1, 1]


def test_a_higher_cosine_scores_higher():
    rng = np.random.default_rng(0)
    kinds = np.eye(4, dtype=bool)[rng.integers(0, 4, 300)]
    colours = np.eye(3, dtype=bool)[rng.integers(0, 3, 300)]
    vectors = np.concatenate([kinds, colours], axis=1) + rng.normal(0, 0.4, (300, 7))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    score = fit_score(vectors, kinds, colours)

    assert score.slope > 1

"""Views that are drawn once are the same for whoever asks, in whatever order."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

from training.config import FitConfig
from training.views.drawn_views import DrawnViews, ViewPlan, plan_of

PLAN = ViewPlan(epochs=3, seed=4, shift=0, mixup=1.0)
IMAGES = np.random.default_rng(0).integers(0, 256, (30, 4, 4, 1), dtype=np.uint8)
ALL = np.arange(30)
ONE_HOT = np.eye(30, dtype=np.float32)  # a target that tells every picture from every other


def test_a_view_is_the_same_whoever_asks_for_it_and_when():
    whole = DrawnViews(IMAGES, PLAN)
    first, second = whole.take(0, ALL), whole.take(1, ALL)
    places = np.array([7, 3, 29])

    again = DrawnViews(IMAGES, PLAN).take(1, places)

    np.testing.assert_array_equal(again, second[places])
    np.testing.assert_array_equal(whole.take(0, places), first[places])
    assert (first != second).any(axis=(1, 2, 3)).all()


def test_a_view_is_the_blend_of_the_two_pictures_that_its_target_names():
    views = DrawnViews(IMAGES, PLAN)

    pictures, shares = views.take(2, ALL), views.blend(2, ALL, ONE_HOT)

    mirrored = IMAGES[:, :, ::-1]
    for place in ALL:
        other = int(np.argmax(shares[place] * (place != ALL)))
        own = shares[place, place]
        sides = [
            own * one[place].astype(float) + (1 - own) * two[other]
            for one in (IMAGES, mirrored)
            for two in (IMAGES, mirrored)
        ]
        assert min(np.abs(pictures[place] - side).max() for side in sides) <= 0.51
        assert shares[place].sum() == pytest.approx(1)


def test_every_picture_is_in_an_epoch_once_by_itself_and_once_as_the_other():
    shares = DrawnViews(IMAGES, PLAN).blend(0, ALL, ONE_HOT)

    beside = shares - np.diag(np.diag(shares))
    alone = np.isclose(np.diag(shares), 1)
    assert ((beside > 1e-6).sum(axis=1)[~alone] == 1).all()
    assert ((beside > 1e-6).sum(axis=0) <= 1).all()


def test_views_move_by_as_much_as_the_plan_says():
    dot = np.zeros((200, 9, 9, 1), dtype=np.uint8)
    dot[:, 4, 4] = 255

    moved = DrawnViews(dot, replace(PLAN, shift=2, mixup=0.0)).take(0, np.arange(200))

    places = {(int(y), int(x)) for _, y, x, _ in np.argwhere(moved)}
    assert places == {(y, x) for y in range(2, 7) for x in range(2, 7)}


def test_as_many_views_are_blended_as_the_plan_says():
    views = DrawnViews(np.repeat(IMAGES, 20, axis=0), replace(PLAN, mixup=0.25))
    every = np.arange(600)

    shares = np.diag(views.blend(0, every, np.eye(600, dtype=np.float32)))

    assert 100 < (shares < 1).sum() < 200


def test_students_of_every_seed_share_their_views():
    student = FitConfig(network="classic", epochs=9, view_epochs=3, view_seed=4, shift=2, mixup=0.5)

    assert plan_of(student) == plan_of(replace(student, seed=8, epochs=2, dense_dropout=0.2))
    assert plan_of(student) == ViewPlan(epochs=3, seed=4, shift=2, mixup=0.5)

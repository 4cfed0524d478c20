"""A view is another picture of the same garment, and stays a picture."""

import numpy as np
import pytest

from training.views.photo_augment import PLAIN, ViewRanges, draw_view

STILL = ViewRanges(
    zoom=(1, 1), stretch=0, turn_degrees=0, quarter_turn=0, shift=0,
    light=0, colour=0, tint=0, grey=0, blur=0, erase=0,
)  # fmt: skip


@pytest.fixture
def garment():
    """A red garment, darker at the left, on a white ground."""
    framed = np.full((40, 40, 3), 255, dtype=np.uint8)
    framed[10:30, 12:28] = (200, 30, 30)
    framed[10:30, 12:16] = (90, 10, 10)
    return framed


def test_a_view_without_ranges_is_the_photo_or_its_mirror_image(garment):
    views = [draw_view(garment, 40, 40, STILL, np.random.default_rng(n)) for n in range(12)]

    kinds = {view.tobytes() for view in views}

    assert kinds == {garment.tobytes(), garment[:, ::-1].tobytes()}


def test_a_view_has_the_size_asked_for(garment):
    view = draw_view(garment, 32, 24, ViewRanges(), np.random.default_rng(0))

    assert view.shape == (32, 24, 3)
    assert view.dtype == np.uint8


def test_a_generator_in_the_same_state_draws_the_same_view(garment):
    one, two = (draw_view(garment, 32, 32, ViewRanges(), np.random.default_rng(5)) for _ in "ab")

    np.testing.assert_array_equal(one, two)


def test_the_photo_itself_is_not_changed(garment):
    before = garment.copy()

    for seed in range(10):
        draw_view(garment, 40, 40, ViewRanges(erase=1), np.random.default_rng(seed))

    np.testing.assert_array_equal(garment, before)


def test_what_lies_outside_the_photo_is_white_like_the_padding(garment):
    view = draw_view(
        np.zeros_like(garment), 40, 40, ViewRanges(**{**as_dict(STILL), "zoom": (0.5, 0.5)}),
        np.random.default_rng(0),
    )  # fmt: skip

    assert (view[0] == 255).all()
    assert (view[20, 20] == 0).all()


def test_a_grey_view_has_no_colour_and_keeps_its_lightness(garment):
    grey = ViewRanges(**{**as_dict(STILL), "grey": 1})

    view = draw_view(garment, 40, 40, grey, np.random.default_rng(0)).astype(int)

    assert (abs(view - view[..., :1]) <= 1).all()
    assert abs(view[20, 20, 0] - (0.299 * 200 + 0.587 * 30 + 0.114 * 30)) <= 1


def test_a_plain_view_keeps_the_garment_in_sight(garment):
    for seed in range(20):
        view = draw_view(garment, 40, 40, PLAIN, np.random.default_rng(seed)).astype(int)

        red = view[..., 0] - view[..., 1] > 60
        assert red.sum() > 200


def as_dict(ranges):
    return {name: getattr(ranges, name) for name in ViewRanges.__dataclass_fields__}

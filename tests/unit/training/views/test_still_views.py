"""Kept features stand for the early blocks, and each epoch sees other views."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from training.networks.efficientnet_lite import LiteSpec
from training.networks.photo import build_photo_network
from training.views.photo_augment import PLAIN, draw_view
from training.views.still_views import StillBatches, split_at, still_views

pytestmark = pytest.mark.train

SIDE = (32, 24)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    spec = LiteSpec("tiny", width=0.25, depth=0.25, side=32)
    return build_photo_network(spec, 3, embedding_dim=8)


@pytest.fixture(scope="module")
def framed():
    return np.random.default_rng(0).integers(0, 256, (5, 37, 27, 3), dtype=np.uint8)


def kept(early, framed, file):
    return still_views(
        early, framed, views=3, side=SIDE, ranges=PLAIN, seed=4, file=file,
        progress=lambda done, total, text: None,
    )  # fmt: skip


def test_both_parts_together_are_the_network(model, framed):
    early, late, pooled = split_at(model, 2)
    pictures = framed[:, :32, :24]

    features = early.predict_on_batch(pictures)

    whole = model.predict_on_batch(pictures)
    told = late.predict_on_batch(features)
    np.testing.assert_allclose(told["embedding"], whole["embedding"], atol=1e-5)
    assert pooled.predict_on_batch(features).shape == (5, 1280)


@pytest.mark.parametrize("blocks", [0, 99])
def test_a_network_is_parted_within_its_blocks_only(model, blocks):
    with pytest.raises(ValueError, match=f"behind {blocks} blocks"):
        split_at(model, blocks)


def test_kept_features_are_those_of_the_drawn_views(model, framed, tmp_path):
    early, _, _ = split_at(model, 2)

    features = kept(early, framed, tmp_path / "views.npy")

    view = draw_view(framed[1], *SIDE, PLAIN, np.random.default_rng([4, 1 * 3 + 2]))
    expected = early.predict_on_batch(view[None])[0]
    np.testing.assert_allclose(features[1, 2], expected, rtol=2e-3, atol=2e-3)


def test_they_are_read_back_without_the_pictures(model, framed, tmp_path):
    early, _, _ = split_at(model, 2)
    made = kept(early, framed, tmp_path / "views.npy")

    again = kept(early, None, tmp_path / "views.npy")

    np.testing.assert_array_equal(again, made)
    assert [path.name for path in tmp_path.iterdir()] == ["views.npy"]


def test_without_a_file_the_pictures_are_needed(model, tmp_path):
    early, _, _ = split_at(model, 2)

    with pytest.raises(ValueError, match="no pictures to make it from"):
        kept(early, None, tmp_path / "views.npy")


def numbered_batches(epoch, **changes):
    """Make batches whose features say which photo and which view they are of."""
    photos = (np.arange(8)[:, None] + np.arange(4) / 10).astype(np.float16)[:, :, None, None, None]
    order = np.arange(8)
    targets = np.eye(8, dtype=np.float32)
    options = {"batch_size": 4, "mixup": 0.0, "epoch": epoch, "seed": 1, **changes}
    return StillBatches(photos, order, targets, **options)


def test_four_epochs_show_all_four_views_of_a_photo():
    seen = {float(numbered_batches(epoch)[0][0][2].item()) for epoch in range(4)}

    assert seen == {np.float32(np.float16(2 + view / 10)) for view in range(4)}


def test_articles_take_their_share_of_a_batch():
    articles = np.full((3, 1, 1, 1, 1), 99, dtype=np.float16)
    shares = np.full((3, 8), 1 / 8, dtype=np.float32)

    batches = numbered_batches(0, articles=articles, article_targets=shares, studio_share=0.25)

    features, targets = batches[0]
    assert (features == 99).sum() == 1
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    assert len(batches) == 2


def test_a_blended_batch_blends_targets_as_it_blends_features():
    features, targets = numbered_batches(0, mixup=1.0)[0]

    plain, _ = numbered_batches(0)[0]
    share = targets[0, 0]
    expected = share * plain + (1 - share) * plain[::-1]
    np.testing.assert_allclose(features, expected, rtol=1e-5)

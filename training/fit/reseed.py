"""Makes what is random in an epoch depend on the seed and the epoch alone."""

import keras
import numpy as np


def reseed_dropouts(model: keras.Model, seed: int, epoch: int) -> None:
    """Set the state of every dropout; the same epoch drops the same units in a resumed fit."""
    for index, layer in enumerate(model.layers):
        if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:
            state = np.random.default_rng((seed, epoch, index)).integers(0, 2**31, 2)
            layer.seed_generator.state.assign(state)

"""Makes up for how often categories came in training, so that rare ones are named as well.

Menon et al.: Long-tail learning via logit adjustment, https://arxiv.org/abs/2007.07314
"""

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from embeddings.types import Ids


def log_shares(labels: Ids, num_labels: int) -> npt.NDArray[np.float64]:
    """Return the logarithm of each label's share, as if each came once more: `(num_labels,)`."""
    counts = np.bincount(labels, minlength=num_labels) + 1.0
    logarithms: npt.NDArray[np.float64] = np.log(counts / counts.sum())
    return logarithms


def without_prior(model: keras.Model, labels: Ids, strength: float) -> keras.Model:
    """Return a network whose logits lack `strength` times the log of their labels' shares.

    With 1 the network names as if every category were equally common, with 0 as it was trained.
    The embedding stays as it is, and the layers are those of `model`.
    """
    num_labels = model.get_layer("logits").num_labels
    offset = (-strength * log_shares(labels, num_labels)).tolist()
    adjusted = layers.Rescaling([1.0] * num_labels, offset, name="prior", dtype="float32")
    return keras.Model(
        model.input,
        {"logits": adjusted(model.output["logits"]), "embedding": model.output["embedding"]},
        name=model.name,
    )

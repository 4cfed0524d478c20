"""Makes up for how often categories came in training, so that rare ones are named as well.

Menon et al.: Long-tail learning via logit adjustment, https://arxiv.org/abs/2007.07314
"""

import keras
import numpy as np
from keras import layers

from embeddings.types import Ids


def without_prior(model: keras.Model, labels: Ids, strength: float) -> keras.Model:
    """Take `strength` times the logarithm of each label's share in `labels` off its logit.

    With 1 the network names as if every category were equally common, with 0 as it was trained.
    The embedding stays as it is, and the layers are those of `model`.
    """
    num_labels = model.get_layer("logits").num_labels
    counts = np.bincount(labels, minlength=num_labels) + 1.0
    offset = (-strength * np.log(counts / counts.sum())).tolist()
    adjusted = layers.Rescaling([1.0] * num_labels, offset, name="prior", dtype="float32")
    return keras.Model(
        model.input,
        {"logits": adjusted(model.output["logits"]), "embedding": model.output["embedding"]},
        name=model.name,
    )

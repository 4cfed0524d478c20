"""What teachers say of each picture, worked out once and learned from in every epoch.

Hinton, Vinyals, Dean: Distilling the knowledge in a neural network,
https://arxiv.org/abs/1503.02531
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np

from embeddings.types import Pixels, Vectors
from training.predict import answer, softmax


def teach(
    teachers: Sequence[keras.Model],
    images: Pixels,
    temperature: float,
    progress: Callable[[int, int, str], None],
) -> Vectors:
    """Average the teachers' softened probabilities over each picture and its mirror image.

    Gives `(n, labels)`. A moved picture gets the same answer, for it shows the same garment.
    """
    told = []
    views = (images, images[:, :, ::-1])
    for model in teachers:
        for view in views:
            told.append(softmax(answer(model, view).logits / np.float32(temperature)))
            progress(len(told), len(teachers) * len(views), "asking the teachers")
    result: Vectors = np.mean(told, axis=0, dtype=np.float32)
    return result

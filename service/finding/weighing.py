"""Weighs what is asked with, as far as the model that answers can."""

from embeddings.model.weights import Weighed, Weight, weigh
from embeddings.types import Vectors
from service.index.view import View


def weigh_as_asked(embedding: Vectors, view: View, weight: Weight) -> Weighed:
    """Weigh an embedding as asked for, as far as the model that answers has halves to weigh.

    The wish was looked at by what another model offered, if that one answered until just now.
    """
    offered = weight.value in view.model.halves
    return weigh(embedding, view.model.halves, weight if offered else Weight.BALANCED)

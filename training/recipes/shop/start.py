"""Takes up a shop's categories in the network of a bundle: where a training begins."""

from collections.abc import Mapping

import keras

from embeddings.model.bundle import Bundle
from embeddings.model.bundle_files import check_training_files
from embeddings.model.options import KIND
from embeddings.model.rejection import DirectionRejection
from embeddings.types import Ids, Vectors
from training.errors import BadRun
from training.networks.new_labels import Example, with_labels
from training.networks.photo import CosineLogits
from training.networks.stored import load_network


def keeps_embedding(bundle: Bundle) -> bool:
    """Return whether a training leaves the embedding as it is: one with halves is worth keeping."""
    return bool(bundle.halves)


def load_start(bundle: Bundle) -> keras.Model:
    """Load the network of a bundle that reads colour photos, to train on from.

    Raises:
        BadRun: it is of another kind, or its network is missing.
    """
    if bundle.input.channels != 3:
        raise BadRun(
            f"training goes on from a network that reads colour photos; the bundle "
            f"'{bundle.name}' frames them as '{bundle.input.framing}'"
        )
    check_training_files(bundle.path, bundle.files)
    model = load_network(bundle.path)
    names = {layer.name: layer for layer in model.layers}
    if keeps_embedding(bundle):
        _check_divided(bundle, names)
    elif not isinstance(names.get("logits"), CosineLogits) or "embedding" not in names:
        raise BadRun(
            f"training goes on from a network whose logits are cosines of its embedding; the "
            f"bundle '{bundle.name}' has another kind"
        )
    return model


def _check_divided(bundle: Bundle, layers: Mapping[str, keras.layers.Layer]) -> None:
    """Check that new categories can stand on the kind, and that the rest can be carried over."""
    kernel = layers["logits"].get_weights() if "logits" in layers else []
    start, end = bundle.halves[KIND]
    if "kind" not in layers or [each.shape for each in kernel] != [
        (end - start, len(bundle.labels))
    ]:
        raise BadRun(
            f"training goes on from a network whose logits are a linear map of the half 'kind'; "
            f"the bundle '{bundle.name}' has another kind"
        )
    if not isinstance(bundle.rejection, DirectionRejection):
        raise BadRun(
            f"training goes on from a bundle whose rule for what is no garment asks the embedding "
            f"alone; that of '{bundle.name}' asks more"
        )


def take_up(model: keras.Model, num_labels: int, embeddings: Vectors, labels: Ids) -> keras.Model:
    """Return the network the shop's categories, each the mean direction of its photos."""
    return with_labels(model, num_labels, Example(embeddings, labels))


def frozen_blocks(model: keras.Model, share: float) -> int:
    """Return how many blocks, from the picture on, make up a share of them all."""
    names = [layer.name for layer in model.layers if layer.name.startswith("block")]
    return round(share * len({name.split("_")[0] for name in names}))

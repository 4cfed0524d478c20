"""A Keras network on disk: its layers as JSON, its weights beside them."""

from pathlib import Path
from typing import Any

import keras

# Imported for their layers, which Keras can only read back once they are known.
import training.networks.garment_layers
import training.networks.photo  # noqa: F401
from training.errors import BadRun

WEIGHTS_FILE = "model.weights.h5"
ARCHITECTURE_FILE = "architecture.json"


def save_network(model: keras.Model, folder: Path) -> None:
    """Write a network's two files, the weights last: their presence says that all is there."""
    (folder / ARCHITECTURE_FILE).write_text(model.to_json(indent=1) + "\n", encoding="utf-8")
    model.save_weights(folder / WEIGHTS_FILE)


def load_network(folder: Path) -> keras.Model:
    """Load the network of a run's or a bundle's folder. Raises: BadRun."""
    try:
        text = (folder / ARCHITECTURE_FILE).read_text(encoding="utf-8")
        model = keras.models.model_from_json(text)
        model.load_weights(folder / WEIGHTS_FILE)
    except (OSError, ValueError, TypeError) as error:
        raise BadRun(f"{folder} holds no fitted network: {error}") from error
    return model


def as_served(model: keras.Model, height: int, width: int) -> keras.Model:
    """Copy a network to one input size, in float32 and with every layer open to training.

    A network may be fitted in a shorter precision, at any size and with early layers frozen;
    what is kept of it is the same whatever it was fitted on.
    """
    config = model.get_config()
    for layer in config["layers"]:
        told: dict[str, Any] = layer["config"]
        if layer["class_name"] == "InputLayer":
            told["batch_shape"] = (None, height, width, model.input.shape[-1])
        else:
            told["dtype"], told["trainable"] = "float32", True
            layer["build_config"] = None  # of the former size
    served = keras.Model.from_config(config)
    served.set_weights(model.get_weights())
    return served

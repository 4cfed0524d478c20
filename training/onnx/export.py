"""Writes a Keras network as ONNX, layer by layer."""

import keras
import numpy as np
import onnx
from keras import layers
from onnx import TensorProto

from training.errors import UnsupportedLayer
from training.onnx.graph import Graph, Tensor
from training.onnx.layers import CONVERTERS


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """Write a functional network as ONNX.

    Its one input is uint8 `(n, height, width, channels)`, named `images` in the result; its
    outputs are a dictionary of names to `(n, size)`, float32.

    Raises:
        UnsupportedLayer: a layer has no rule, or is used more than once.
    """
    graph = Graph()
    made: dict[int, Tensor] = {}
    consumers = _consumers(model)
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            # Pictures come as bytes; from here on all is float32.
            made[id(layer.output)] = graph.add("Cast", ["images"], to=TensorProto.FLOAT)
            continue
        if (convert := CONVERTERS.get(type(layer))) is None:
            raise UnsupportedLayer(f"{layer.name}: no rule for a layer {type(layer).__name__}")
        told = convert(graph, layer, [made[id(tensor)] for tensor in _inputs(layer)])
        if consumers[id(layer.output)] != 1:
            graph.foldable.pop(told.name, None)  # others need it as it is
        made[id(layer.output)] = told
    for name, tensor in model.output.items():
        graph.rename_output(made[id(tensor)], name)
    sizes = {name: int(tensor.shape[-1]) for name, tensor in model.output.items()}
    height, width, channels = model.input.shape[1:]
    return graph.model((height, width, channels), sizes, f"keras {keras.__version__}")


def _inputs(layer: keras.layers.Layer) -> list[keras.KerasTensor]:
    if len(layer._inbound_nodes) != 1:
        raise UnsupportedLayer(f"{layer.name}: a layer that is used more than once has no rule")
    tensors = layer.input
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def _consumers(model: keras.Model) -> dict[int, int]:
    """Count who reads each tensor, the caller of the network included."""
    tensors = [layer.output for layer in model.layers]
    read = [t for layer in model.layers if not _is_input(layer) for t in _inputs(layer)]
    read += list(model.output.values())
    counts = np.array([[t is r for r in read] for t in tensors]).sum(axis=1)
    return {id(tensor): int(count) for tensor, count in zip(tensors, counts, strict=True)}


def _is_input(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, layers.InputLayer)

"""One rule a kind of Keras layer: how it is said in ONNX."""

# ruff: noqa: ARG001 -- every rule takes the same three arguments, needed or not

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from training.errors import UnsupportedLayer
from training.networks.photo import CosineLogits
from training.onnx.graph import Foldable, Graph, Tensor

Converter = Callable[[Graph, Any, list[Tensor]], Tensor]


def array(variable: keras.Variable) -> npt.NDArray[Any]:
    """Copy a layer's variable out of the backend."""
    return np.array(keras.ops.convert_to_numpy(variable))


def convert_rescaling(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Multiply and shift every value alike."""
    scale = np.atleast_1d(np.asarray(layer.scale, dtype=np.float64))
    offset = np.atleast_1d(np.asarray(layer.offset, dtype=np.float64))
    rank = len(layer.output.shape)
    return graph.affine(inputs[0], scale, np.broadcast_to(offset, scale.shape), rank)


def convert_batch_normalization(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Standardise by channel with the kept mean and variance; folded where it can be."""
    rank = len(layer.output.shape)
    if layer.axis not in (-1, rank - 1):
        raise UnsupportedLayer(f"{layer.name}: only the last axis is normalised, not {layer.axis}")
    mean, variance = array(layer.moving_mean), array(layer.moving_variance)
    scale = 1 / np.sqrt(variance.astype(np.float64) + layer.epsilon)
    if layer.scale:
        scale = scale * array(layer.gamma)
    shift = -mean * scale
    if layer.center:
        shift = shift + array(layer.beta)
    return graph.affine(inputs[0], scale, shift, rank)


def convert_convolution(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Convolve, plainly or channel by channel."""
    kernel = array(layer.kernel)  # (height, width, in, out), depthwise: (height, width, in, times)
    if isinstance(layer, layers.DepthwiseConv2D):
        height, width, channels, times = kernel.shape
        weights = kernel.reshape(height, width, 1, channels * times).transpose(3, 2, 0, 1)
        groups = channels
    else:
        weights, groups = kernel.transpose(3, 2, 0, 1), layer.groups
    bias = array(layer.bias) if layer.use_bias else np.zeros(len(weights), np.float32)
    names = Foldable(graph.weight(weights), graph.weight(bias), channel_axis=0)
    made = graph.add(
        "Conv",
        [graph.channels_first(inputs[0]).name, names.weights, names.bias],
        channels_first=True,
        kernel_shape=list(layer.kernel_size),
        strides=list(layer.strides),
        dilations=list(layer.dilation_rate),
        group=groups,
        pads=_pads(layer, layer.kernel_size, layer.dilation_rate),
    )
    graph.foldable[made.name] = names
    return _activated(graph, layer, made)


def convert_max_pooling(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Take the largest of each window."""
    return graph.add(
        "MaxPool",
        [graph.channels_first(inputs[0]).name],
        channels_first=True,
        kernel_shape=list(layer.pool_size),
        strides=list(layer.strides),
        pads=_pads(layer, layer.pool_size, (1, 1)),
    )


def convert_zero_padding(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Lay zeros around the picture."""
    (top, bottom), (left, right) = layer.padding
    sides = graph.weight(np.array([0, 0, top, left, 0, 0, bottom, right], dtype=np.int64))
    return graph.add("Pad", [graph.channels_first(inputs[0]).name, sides], channels_first=True)


def convert_global_average(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Average over height and width."""
    return graph.add(
        "ReduceMean",
        [graph.channels_first(inputs[0]).name],
        channels_first=bool(layer.keepdims),
        axes=[2, 3],
        keepdims=int(layer.keepdims),
    )


def convert_flatten(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Lay all values of a picture in a row, in Keras's order."""
    return graph.add("Flatten", [graph.channels_last(inputs[0]).name], axis=1)


def convert_dense(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Multiply by the kernel and add the bias."""
    if len(layer.output.shape) != 2:
        raise UnsupportedLayer(f"{layer.name}: a dense layer takes (n, values)")
    kernel = array(layer.kernel)
    bias = array(layer.bias) if layer.use_bias else np.zeros(kernel.shape[1], np.float32)
    names = Foldable(graph.weight(kernel), graph.weight(bias), channel_axis=1)
    made = graph.add("Gemm", [inputs[0].name, names.weights, names.bias])
    graph.foldable[made.name] = names
    return _activated(graph, layer, made)


def convert_cosine_logits(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Multiply by directions whose length and scale are worked in beforehand."""
    directions = array(layer.kernel).astype(np.float64)
    directions *= layer.scale / np.linalg.norm(directions, axis=0)
    return graph.add("MatMul", [inputs[0].name, graph.weight(directions)])


def convert_relu(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Cut off below 0, and above a maximum if there is one."""
    if layer.negative_slope or layer.threshold:
        raise UnsupportedLayer(f"{layer.name}: only a plain or a capped ReLU is known")
    if layer.max_value is None:
        return graph.add("Relu", [inputs[0].name], inputs[0].channels_first)
    return _capped(graph, inputs[0], float(layer.max_value))


def convert_activation(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Apply a named function."""
    return _activated(graph, layer, inputs[0])


def convert_add(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Sum two or more tensors of one shape."""
    first = any(tensor.channels_first for tensor in inputs)
    alike = [graph.channels_first(tensor) if first else tensor for tensor in inputs]
    total = alike[0]
    for tensor in alike[1:]:
        total = graph.add("Add", [total.name, tensor.name], first)
    return total


def convert_unit_normalization(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Divide by the length; a vector of zeros stays one."""
    plain = graph.channels_last(inputs[0])
    length = graph.add("ReduceL2", [plain.name], axes=[-1], keepdims=1)
    above = graph.add("Max", [length.name, graph.weight(np.array([1e-12]))])
    return graph.add("Div", [plain.name, above.name])


def convert_nothing(graph: Graph, layer: Any, inputs: list[Tensor]) -> Tensor:
    """Leave out what acts only in training."""
    return inputs[0]


CONVERTERS: dict[type[Any], Converter] = {
    layers.Activation: convert_activation,
    layers.Add: convert_add,
    layers.BatchNormalization: convert_batch_normalization,
    layers.Conv2D: convert_convolution,
    CosineLogits: convert_cosine_logits,
    layers.Dense: convert_dense,
    layers.DepthwiseConv2D: convert_convolution,
    layers.Dropout: convert_nothing,
    layers.Flatten: convert_flatten,
    layers.GlobalAveragePooling2D: convert_global_average,
    layers.MaxPooling2D: convert_max_pooling,
    layers.ReLU: convert_relu,
    layers.Rescaling: convert_rescaling,
    layers.UnitNormalization: convert_unit_normalization,
    layers.ZeroPadding2D: convert_zero_padding,
}

FUNCTIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}


def _activated(graph: Graph, layer: Any, tensor: Tensor) -> Tensor:
    name = keras.activations.serialize(layer.activation)
    if name == "linear":
        return tensor
    if name == "relu6":
        return _capped(graph, tensor, 6.0)
    if name == "softmax":
        plain = graph.channels_last(tensor)
        return graph.add("Softmax", [plain.name], axis=-1)
    if name not in FUNCTIONS:
        raise UnsupportedLayer(f"{layer.name}: no rule for the activation {name}")
    return graph.add(FUNCTIONS[name], [tensor.name], tensor.channels_first)


def _capped(graph: Graph, tensor: Tensor, most: float) -> Tensor:
    limits = [graph.weight(np.array(limit, dtype=np.float32)) for limit in (0.0, most)]
    return graph.add("Clip", [tensor.name, *limits], tensor.channels_first)


def _pads(layer: Any, window: tuple[int, int], dilation: tuple[int, int]) -> list[int]:
    """Return (top, left, bottom, right); an odd pixel of 'same' goes below and to the right."""
    if layer.padding == "valid":
        return [0, 0, 0, 0]
    before, after = [], []
    for size, stride, kernel, spread in zip(
        layer.input.shape[1:3], layer.strides, window, dilation, strict=True
    ):
        reach = (kernel - 1) * spread + 1
        missing = max(0, (-(-size // stride) - 1) * stride + reach - size)
        before.append(missing // 2)
        after.append(missing - missing // 2)
    return before + after

"""An ONNX graph in the making: names, weights, and which axis the channels stand on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

# Old enough for every runtime of the last years, new enough for all that we use.
OPSET = 17
IR_VERSION = 8

TO_CHANNELS_FIRST = [0, 3, 1, 2]
TO_CHANNELS_LAST = [0, 2, 3, 1]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value in the graph."""

    name: str
    channels_first: bool = False  # only ever true of pictures, `(n, c, h, w)`


@dataclass(frozen=True, slots=True)
class Foldable:
    """The weights of the convolution or dense layer that made a tensor."""

    weights: str
    bias: str
    channel_axis: int  # of the outputs, in the weights


class Graph:
    """Collects nodes and weights, and hands out names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.foldable: dict[str, Foldable] = {}
        self._weights: dict[str, npt.NDArray[Any]] = {}
        self._moved: dict[str, Tensor] = {}

    def add(self, op: str, inputs: list[str], channels_first: bool = False, **facts: Any) -> Tensor:
        """Append a node with one output."""
        name = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **facts))
        return Tensor(name, channels_first)

    def weight(self, array: npt.ArrayLike) -> str:
        """Keep an array as float32, or as it is if of whole numbers, and give its name."""
        kept = np.asarray(array)
        if kept.dtype.kind == "f":
            kept = kept.astype(np.float32)
        name = f"weight_{len(self._weights)}"
        self._weights[name] = np.ascontiguousarray(kept)
        return name

    def channels_first(self, tensor: Tensor) -> Tensor:
        """Return a picture tensor `(n, c, h, w)`, turned at most once."""
        return tensor if tensor.channels_first else self._turn(tensor, TO_CHANNELS_FIRST, True)

    def channels_last(self, tensor: Tensor) -> Tensor:
        """Return a tensor as Keras orders it, `(n, h, w, c)`, turned at most once."""
        return self._turn(tensor, TO_CHANNELS_LAST, False) if tensor.channels_first else tensor

    def affine(
        self, tensor: Tensor, scale: npt.NDArray[Any], shift: npt.NDArray[Any], rank: int
    ) -> Tensor:
        """Multiply and add by channel: inside the layer that made the tensor, if that may be."""
        fold = self.foldable.pop(tensor.name, None)
        if fold is not None:
            weights, bias = self._weights[fold.weights], self._weights[fold.bias]
            shape = [1] * weights.ndim
            shape[fold.channel_axis] = -1
            self._weights[fold.weights] = (weights * scale.reshape(shape)).astype(np.float32)
            self._weights[fold.bias] = (bias * scale + shift).astype(np.float32)
            return tensor
        shape = [1, -1, 1, 1] if tensor.channels_first else [1] * (rank - 1) + [-1]
        first = tensor.channels_first
        scaled = self.add("Mul", [tensor.name, self.weight(scale.reshape(shape))], first)
        return self.add("Add", [scaled.name, self.weight(shift.reshape(shape))], first)

    def rename_output(self, tensor: Tensor, name: str) -> None:
        """Give a tensor the name under which the graph hands it out."""
        plain = self.channels_last(tensor)
        self.nodes.append(helper.make_node("Identity", [plain.name], [name], name=f"out_{name}"))

    def model(
        self, image_shape: tuple[int, int, int], outputs: dict[str, int], producer: str
    ) -> onnx.ModelProto:
        """Close the graph: `images` uint8 `(n, *image_shape)` in, float32 `(n, size)` out."""
        images = helper.make_tensor_value_info("images", TensorProto.UINT8, ["n", *image_shape])
        told = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size])
            for name, size in outputs.items()
        ]
        weights = [numpy_helper.from_array(array, name) for name, array in self._weights.items()]
        graph = helper.make_graph(self.nodes, "lookalike", [images], told, weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name=producer
        )
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return model

    def _turn(self, tensor: Tensor, order: list[int], first: bool) -> Tensor:
        if tensor.name not in self._moved:
            self._moved[tensor.name] = self.add("Transpose", [tensor.name], first, perm=order)
        return self._moved[tensor.name]

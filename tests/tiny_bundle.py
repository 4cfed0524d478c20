"""A real bundle folder whose network is four operations: what the service serves, in 2 kB."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from embeddings.model.bundle import Bundle, InputSpec, Similarity, load_bundle, write_bundle_json
from embeddings.model.rejection import EvidenceRejection

GREY_LABELS = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
COLOUR_LABELS = ("red", "green", "blue")
COLOUR_NAMES = ("black", "red", "green", "blue")  # what a tiny network with colours tells
GREY = InputSpec(height=28, width=28, channels=1, framing="studio-grey")
COLOUR = InputSpec(height=32, width=32, channels=3, framing="square-colour")


def make_bundle(
    folder: Path,
    *,
    name: str = "tiny",
    labels: tuple[str, ...] = GREY_LABELS,
    spec: InputSpec = GREY,
    dim: int = 16,
    seed: int = 0,
    colours: tuple[str, ...] = (),
    tree: dict[str, str] | None = None,
    halves: dict[str, tuple[int, int]] | None = None,
) -> Bundle:
    """Write a bundle to `folder` and load it; another seed is another model.

    `colours` are none or COLOUR_NAMES: a photo has that of its strongest channel in the mean, and
    is black where none is of 64 or more. With `halves` both halves of an embedding are as long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = build_network(
        spec, len(labels), dim, seed, colours=bool(colours), halves=bool(halves)
    )
    (folder / "model.onnx").write_bytes(network.SerializeToString())
    bundle = Bundle(
        path=folder,
        name=name,
        labels=labels,
        input=spec,
        embedding_dim=dim,
        temperature=1.5,
        similarity=Similarity(slope=6.0, intercept=-3.0),
        rejection=EvidenceRejection(
            bias=-4.0,
            confidence=4.0,
            energy=0.0,
            nearest=4.0,
            garment_threshold=0.05,
            close_match_cosine=0.5,
        ),
        facts={"licence": "Apache-2.0", "dataset": "none: the weights are random"},
        colours=colours,
        colour_temperature=0.5 if colours else 1.0,
        tree=tree or {},
        halves=halves or {},
    )
    write_bundle_json(bundle)
    return load_bundle(folder)


def build_network(
    spec: InputSpec,
    num_labels: int,
    dim: int,
    seed: int,
    *,
    colours: bool = False,
    halves: bool = False,
) -> onnx.ModelProto:
    """Build a graph of mean pooling over 4x4 cells, a fixed random matrix and unit length."""
    random = np.random.default_rng(seed)
    cells = (spec.height // 4) * (spec.width // 4) * spec.channels
    project = random.normal(size=(cells, dim)).astype(np.float32)
    classify = 8 * random.normal(size=(dim, num_labels)).astype(np.float32) / np.sqrt(dim)
    # One constant input keeps a black picture from having no direction.
    shift = random.normal(size=dim).astype(np.float32)
    weights = {"project": project, "classify": classify.astype(np.float32), "shift": shift}
    nodes = [
        helper.make_node("Cast", ["images"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["cast", "white"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["channels_first"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "AveragePool", ["channels_first"], ["pooled"], kernel_shape=[4, 4], strides=[4, 4]
        ),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "project"], ["projected"]),
        helper.make_node("Add", ["projected", "shift"], ["shifted"]),
        *(_halved() if halves else []),
        helper.make_node(
            "LpNormalization", ["both" if halves else "shifted"], ["embedding"], axis=1, p=2
        ),
        helper.make_node("MatMul", ["embedding", "classify"], ["logits"]),
    ]
    outputs = {"logits": num_labels, "embedding": dim}
    if colours:
        outputs["colour"] = len(COLOUR_NAMES)
        # Black has the logit that a channel of 64 has.
        weights |= {
            "channels": np.eye(3, 4, k=1, dtype=np.float32) * 20,
            "black": np.array([20 * 64 / 255, 0, 0, 0], dtype=np.float32),
        }
        nodes += [
            helper.make_node("ReduceMean", ["scaled"], ["mean"], axes=[1, 2], keepdims=0),
            helper.make_node("MatMul", ["mean", "channels"], ["strong"]),
            helper.make_node("Add", ["strong", "black"], ["colour"]),
        ]
    shape: list[str | int | None] = ["n", spec.height, spec.width, spec.channels]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, shape)],
        [
            helper.make_tensor_value_info(key, TensorProto.FLOAT, ["n", size])
            for key, size in outputs.items()
        ],
        [numpy_helper.from_array(value, key) for key, value in weights.items()]
        + [numpy_helper.from_array(np.array(255, dtype=np.float32), "white")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _halved() -> list[onnx.NodeProto]:
    """Give both halves of what is shifted the length 1."""
    parts = ["kind", "look"]
    units = [
        helper.make_node("LpNormalization", [part], [f"{part}_unit"], axis=1, p=2) for part in parts
    ]
    return [
        helper.make_node("Split", ["shifted"], parts, axis=1),
        *units,
        helper.make_node("Concat", ["kind_unit", "look_unit"], ["both"], axis=1),
    ]

"""A network is a program: one that does not end, takes all memory or gives no answer is refused."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from embeddings.errors import BadBundle
from embeddings.model.bundle import load_bundle, write_bundle_json
from embeddings.reading.trial import try_out
from tests.fakes import plain_photo
from tests.tiny_bundle import make_bundle


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "tiny")


def with_last_step(bundle, *nodes, constants=()):
    """Let other nodes make the embedding out of `made`, and list the network as its maker would."""
    model = onnx.load(bundle.network)
    [last] = [node for node in model.graph.node if node.op_type == "LpNormalization"]
    last.output[0] = "made"
    at = list(model.graph.node).index(last)
    for node in reversed(nodes):
        model.graph.node.insert(at + 1, node)
    model.graph.initializer.extend(constants)
    bundle.network.write_bytes(model.SerializeToString())
    write_bundle_json(bundle)
    return load_bundle(bundle.path)


def loop(rounds):
    """Make nodes that do nothing for so many rounds."""
    value = ("FLOAT", [None, None])
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["on"], ["on_out"]),
            helper.make_node("Identity", ["carried"], ["carried_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, value[1]),
        ],
        [
            helper.make_tensor_value_info("on_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried_out", TensorProto.FLOAT, value[1]),
        ],
    )
    node = helper.make_node("Loop", ["rounds", "", "made"], ["embedding"], body=body)
    return node, numpy_helper.from_array(np.array(rounds, dtype=np.int64), "rounds")


def test_a_network_that_answers_passes(bundle):
    try_out(bundle, [plain_photo()])


def test_a_network_that_ends_after_a_while_passes(bundle):
    node, rounds = loop(3)

    try_out(with_last_step(bundle, node, constants=[rounds]))


def test_a_network_that_does_not_end_is_refused_in_time(bundle):
    node, rounds = loop(10**12)
    endless = with_last_step(bundle, node, constants=[rounds])

    with pytest.raises(BadBundle, match="did not read a few photos in 4 s"):
        try_out(endless, seconds=4)


def test_a_network_that_takes_all_memory_is_refused(bundle):
    huge = numpy_helper.from_array(np.array([2**20, 2**14], dtype=np.int64), "huge")
    greedy = with_last_step(
        bundle,
        helper.make_node("ConstantOfShape", ["huge"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["zero"], keepdims=0),
        helper.make_node("Add", ["made", "zero"], ["embedding"]),
        constants=[huge],
    )

    with pytest.raises(BadBundle, match="cannot be used"):
        try_out(greedy)


def test_a_network_that_draws_lots_is_refused(bundle):
    fickle = with_last_step(
        bundle,
        helper.make_node("RandomNormalLike", ["made"], ["noise"], scale=3.0),
        helper.make_node("Add", ["made", "noise"], ["noisy"]),
        helper.make_node("LpNormalization", ["noisy"], ["embedding"], axis=1, p=2),
    )

    with pytest.raises(BadBundle, match="another way each time"):
        try_out(fickle)


def test_a_network_of_another_shape_is_refused_with_the_reason(tmp_path):
    bundle = make_bundle(tmp_path / "tiny", dim=16)
    write_bundle_json(replace(bundle, embedding_dim=15))

    with pytest.raises(BadBundle, match=r"'embedding' of .* \(any, 15\)"):
        try_out(load_bundle(bundle.path))

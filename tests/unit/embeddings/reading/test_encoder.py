import multiprocessing
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from embeddings.errors import BadBundle
from embeddings.model.bundle import InputSpec, load_bundle, write_bundle_json
from embeddings.reading.encoder import OnnxEncoder, softmax
from tests.fakes import plain_photo
from tests.tiny_bundle import GREY, GREY_LABELS, build_network, make_bundle


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "tiny")


def with_network(bundle, model):
    """Put another network where the bundle's was, as nobody should."""
    bundle.network.write_bytes(model.SerializeToString())
    return rewritten(bundle)


def rewritten(bundle):
    """Give an encoder of a bundle whose files have changed, as its maker would list them."""
    write_bundle_json(bundle)
    return OnnxEncoder(load_bundle(bundle.path), threads=1)


def test_an_encoder_says_what_its_bundle_says(bundle):
    encoder = OnnxEncoder(bundle)

    assert encoder.labels == GREY_LABELS
    assert encoder.dim == 16
    assert encoder.fingerprint == bundle.fingerprint


def test_probabilities_are_softened_by_the_temperature(bundle):
    hot = OnnxEncoder(replace(bundle, temperature=100.0), threads=1)
    cold = OnnxEncoder(replace(bundle, temperature=0.01), threads=1)

    [soft], [hard] = hot.read([plain_photo()]), cold.read([plain_photo()])

    assert soft.probabilities.max() < 0.2
    assert hard.probabilities.max() > 0.99
    assert (soft.logits == hard.logits).all()


def test_softmax_takes_logits_of_any_size():
    logits = np.array([[1e30, 0], [-1e30, -1e30], [3, 3]], dtype=np.float32)

    assert softmax(logits).tolist() == [[1, 0], [0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize(
    "other",
    [
        build_network(GREY, len(GREY_LABELS) + 1, 16, 0),
        build_network(GREY, len(GREY_LABELS), 17, 0),
        build_network(InputSpec(32, 32, 3, "square-colour"), len(GREY_LABELS), 16, 0),
    ],
    ids=["more labels", "longer embeddings", "larger pictures"],
)
def test_a_network_of_another_shape_is_a_bad_bundle(bundle, other):
    encoder = with_network(bundle, other)

    with pytest.raises(BadBundle, match="got tensor"):
        encoder.warm_up()


def test_a_network_without_an_embedding_is_a_bad_bundle(bundle):
    model = onnx.load(bundle.network)
    del model.graph.output[1]

    with pytest.raises(BadBundle, match="lacks 'embedding'"):
        with_network(bundle, model).warm_up()


def test_a_network_of_noise_is_a_bad_bundle(bundle):
    bundle.network.write_bytes(b"no network")

    with pytest.raises(BadBundle, match="cannot be loaded"):
        rewritten(bundle).read([plain_photo()])


def test_embeddings_that_are_not_of_length_1_are_a_bad_bundle(bundle):
    model = onnx.load(bundle.network)
    [last] = [node for node in model.graph.node if node.op_type == "LpNormalization"]
    last.CopyFrom(helper.make_node("Add", ["shifted", "shifted"], ["embedding"]))

    with pytest.raises(BadBundle, match="unit embeddings"):
        with_network(bundle, model).read([plain_photo()])


def test_a_network_that_needs_more_than_images_is_a_bad_bundle(bundle):
    model = onnx.load(bundle.network)
    model.graph.input.append(helper.make_tensor_value_info("mood", TensorProto.FLOAT, [1]))

    with pytest.raises(BadBundle, match="one input 'images'"):
        with_network(bundle, model).warm_up()


@pytest.mark.parametrize(("framing", "channels"), [("studio-gray", 1), ("square-colour", 1)])
def test_a_framing_that_does_not_fit_is_a_bad_bundle(bundle, framing, channels):
    spec = InputSpec(28, 28, channels, framing)

    with pytest.raises(BadBundle, match="framing"):
        OnnxEncoder(replace(bundle, input=spec))


def test_threads_share_an_encoder(bundle):
    encoder = OnnxEncoder(bundle, threads=1)
    photos = [plain_photo((shade, shade, 90)) for shade in range(0, 250, 10)]
    expected = [each.embedding for each in OnnxEncoder(bundle, threads=1).read(photos)]
    wrong = []

    def read_all():
        got = encoder.read(photos)
        if not all(np.allclose(r.embedding, e) for r, e in zip(got, expected, strict=True)):
            wrong.append(got)

    threads = [threading.Thread(target=read_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_forked_child_reads_with_a_session_of_its_own(bundle):
    encoder = OnnxEncoder(bundle, threads=2)
    [before] = encoder.read([plain_photo()])
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    child = context.Process(
        target=lambda: answers.put(encoder.read([plain_photo()])[0].embedding.tolist()),
        daemon=True,
    )
    child.start()
    child.join(60)
    child.kill()

    assert child.exitcode == 0
    assert answers.get() == before.embedding.tolist()


def test_importing_an_encoder_loads_no_runtime():
    code = (
        "import sys;"
        "import embeddings.reading.encoder, embeddings.indexes.kinds, embeddings.photos.stream;"
        "print(sorted({'onnxruntime', 'faiss', 'pillow_heif'} & set(sys.modules)))"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"

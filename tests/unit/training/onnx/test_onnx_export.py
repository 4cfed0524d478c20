"""The exporter says every kind of layer as Keras computes it."""

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("tensorflow", reason="needs TensorFlow: pip install .[train]")

import keras
from keras import layers

from training.errors import UnsupportedLayer
from training.networks.efficientnet_lite import LITE0
from training.networks.photo import CosineLogits, build_photo_network
from training.networks.small import CLASSIC, TEACHER, build
from training.onnx.export import to_onnx

pytestmark = pytest.mark.train


def randomised(model):
    """Give every variable values that leave no layer without effect."""
    rng = np.random.default_rng(3)
    for variable in model.weights:
        low, high = (0.5, 1.5) if "variance" in variable.name else (-0.5, 0.5)
        variable.assign(rng.uniform(low, high, variable.shape))
    return model


def network(*parts, channels=3):
    images = keras.Input((7, 6, channels), dtype="uint8", name="images")
    x = layers.Rescaling(1 / 127.5, offset=-1)(images)
    for part in parts:
        x = part(x)
    x = layers.Flatten()(x)
    return randomised(keras.Model(images, {"logits": x}))


def differences(model, height=7, width=6, channels=3):
    images = np.random.default_rng(1).integers(0, 256, (3, height, width, channels), np.uint8)
    session = onnxruntime.InferenceSession(to_onnx(model).SerializeToString())
    names = list(model.output)
    told = session.run(names, {"images": images})
    right = model.predict_on_batch(images)
    return max(np.abs(t - right[n]).max() for n, t in zip(names, told, strict=True))


def residual(x):
    return layers.Add()([x, layers.Conv2D(3, 3, padding="same")(x), x])


def shared_before_norm(x):
    x = layers.Conv2D(4, 3)(x)
    return layers.Add()([x, layers.BatchNormalization()(x)])


PARTS = {
    "convolution": [layers.Conv2D(4, 3)],
    "even kernel, same": [layers.Conv2D(4, 4, padding="same", activation="relu")],
    "strides, same": [layers.Conv2D(4, 3, strides=2, padding="same")],
    "strides and dilation": [layers.Conv2D(4, 2, dilation_rate=2, padding="same")],
    "groups": [layers.Conv2D(6, 3, groups=3, use_bias=False)],
    "depthwise": [layers.DepthwiseConv2D(3, depth_multiplier=2, strides=2, padding="same")],
    "folded norm": [layers.Conv2D(4, 3, use_bias=False), layers.BatchNormalization()],
    "folded depthwise norm": [layers.DepthwiseConv2D(3), layers.BatchNormalization()],
    "norm behind dropout": [layers.Conv2D(4, 3), layers.Dropout(0.4), layers.BatchNormalization()],
    "norm that cannot be folded": [shared_before_norm],
    "norm behind relu": [layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()],
    "plain norm": [layers.BatchNormalization(scale=False, center=False)],
    "max-pool": [layers.MaxPooling2D()],
    "max-pool, same": [layers.MaxPooling2D(3, strides=2, padding="same")],
    "global average": [layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()],
    "kept global average": [layers.GlobalAveragePooling2D(keepdims=True), layers.Conv2D(4, 1)],
    "zero padding": [layers.ZeroPadding2D(((0, 1), (2, 0)))],
    "residual": [residual],
    "relu": [layers.ReLU()],
    "relu6": [layers.ReLU(6.0), layers.Conv2D(2, 2, activation="relu6")],
    "functions": [layers.Activation("tanh"), layers.Activation("sigmoid")],
    "dense": [layers.Flatten(), layers.Dense(5, activation="softmax")],
    "dense and norm": [layers.Flatten(), layers.Dense(5), layers.BatchNormalization()],
    "unit length": [layers.Flatten(), layers.Dense(5), layers.UnitNormalization()],
    "cosine logits": [
        layers.Flatten(),
        layers.Dense(5),
        layers.UnitNormalization(),
        CosineLogits(4, scale=16.0),
    ],
    "blocks left out": [layers.Dropout(0.5, noise_shape=(None, 1, 1, 1))],
    "softmax over channels": [layers.Conv2D(4, 3), layers.Activation("softmax")],
}


@pytest.mark.parametrize("name", PARTS)
def test_a_layer_answers_as_in_keras(name):
    model = network(*PARTS[name])

    assert differences(model) < 1e-4


@pytest.mark.parametrize("spec", [CLASSIC, TEACHER], ids=lambda spec: spec.name)
def test_a_whole_network_answers_as_in_keras(spec):
    model = build(spec, 10)

    assert differences(model, 28, 28, 1) < 1e-4


def test_the_photo_network_answers_as_in_keras():
    model = build_photo_network(LITE0, 5, height=65, width=48)

    assert differences(model, 65, 48) < 1e-4


def test_norms_are_folded_into_the_layer_before_them():
    told = to_onnx(build(CLASSIC, 10))

    kinds = [node.op_type for node in told.graph.node]

    assert kinds.count("Conv") == 2
    assert kinds.count("Gemm") == 2
    assert kinds.count("Add") == 2  # the rescaling's and the input's norm, on pixels
    assert "BatchNormalization" not in kinds


def test_a_layer_without_a_rule_is_named():
    model = network(layers.GaussianNoise(0.1, name="hiss"))

    with pytest.raises(UnsupportedLayer, match="hiss: no rule for a layer GaussianNoise"):
        to_onnx(model)


def test_a_layer_that_is_used_twice_is_refused():
    twice = layers.Conv2D(3, 3, padding="same", name="twice")

    with pytest.raises(UnsupportedLayer, match="twice"):
        to_onnx(network(twice, twice))

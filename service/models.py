"""The models that a process can read photos with, each opened once."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings.bundle import Rejection, Similarity, load_bundle, resolve_bundle
from embeddings.encoder import OnnxEncoder
from embeddings.errors import BadBundle
from embeddings.types import Encoder
from service.errors import NotReady

# An encoder without a bundle brings no fitted facts: all it is shown counts as a garment.
_UNFITTED_REJECTION = Rejection(
    bias=0.0,
    confidence=0.0,
    energy=0.0,
    nearest=0.0,
    garment_threshold=0.0,
    close_match_cosine=0.5,
)
_UNFITTED_SIMILARITY = Similarity(slope=6.0, intercept=-3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An encoder, and what its bundle says of its numbers."""

    encoder: Encoder
    name: str
    source: str  # a shipped bundle's name or a folder
    similarity: Similarity
    rejection: Rejection

    @property
    def fingerprint(self) -> str:
        """What tells this model's readings from any other's."""
        return self.encoder.fingerprint

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories that it knows, in the order of a reading's probabilities."""
        return self.encoder.labels

    @property
    def dim(self) -> int:
        """The length of an embedding."""
        return self.encoder.dim


class Models:
    """Opens models by where they are, and finds them again by fingerprint; threads share it."""

    def __init__(self, first: str, given: Sequence[Encoder] = ()) -> None:
        """Take the bundle of a new catalogue, or ready encoders, the first for a new one."""
        self._first = first
        self._lock = threading.Lock()
        self._given = [model_of(encoder, first) for encoder in given]
        self._open = {model.fingerprint: model for model in self._given}

    def first(self) -> Model:
        """Give the model that a new catalogue starts with. Raises: BadBundle."""
        return self._given[0] if self._given else self.open(self._first)

    def open(self, source: str) -> Model:
        """Open the bundle of that name or folder. Raises: BadBundle."""
        with self._lock:
            for model in self._open.values():
                if model.source == source:
                    return model
            bundle = load_bundle(resolve_bundle(source))
            known = self._open.get(bundle.fingerprint)
            if known is not None:
                return known
            # A folder is told from the root: another process may start elsewhere.
            lasting = str(Path(source).resolve()) if Path(source).is_dir() else source
            return self._open.setdefault(bundle.fingerprint, model_of(OnnxEncoder(bundle), lasting))

    def of(self, fingerprint: str, source: str) -> Model:
        """Give the model of a fingerprint, opening it from its source where needed.

        Raises:
            NotReady: the source does not hold that model any more.
        """
        known = self._open.get(fingerprint)
        if known is not None:
            return known
        try:
            model = self.open(source)
        except BadBundle as error:
            raise NotReady(f"the catalogue's model cannot be opened: {error}") from error
        if model.fingerprint != fingerprint:
            raise NotReady(
                f"the catalogue's model is {fingerprint}, but '{source}' holds "
                f"{model.fingerprint}: put the old bundle back, or promote the new one"
            )
        return model


def model_of(encoder: Encoder, source: str) -> Model:
    """Say what is known of an encoder's numbers; only one with a bundle brings fitted facts."""
    if isinstance(encoder, OnnxEncoder):
        bundle = encoder.bundle
        return Model(encoder, bundle.name, source, bundle.similarity, bundle.rejection)
    return Model(encoder, source, source, _UNFITTED_SIMILARITY, _UNFITTED_REJECTION)

"""The models that a process can read photos with, each opened once."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

import numpy as np

from embeddings.errors import BadBundle
from embeddings.model.bundle import Similarity, load_bundle, resolve_bundle
from embeddings.model.label_tree import Tree
from embeddings.model.rejection import EvidenceRejection, Rejection
from embeddings.reading.encoder import OnnxEncoder
from embeddings.types import Encoder, Photo
from service.errors import NotReady
from service.models.kept import KeptBundles

# An encoder without a bundle brings no fitted facts: all it is shown counts as a garment.
_UNFITTED_REJECTION = EvidenceRejection(
    bias=0.0,
    confidence=0.0,
    energy=0.0,
    nearest=0.0,
    garment_threshold=0.0,
    close_match_cosine=0.5,
)
_AGAIN_S = 600.0  # after a copy could not be written
_log = logging.getLogger(__name__)
_SIDE = 28  # pixels of the first picture
_UNFITTED_SIMILARITY = Similarity(slope=6.0, intercept=-3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An encoder, and what its bundle says of its numbers."""

    encoder: Encoder
    name: str
    source: str  # a shipped bundle's name or a folder
    similarity: Similarity
    rejection: Rejection
    tree: Tree = field(default_factory=dict)  # of its labels; empty where they are flat
    halves: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of an embedding

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours that it tells, in the order of a reading's; empty where it tells none."""
        return self.encoder.colours

    @property
    def fingerprint(self) -> str:
        """What tells this model's readings from any other's."""
        return self.encoder.fingerprint

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories that it knows, in the order of a reading's probabilities."""
        return self.encoder.labels

    @property
    def branches(self) -> tuple[str, ...]:
        """What its labels belong to and that is none of them, as 'Shoes' of 'Heels'."""
        return tuple(sorted(set(self.tree.values()) - set(self.labels)))

    @property
    def dim(self) -> int:
        """The length of an embedding."""
        return self.encoder.dim


class Models:
    """Opens models by where they are, and finds them again by fingerprint; threads share it."""

    def __init__(
        self, first: str, given: Sequence[Encoder] = (), kept: KeptBundles | None = None
    ) -> None:
        """Take the bundle of a new catalogue, or ready encoders, the first for a new one.

        With `kept` a bundle that a catalogue is read by is copied, and found there later on.
        """
        self._first = first
        self._kept = kept
        self._lock = threading.Lock()
        given_models = [model_of(encoder, first) for encoder in given]
        self._open = {model.fingerprint: model for model in given_models}
        self._of_new = given_models[0] if given_models else None
        self._tried: set[str] = set()  # fingerprints
        self._warm: set[str] = set()  # likewise
        self._look_again: dict[str, float] = {}  # for a copy, by the clock that goes on alone

    def first(self) -> Model:
        """Return the model that a new catalogue starts with. Raises: BadBundle."""
        if self._of_new is None:
            self._of_new = self.open(self._first)
        return self._of_new

    def open(self, source: str) -> Model:
        """Open the bundle of that name or folder, as it is there now. Raises: BadBundle."""
        try:
            bundle = load_bundle(resolve_bundle(source))
            # A folder is told from the root: another process may start elsewhere.
            lasting = str(Path(source).resolve()) if Path(source).is_dir() else source
        except OSError as error:  # a folder above it that may not be entered
            raise BadBundle(f"{source} cannot be read: {error.strerror or error}") from error
        with self._lock:
            known = self._open.get(bundle.fingerprint)
            if known is None:
                known = model_of(OnnxEncoder(bundle), lasting)
                self._open[bundle.fingerprint] = known
            return known

    def warm_up(self, model: Model) -> None:
        """Let a model read once in this process, as its first reading loads the network.

        Raises:
            BadBundle: the network cannot be used.
        """
        if model.fingerprint not in self._warm:
            model.encoder.read([Photo(np.zeros((_SIDE, _SIDE, 3), dtype=np.uint8))])
            self._warm.add(model.fingerprint)

    def was_tried(self, model: Model) -> bool:
        """Return whether this process has seen a model answer."""
        return model.fingerprint in self._tried

    def note_tried(self, model: Model) -> None:
        """Note that a model has answered."""
        self._tried.add(model.fingerprint)

    def of(self, fingerprint: str, source: str) -> Model:
        """Return the model of a fingerprint, opening it where needed.

        It is the copy that was kept, which nobody changes, or else what its source holds, of which
        a copy is kept then.

        Raises:
            NotReady: neither a copy nor its source holds that model.
        """
        model = self._open.get(fingerprint)
        if model is None:
            model = self._open.setdefault(fingerprint, self._sought(fingerprint, source))
        if self._look_again.get(fingerprint, 0.0) <= time.monotonic():
            self._look_again[fingerprint] = inf if self.keep(model) else time.monotonic() + _AGAIN_S
        return model

    def keep(self, model: Model) -> bool:
        """Keep a copy of a model that a catalogue is read by; give whether that is done.

        A home that is full or may not be written to serves as well, so that is only logged.
        """
        if self._kept is None or not isinstance(model.encoder, OnnxEncoder):
            return True
        try:
            self._kept.keep(model.encoder.bundle)
        except (BadBundle, OSError) as error:
            _log.warning("no copy of the network '%s' could be kept: %s", model.name, error)
            return False
        return True

    def kept(self) -> set[str]:
        """Return the fingerprints of the models of which a copy is kept."""
        return self._kept.fingerprints() if self._kept is not None else set()

    def forget(self, fingerprint: str) -> None:
        """Let go of the copy of a model, all of whose readings are gone."""
        if self._kept is not None:
            self._kept.drop(fingerprint)
            self._look_again.pop(fingerprint, None)

    def _sought(self, fingerprint: str, source: str) -> Model:
        kept = self._kept.find(fingerprint) if self._kept is not None else None
        if kept is not None:
            self._look_again[fingerprint] = inf
            return _known_as(fingerprint, model_of(OnnxEncoder(kept), source))
        try:
            model = self.open(source)
        except BadBundle as error:
            raise NotReady(f"the catalogue's model cannot be opened: {error}") from error
        if fingerprint not in (model.fingerprint, former_fingerprint(model)):
            raise NotReady(
                f"the catalogue's model is {fingerprint}, but '{source}' holds "
                f"{model.fingerprint}: put the old bundle back, "
                "or promote it from where it is now, or the new one: `lookalike model promote`"
            )
        return _known_as(fingerprint, model)


def former_fingerprint(model: Model) -> str | None:
    """Return what the version before told a model by, if that version could have read with it."""
    encoder = model.encoder
    return encoder.bundle.former_fingerprint if isinstance(encoder, OnnxEncoder) else None


def _known_as(fingerprint: str, model: Model) -> Model:
    """Return a model under the fingerprint by which a catalogue knows it."""
    if not isinstance(model.encoder, OnnxEncoder) or model.fingerprint == fingerprint:
        return model
    bundle = replace(model.encoder.bundle, fingerprint=fingerprint)
    return replace(model, encoder=OnnxEncoder(bundle, model.encoder.threads))


def model_of(encoder: Encoder, source: str) -> Model:
    """Return what is known of an encoder's numbers; only one with a bundle brings fitted facts."""
    if isinstance(encoder, OnnxEncoder):
        bundle = encoder.bundle
        return Model(
            encoder,
            bundle.name,
            source,
            bundle.similarity,
            bundle.rejection,
            bundle.tree,
            bundle.halves,
        )
    return Model(encoder, source, source, _UNFITTED_SIMILARITY, _UNFITTED_REJECTION)

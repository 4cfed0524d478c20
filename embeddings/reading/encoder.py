"""Reads photos with a bundle's network through ONNX Runtime."""

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.errors import BadBundle
from embeddings.model.bundle import Bundle
from embeddings.model.bundle_files import NETWORK_FILE, read_file, weight_files
from embeddings.reading.framing import check_framing, frame
from embeddings.types import Photo, Pixels, Reading, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_BATCH_VALUES = 2**20  # input values in one run of the network; bounds what its layers take
_LENGTH_TOLERANCE = 0.01
_SMALL_INPUT = 64 * 64 * 3  # input values
_WEIGHTS_ARE_IN = "session.model_external_initializers_file_folder_path"
_NOWHERE = os.path.join(os.devnull, "none")  # no folder can be there
_LARGEST_BATCH = 64  # beyond it a small network gains nothing


class OnnxEncoder:
    """Classifies and embeds photos in one pass of a bundle's network; threads may share one."""

    def __init__(self, bundle: Bundle, threads: int = 0) -> None:
        """Take a bundle; `threads` for one run of the network, 0: what suits its size."""
        check_framing(bundle.input)
        self.bundle = bundle
        self.threads = threads
        self._lock = threading.Lock()
        self._session: InferenceSession | None = None
        self._abandoned: InferenceSession | None = None
        self._process = 0
        spec = bundle.input
        values = spec.height * spec.width * spec.channels
        self._batch = max(1, min(_LARGEST_BATCH, _BATCH_VALUES // values))

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories, in the order of a reading's probabilities."""
        return self.bundle.labels

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours that it tells, in the order of a reading's; empty where it tells none."""
        return self.bundle.colours

    @property
    def fingerprint(self) -> str:
        """What tells this bundle from every other."""
        return self.bundle.fingerprint

    @property
    def dim(self) -> int:
        """The length of an embedding."""
        return self.bundle.embedding_dim

    def warm_up(self) -> None:
        """Load the network and run it once, so that the first reading is as quick as the next.

        Raises:
            BadBundle: the file is no network, or not one of this bundle's shape.
        """
        spec = self.bundle.input
        self._run(np.zeros((1, spec.height, spec.width, spec.channels), dtype=np.uint8))

    def read(self, photos: Sequence[Photo]) -> list[Reading]:
        """Read a batch of photos, in order; an empty batch gives an empty list.

        Raises:
            BadBundle: the network cannot be used.
        """
        readings: list[Reading] = []
        for start in range(0, len(photos), self._batch):
            part = photos[start : start + self._batch]
            readings += self._run(np.stack([frame(photo, self.bundle.input) for photo in part]))
        return readings

    def _run(self, images: Pixels) -> list[Reading]:
        outputs = ["logits", "embedding", *(["colour"] if self.bundle.colours else [])]
        logits, embeddings, *colour = self._open().run(outputs, {"images": images})
        lengths = np.sqrt(np.einsum("ij,ij->i", embeddings, embeddings))[:, None]  # (n, 1)
        if not np.isfinite(logits).all() or not (np.abs(lengths - 1) < _LENGTH_TOLERANCE).all():
            raise BadBundle(f"{self.bundle.network} gives no finite logits and unit embeddings")
        probabilities = softmax(logits / np.float32(self.bundle.temperature))  # (n, labels)
        embeddings = embeddings / lengths  # rounding in the network adds up in cosines
        colours = self._colours(*colour) if colour else [None] * len(images)
        every = zip(logits, probabilities, embeddings, colours, strict=True)
        return [Reading(*each) for each in every]

    def _colours(self, logits: Vectors) -> Vectors:
        """Return the probability of each colour `(n, colours)`."""
        if not np.isfinite(logits).all():
            raise BadBundle(f"{self.bundle.network} gives no finite logits of colours")
        return softmax(logits / np.float32(self.bundle.colour_temperature))

    def _open(self) -> "InferenceSession":
        # The threads of a session do not live on in a forked child, which would wait for them
        # for ever, so each process makes its own, when it first needs it.
        if self._session is None or self._process != os.getpid():
            with self._lock:
                if self._session is None or self._process != os.getpid():
                    # Taking a parent's session down would wait for its threads as well.
                    self._abandoned = self._session
                    self._session = open_session(self.bundle, self.threads)
                    self._process = os.getpid()
        return self._session


def softmax(logits: Vectors) -> Vectors:
    """Turn logits `(n, labels)` into probabilities: each row sums to 1."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)


def open_session(bundle: Bundle, threads: int = 0) -> "InferenceSession":
    """Load a bundle's network on the CPU; `threads` 0 means what suits the network's size.

    Raises:
        BadBundle: the file is no network, or its inputs and outputs are not the bundle's.
    """
    import onnxruntime  # here and not above: it takes longer than `--help` may

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or _threads_for(bundle)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: they come as exceptions
    # Waiting threads would otherwise burn the cores that decoding needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The very bytes that were held against their digests are run, and no file is opened for more:
    # a network that keeps weights in another file finds it here, or nowhere.
    network = read_file(bundle.path, bundle.files, NETWORK_FILE)
    others = weight_files(bundle.files)
    weights = {name: read_file(bundle.path, bundle.files, name) for name in others}
    options.add_session_config_entry(_WEIGHTS_ARE_IN, _NOWHERE)
    if weights:
        options.add_external_initializers_from_files_in_memory(
            list(weights), list(weights.values()), [len(data) for data in weights.values()]
        )
    try:
        session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no class of their own
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise BadBundle(f"{bundle.network} cannot be loaded: {reason}") from error
    _check(session, bundle)
    return session


def _threads_for(bundle: Bundle) -> int:
    # Waking a second thread takes longer than its share of a network over 28 x 28 pixels, and
    # pictures are read side by side anyway. 0 is ONNX Runtime's own choice: one a core.
    spec = bundle.input
    return 1 if spec.height * spec.width * spec.channels <= _SMALL_INPUT else 0


def _check(session: "InferenceSession", bundle: Bundle) -> None:
    spec = bundle.input
    wanted = {
        "images": ("tensor(uint8)", [spec.height, spec.width, spec.channels]),
        "logits": ("tensor(float)", [len(bundle.labels)]),
        "embedding": ("tensor(float)", [bundle.embedding_dim]),
    }
    if bundle.colours:
        wanted["colour"] = ("tensor(float)", [len(bundle.colours)])
    given = {each.name: (each.type, each.shape) for each in session.get_inputs()}
    if set(given) != {"images"}:
        raise BadBundle(f"{bundle.network} has one input 'images', got {sorted(given)}")
    given |= {each.name: (each.type, each.shape) for each in session.get_outputs()}
    for name, (type_, shape) in wanted.items():
        if name not in given:
            raise BadBundle(f"{bundle.network} lacks '{name}', it has {sorted(given)}")
        got_type, got_shape = given[name]
        if got_type != type_ or list(got_shape[1:]) != shape or isinstance(got_shape[0], int):
            raise BadBundle(
                f"'{name}' of {bundle.network} is {type_} (any, {', '.join(map(str, shape))}), "
                f"got {got_type} {got_shape}"
            )

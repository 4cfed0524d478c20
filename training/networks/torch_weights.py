"""Reads weights that PyTorch saved before 2020, without PyTorch and without trusting the file.

Such a file is a row of pickles (a magic number, a version, the machine's facts, the tensors, the
keys of their storages), followed by the numbers of each storage. Only the few names that a state
dict of tensors needs are known here; a pickle that asks for any other is refused, so nothing of
the file is ever run.
"""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import DatasetUnavailable

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_KINDS = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

Weights = dict[str, npt.NDArray[Any]]


@dataclass(slots=True)
class _Storage:
    """A row of numbers that tensors are windows on; the numbers come after the pickles."""

    kind: np.dtype[Any]
    length: int
    values: npt.NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def to_array(self) -> npt.NDArray[Any]:
        values = self.storage.values
        steps = [step * (size - 1) for size, step in zip(self.shape, self.strides, strict=True)]
        last = self.start + sum(steps)
        if values is None or min((self.start, *self.shape, *self.strides)) < 0:
            raise pickle.UnpicklingError("a tensor has no storage, or a negative size")
        if last >= len(values):
            raise pickle.UnpicklingError("a tensor does not lie within its storage")
        strides = [step * values.itemsize for step in self.strides]
        window = np.lib.stride_tricks.as_strided(values[self.start :], self.shape, strides)
        return np.ascontiguousarray(window)


def read_torch_weights(path: Path) -> Weights:
    """Read a state dict: each tensor under its name, as little-endian arrays.

    Raises:
        DatasetUnavailable: the file is not one, is cut short, or holds anything but tensors.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError) as error:
        raise DatasetUnavailable(f"{path} cannot be read: {error}") from error
    except pickle.UnpicklingError as error:
        raise DatasetUnavailable(f"{path} holds something else than weights: {error}") from error


def _read(file: IO[bytes]) -> Weights:
    storages: dict[str, _Storage] = {}
    if _unpickle(file, storages) != _MAGIC or _unpickle(file, storages) != _PROTOCOL:
        raise pickle.UnpicklingError("it does not begin as PyTorch's files of that time do")
    machine = _unpickle(file, storages)
    if not machine.get("little_endian"):
        raise pickle.UnpicklingError("only little-endian files are read")
    tensors = _unpickle(file, storages)
    for key in _unpickle(file, storages):
        storage = storages[key]
        [length] = np.frombuffer(file.read(8), dtype="<i8")
        content = file.read(int(length) * storage.kind.itemsize)
        if length != storage.length or len(content) != length * storage.kind.itemsize:
            raise pickle.UnpicklingError("a storage is cut short")
        storage.values = np.frombuffer(content, dtype=storage.kind)
    return {str(name): tensor.to_array() for name, tensor in tensors.items()}


def _unpickle(file: IO[bytes], storages: dict[str, _Storage]) -> Any:
    return _Unpickler(file, storages).load()


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], storages: dict[str, _Storage]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in _KINDS:
            return _KINDS[name]
        raise pickle.UnpicklingError(f"weights have no use for {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        what, kind, key, _device, length, window = pid
        if what != "storage" or window is not None or not isinstance(kind, np.dtype):
            raise pickle.UnpicklingError("an unknown kind of storage")
        return self._storages.setdefault(str(key), _Storage(kind, int(length)))


def _rebuild_tensor(
    storage: _Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> _Tensor:
    return _Tensor(storage, start, tuple(shape), tuple(strides))

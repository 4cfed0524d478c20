"""Weights that PyTorch saved are read without it, and nothing else in the file is run."""

# Of the pickler that is written in Python, types tell nothing.
# mypy: disable-error-code="attr-defined, misc"

import io
import pickle
import struct
from collections import OrderedDict

import numpy as np
import pytest

from embeddings.errors import DatasetUnavailable
from training.networks.torch_weights import read_torch_weights

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
MACHINE = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {}}


class Storage:
    def __init__(self, key, values):
        self.key, self.values = key, np.asarray(values, dtype="<f4")


class Named:
    """Stands for a function of a module that is not installed."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Tensor:
    def __init__(self, storage, start, shape, strides):
        self.told = (storage, start, shape, strides, False, OrderedDict())


class Saver(pickle._Pickler):
    """Writes what PyTorch writes: a name for each function, a key for each storage."""

    def persistent_id(self, thing):
        if isinstance(thing, Storage):
            kind = Named("torch", "FloatStorage")
            return ("storage", kind, thing.key, "cpu", len(thing.values), None)
        return None

    def save(self, thing, save_persistent_id=True):
        if isinstance(thing, Named):
            self.write(f"c{thing.module}\n{thing.name}\n".encode())
        elif isinstance(thing, Tensor):
            self.save(Named("torch._utils", "_rebuild_tensor_v2"))
            self.save(thing.told)
            self.write(pickle.REDUCE)
        else:
            super().save(thing, save_persistent_id)


def saved(tensors, storages, magic=MAGIC):
    file = io.BytesIO()
    for part in (magic, PROTOCOL, MACHINE, tensors, [storage.key for storage in storages]):
        Saver(file, protocol=2).dump(part)
    for storage in storages:
        file.write(struct.pack("<q", len(storage.values)) + storage.values.tobytes())
    return file.getvalue()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "weights.pth"


def test_tensors_come_back_under_their_names(file):
    one, two = Storage("1", range(6)), Storage("2", [7.0])
    tensors = {"a.weight": Tensor(one, 0, (2, 3), (3, 1)), "a.bias": Tensor(two, 0, (1,), (1,))}
    file.write_bytes(saved(tensors, [one, two]))

    weights = read_torch_weights(file)

    np.testing.assert_array_equal(weights["a.weight"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(weights["a.bias"], [7])


def test_a_transposed_window_comes_back_transposed(file):
    storage = Storage("1", range(7))
    file.write_bytes(saved({"w": Tensor(storage, 1, (3, 2), (1, 3))}, [storage]))

    weights = read_torch_weights(file)

    np.testing.assert_array_equal(weights["w"], [[1, 4], [2, 5], [3, 6]])


def test_a_tensor_outside_its_storage_is_refused(file):
    storage = Storage("1", range(6))
    file.write_bytes(saved({"w": Tensor(storage, 2, (2, 3), (3, 1))}, [storage]))

    with pytest.raises(DatasetUnavailable, match="does not lie within its storage"):
        read_torch_weights(file)


def test_a_function_that_weights_do_not_need_is_never_run(file, tmp_path):
    mark = tmp_path / "mark"

    class Evil:
        def __reduce__(self):
            return (open, (str(mark), "w"))

    file.write_bytes(saved({"w": Evil()}, []))

    with pytest.raises(DatasetUnavailable, match="no use for"):
        read_torch_weights(file)

    assert not mark.exists()


@pytest.mark.parametrize("length", [0, 20, 150, -1])
def test_a_cut_file_is_refused(file, length):
    storage = Storage("1", range(6))
    file.write_bytes(saved({"w": Tensor(storage, 0, (6,), (1,))}, [storage])[:length])

    with pytest.raises(DatasetUnavailable):
        read_torch_weights(file)


def test_another_pickle_is_refused(file):
    file.write_bytes(saved({}, [], magic=5))

    with pytest.raises(DatasetUnavailable, match="does not begin as"):
        read_torch_weights(file)

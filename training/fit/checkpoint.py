"""Everything a fit needs to go on as if it had never stopped, in one file."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training.errors import BadRun

Arrays = list[npt.NDArray[Any]]


def values(variables: Sequence[keras.Variable]) -> Arrays:
    """Copy variables out of the backend."""
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def assign(variables: Sequence[keras.Variable], arrays: Arrays) -> None:
    """Put values back into variables of the same shapes. Raises: BadRun."""
    if [tuple(v.shape) for v in variables] != [a.shape for a in arrays]:
        raise BadRun("the checkpoint is of another network: its variables have other shapes")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def save_state(path: Path, facts: dict[str, Any], groups: dict[str, Arrays]) -> None:
    """Write `facts` and the arrays of each group, in one step: the old file or the new."""
    named = {f"{name}:{i}": a for name, group in groups.items() for i, a in enumerate(group)}
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, facts=np.array(json.dumps(facts)), **named)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def load_state(path: Path) -> tuple[dict[str, Any], dict[str, Arrays]]:
    """Read what `save_state` wrote. Raises: BadRun."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            facts = json.loads(str(stored["facts"]))
            groups: dict[str, Arrays] = {}
            for key in stored.files:  # in the order of writing
                if ":" in key:
                    groups.setdefault(key.split(":")[0], []).append(stored[key])
    except (OSError, ValueError, KeyError) as error:
        raise BadRun(f"{path} is no checkpoint: {error}") from error
    return facts, groups

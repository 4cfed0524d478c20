"""What a search may find, as a small tree that every index understands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, Union

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Everything:
    """All that an index holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Only:
    """What has one of these ids `(n,)`, in any order; those that no index holds mean nothing."""

    ids: Ids

    def __post_init__(self) -> None:
        """Raise ValueError unless `ids` is an int64 array of one dimension."""
        check_ids(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """What the other selection leaves out."""

    of: "Selection"


@dataclass(frozen=True, slots=True, eq=False)
class And:
    """What all of the parts select; of no part, everything."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Or:
    """What any of the parts selects; of no part, nothing."""

    parts: tuple["Selection", ...]


Selection: TypeAlias = Union[Everything, Only, Not, And, Or]  # noqa: UP007  refers to itself
EVERYTHING = Everything()
NO_IDS: Ids = np.empty(0, dtype=np.int64)


def mask_of(where: Selection, count: int, held: Callable[[Ids], Mask]) -> Mask | None:
    """Return for each vector, `(count,)`, whether it is selected; None where all are.

    `held` says of each vector whether its id is among some.

    Raises:
        TypeError: this is no selection.
    """
    match where:
        case Everything():
            return None
        case Only(ids):
            return held(ids)
        case Not(of):
            inner = mask_of(of, count, held)
            return np.zeros(count, dtype=np.bool_) if inner is None else ~inner
        case And(parts):
            masks = [mask_of(part, count, held) for part in parts]
            narrow = [mask for mask in masks if mask is not None]
            return np.logical_and.reduce(narrow) if narrow else None
        case Or(parts):
            masks = [mask_of(part, count, held) for part in parts]
            found = np.zeros(count, dtype=np.bool_)
            for mask in masks:
                if mask is None:
                    return None
                found |= mask
            return found
    raise TypeError(f"a selection is Everything, Only, Not, And or Or, got {type(where).__name__}")


def left_out(where: Selection) -> Ids | None:
    """Return the ids `(m,)` left out, where all but them are selected; else None."""
    match where:
        case Everything():
            return NO_IDS
        case Not(Only(ids)):
            return ids
        case And(parts):
            each = [left_out(part) for part in parts]
            known = [ids for ids in each if ids is not None]
            return np.concatenate([NO_IDS, *known]) if len(known) == len(each) else None
    return None


def check_ids(ids: Ids) -> None:
    """Raise ValueError unless these are ids as an index takes them."""
    if not isinstance(ids, np.ndarray) or ids.dtype != np.int64 or ids.ndim != 1:
        raise ValueError(f"ids are int64 arrays of one dimension, got {described(ids)}")


def described(value: object) -> str:
    """Return of what type, and of what shape, something is that should be another."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return type(value).__name__

"""Garments that one sender photographed twice, as `pairs.csv` lists them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.errors import BadData

FILE = Path(__file__).with_suffix(".csv")

MOMENT = "moment"
DIFFERS = (MOMENT, "distance", "fold", "side", "place")
"""What changed most between two photos: only the moment, how near the garment was, how it lay or
hung, which side of it is seen, or the ground that it lies on."""

FOUND_BY = ("network", "colours", "keypoints", "eye")
"""How a pair was come upon, among each sender's photos: by the shipped embedding, by the colours of
the cut-out garments, by SIFT keypoints that one movement carries over, or by looking through all.
Those that the network brought alone would flatter it."""

_COLUMNS = ("first", "second", "differs", "found_by")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos of one garment, neither a copy nor a crop of the other."""

    first: str  # names of clothing photos
    second: str
    differs: str  # one of DIFFERS
    found_by: tuple[str, ...]  # of FOUND_BY


def read_pairs(file: Path = FILE) -> list[Pair]:
    """Read the list.

    Raises:
        BadData: a row says what it cannot, pairs a photo with itself, or comes twice.
    """
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened)
        if tuple(rows.fieldnames or ()) != _COLUMNS:
            raise BadData(f"{file.name} must have the columns {', '.join(_COLUMNS)}")
        pairs = [_pair(row, f"line {number} of {file.name}") for number, row in enumerate(rows, 2)]
    seen: set[frozenset[str]] = set()
    for pair in pairs:
        both = frozenset((pair.first, pair.second))
        if both in seen:
            raise BadData(f"{file.name} pairs {pair.first} and {pair.second} twice")
        seen.add(both)
    return pairs


def garments_of(pairs: Sequence[Pair]) -> dict[str, frozenset[str]]:
    """Return for each photo which ones show its garment, itself among them.

    A garment that was photographed three times stands in two pairs that share a photo.
    """
    shown: dict[str, frozenset[str]] = {}
    for pair in pairs:
        together = shown.get(pair.first, frozenset((pair.first,)))
        together |= shown.get(pair.second, frozenset((pair.second,)))
        shown.update(dict.fromkeys(together, together))
    return shown


def both_ways(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, str, str]]:
    """Yield each pair twice, with the photo that is asked with and the one to be found."""
    for pair in pairs:
        yield pair, pair.first, pair.second
        yield pair, pair.second, pair.first


def _pair(row: dict[str, str], where: str) -> Pair:
    if None in row or None in row.values() or not (row["first"] and row["second"]):
        raise BadData(f"{where} must name two photos, what differs and how they were found")
    found_by = tuple(row["found_by"].split("+"))
    if row["differs"] not in DIFFERS:
        raise BadData(f"{where}: '{row['differs']}' is none of {', '.join(DIFFERS)}")
    if unknown := sorted(set(found_by) - set(FOUND_BY)):
        raise BadData(f"{where}: '{unknown[0]}' is none of {', '.join(FOUND_BY)}")
    if row["first"] == row["second"]:
        raise BadData(f"{where} pairs {row['first']} with itself")
    return Pair(row["first"], row["second"], row["differs"], found_by)

"""Names the category of any number of pictures, as a stream, without a catalogue."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from embeddings.files.folders import walk
from embeddings.files.names import printable
from embeddings.files.picture_files import head_of, why_no_picture
from embeddings.limits import PhotoLimits
from embeddings.photos.stored_form import LONGEST_SIDE, as_stored
from embeddings.photos.stream import StreamItem, read_stream
from embeddings.reading.verdict import garment_probability, name_colour
from embeddings.types import Reading
from service.models.registry import Model
from service.progress import Progress, no_progress
from service.tables.record_files import Columns, Value
from service.tagging.resuming import growing_records

COLUMNS: Columns = {
    "path": str,
    "category": str,
    "confidence": float,  # 0..1, calibrated
    "second_category": str,
    "second_confidence": float,
    "colour": str,  # empty where the model tells none
    "colour_confidence": float,
    "garment_probability": float,  # 0..1, as if something close to it were known
    "error": str,
}
_TELL_EVERY = 50


@dataclass(frozen=True, slots=True)
class TagReport:
    """How many pictures were tagged, could not be read, or were there from an earlier run."""

    tagged: int
    failed: int
    skipped: int
    passed_over: Mapping[str, str]  # why, by the names of what is no picture


def tag_pictures(
    paths: Sequence[Path],
    output: Path,
    *,
    model: Model,
    limits: PhotoLimits,
    resume: bool = False,
    own: Collection[Path] = (),
    progress: Progress = no_progress,
) -> TagReport:
    """Tag pictures and all those in folders; one that cannot be read has its reason in `error`.

    Left out is what lies in the folders `own`, where a shop keeps its pictures.

    The output is CSV, JSON Lines or Parquet by its ending, `-` is standard output as CSV. A text
    grows beside as `.part` and is swapped in at the end; with `resume` one that was interrupted
    goes on where it was, by the same model.

    Raises:
        BadOutput: the ending is unknown, or what it stands for cannot be resumed or written.
    """
    with growing_records(output, COLUMNS, model.fingerprint, resume) as (records, done):
        passed_over: dict[str, str] = {}
        total = sum(1 for _ in _names_in(paths, own, passed_over))
        number = tagged = failed = 0
        items = read_stream(
            (
                (name, Path(name))
                for name in _names_in(paths, own, passed_over)
                if printable(name) not in done
            ),
            model.encoder,
            limits,
            useful_side=LONGEST_SIDE,
            keep_photos=False,
            prepare=as_stored,  # a picture is tagged as it would be, once imported
        )
        for number, item in enumerate(items, 1):
            records.write(record_of(item, model))
            tagged += item.error is None
            failed += item.error is not None
            if number % _TELL_EVERY == 0:
                progress(len(done) + number, total)
        progress(len(done) + number, total)
    return TagReport(tagged, failed, len(done), passed_over)


def _names_in(
    paths: Iterable[Path], own: Collection[Path], passed_over: dict[str, str]
) -> Iterator[str]:
    """Name the pictures among and below these paths; a file that is named is taken for one."""
    for path in paths:
        if path.is_dir():
            yield from _pictures_below(path, own, passed_over)
        else:
            yield str(path)


def _pictures_below(
    root: Path, own: Collection[Path], passed_over: dict[str, str]
) -> Iterator[str]:
    def tell(name: str, why: str) -> None:
        passed_over[os.path.join(root, name)] = why

    for name in walk(root, tell, own):
        why = why_no_picture(name.rpartition("/")[2], partial(head_of, root / name))
        if why is None:
            yield os.path.join(root, name)
        else:
            tell(name, why)


def record_of(item: StreamItem[str], model: Model) -> dict[str, Value]:
    """Write what became of a picture by the names of `COLUMNS`."""
    path = printable(item.key)
    if item.reading is None:
        return {"path": path, "error": str(item.error)}
    return _tags(path, item.reading, model)


def _tags(path: str, reading: Reading, model: Model) -> dict[str, Value]:
    odds: list[float] = reading.probabilities.tolist()
    first, second = sorted(range(len(odds)), key=odds.__getitem__, reverse=True)[:2]
    close = model.rejection.close_match_cosine
    colour = name_colour(reading, model.colours)
    return {
        "path": path,
        "category": model.labels[first],
        "confidence": round(odds[first], 6),
        "second_category": model.labels[second],
        "second_confidence": round(odds[second], 6),
        "colour": None if colour is None else colour.name,
        "colour_confidence": None if colour is None else round(colour.confidence, 6),
        "garment_probability": round(garment_probability(reading, close, model.rejection), 6),
    }

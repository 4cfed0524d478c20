"""Tags the pictures of a ZIP that was sent: into a journal, and from there into a table."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from catalog.errors import BadSource
from embeddings.errors import BadArchive
from embeddings.files.archives import DAMAGED
from embeddings.files.picture_files import why_no_picture
from embeddings.limits import PhotoLimits
from embeddings.photos.stored_form import LONGEST_SIDE, as_stored
from embeddings.photos.stream import StreamItem, read_stream
from embeddings.tables.packed import FilesPacked
from embeddings.types import Photo
from service.duplicates.rules import SAME_COSINE
from service.models.registry import Model
from service.progress import Beat, Progress, no_beat
from service.tables.record_files import Columns, Value, writing_records
from service.tagging.journal import (
    Journal,
    Record,
    keep_near,
    near_in,
    records_in,
    small_of,
    vectors_in,
)
from service.tagging.tag import COLUMNS, record_of

SENT_COLUMNS: Columns = {
    **{name: kind for name, kind in COLUMNS.items() if name != "error"},
    "not_a_garment": str,  # `yes` where the model says so
    "near_duplicate_of": str,  # the first picture here that shows the same
    "error": str,
}
FORMATS = ("csv", "xlsx", "jsonl", "parquet")
_STEP, _STEP_S = 64, 1.0  # pictures, and seconds, after which what there is is noted down
_SMALL = 160  # pixels of a small picture's longer side
_COMPARED = 512  # pictures at once with all before them


def tag_sent(
    archive: Path,
    folder: Path,
    *,
    model: Model,
    limits: PhotoLimits,
    step: Callable[[int], None],
    progress: Progress,
) -> dict[str, str]:
    """Read the pictures of a ZIP into the journal of a folder, from where it is on.

    `step` is told how many are in the journal, safe from a kill. Gives the files passed over, and
    why, by their names.

    Raises:
        BadSource: it is no ZIP that we take, or holds no picture.
    """
    try:
        files = FilesPacked(archive)
    except BadArchive as error:
        raise BadSource(str(error)) from error
    with closing(files), closing(Journal(folder, model.fingerprint, model.encoder.dim)) as journal:
        pictures, others = _sorted_out(files)
        if not pictures:
            raise BadSource(f"{archive.name} holds no picture")

        def beat() -> None:
            progress(journal.count, len(pictures))

        items = read_stream(
            _sources(files, pictures[journal.count :], limits),
            model.encoder,
            limits,
            useful_side=LONGEST_SIDE,
            prepare=as_stored,
            beat=beat,
        )
        noted, at = journal.count, time.monotonic()
        with closing(items):
            for item in items:
                journal.add(*_entry(item, model))
                late = time.monotonic() - at >= _STEP_S
                if late or journal.count - noted >= _STEP or journal.count == len(pictures):
                    journal.flush()
                    step(journal.count)
                    noted, at = journal.count, time.monotonic()
                beat()
        return others


def write_table(
    folder: Path,
    output: Path,
    *,
    dim: int,
    columns: Columns = SENT_COLUMNS,
    beat: Beat = no_beat,
) -> int:
    """Write what a journal has as a table of the kind that the ending says.

    Gives how many of the pictures show what one before them shows. What `beat` raises leaves no
    table.

    Raises:
        BadOutput: the ending is unknown, or a library for it is not installed.
    """
    keep_near(folder, near_duplicates(vectors_in(folder, dim), beat))
    near = near_in(folder)
    told = (
        {**record, "near_duplicate_of": near.get(number)}
        for number, record in enumerate(records_in(folder))
    )
    if output.suffix == ".xlsx":
        from service.tables.workbook_file import writing_workbook  # loads openpyxl

        with writing_workbook(output, columns, "picture") as workbook:
            for number, record in enumerate(told):
                beat()
                workbook.write(record, small_of(folder, number))
    else:
        with writing_records(output, columns) as records:
            for record in told:
                beat()
                records.write(record)
    return len(near)


def near_duplicates(vectors: npt.NDArray[np.float16], beat: Beat = no_beat) -> dict[int, int]:
    """Give of each picture that shows the same as one before it the first such, by number.

    That one stands for itself: no chain leads from picture to picture.
    """
    found: dict[int, int] = {}
    originals = np.zeros(len(vectors), bool)
    for start in range(0, len(vectors), _COMPARED):
        beat()
        some = np.asarray(vectors[start : start + _COMPARED], np.float32)
        alike = some @ some.T >= SAME_COSINE
        before = np.flatnonzero(originals[:start])
        earlier = _first_alike(some, vectors, before)
        for at in range(len(some)):
            number = start + at
            if at in earlier:
                found[number] = earlier[at]
                continue
            here = np.flatnonzero(alike[at, :at] & originals[start:number])
            if len(here):
                found[number] = start + int(here[0])
            else:
                originals[number] = bool(some[at].any())
    return found


def _first_alike(
    some: npt.NDArray[np.float32], vectors: npt.NDArray[np.float16], before: npt.NDArray[np.intp]
) -> dict[int, int]:
    """Give the first of the pictures `before` that some are alike, by their place."""
    found: dict[int, int] = {}
    for start in range(0, len(before), 8 * _COMPARED):
        numbers = before[start : start + 8 * _COMPARED]
        alike = some @ np.asarray(vectors[numbers], np.float32).T >= SAME_COSINE
        for at in np.flatnonzero(alike.any(axis=1)):
            found.setdefault(int(at), int(numbers[int(alike[at].argmax())]))
    return found


def _sorted_out(files: FilesPacked) -> tuple[list[str], dict[str, str]]:
    pictures: list[str] = []
    others: dict[str, str] = {}
    for name in files.names():
        why = why_no_picture(name.rpartition("/")[2], partial(files.head, name))
        if why is None:
            pictures.append(name)
        else:
            others[name] = why
    return pictures, others


def _sources(
    files: FilesPacked, names: list[str], limits: PhotoLimits
) -> Iterator[tuple[str, bytes]]:
    """Give each picture's bytes; of one that is too large as many as say so."""
    for name in names:
        try:
            with files.open(name) as file:
                data = file.read(limits.max_bytes + 1)
        except DAMAGED:
            data = b""  # no picture, which will be said
        # With no file open: whoever ends here closes the archive.
        yield name, data


def _entry(
    item: StreamItem[str], model: Model
) -> tuple[Record, npt.NDArray[np.float32] | None, bytes | None]:
    record: dict[str, Value] = record_of(item, model)
    if item.reading is None:
        return record, None, None
    chance = record["garment_probability"]
    is_none = isinstance(chance, float) and chance < model.rejection.garment_threshold
    record["not_a_garment"] = "yes" if is_none else None
    return record, item.reading.embedding, None if item.photo is None else _small(item.photo)


def _small(photo: Photo) -> bytes:
    image = Image.fromarray(photo.pixels)
    image.thumbnail((_SMALL, _SMALL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()

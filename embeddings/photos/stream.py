"""Reads any number of pictures as a stream, decoding some while the network reads others."""

import os
import stat
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from embeddings.errors import DecodingBusy, PhotoTooLarge, UnreadablePhoto
from embeddings.limits import DEFAULT_LIMITS, PhotoLimits
from embeddings.photos.part_pace import PartPace
from embeddings.photos.photo import open_photo
from embeddings.types import Encoder, Photo, Reading

Key = TypeVar("Key")
Opened: TypeAlias = list[tuple[Key, Photo | UnreadablePhoto]]
# A source with what its file is like; asked once, for each question lets other threads in between.
Source: TypeAlias = tuple[Key, bytes | Path, os.stat_result | None]

_BEAT_S = 0.5  # between two looks at a part that is waited for
_PART_BYTES = 512 * 1024  # so that a part of large photos stays small in memory
# Decoding a file this small takes the interpreter's lock and lets it go many times in a few dozen
# microseconds: threads doing so side by side spend longer waiting for each other than decoding.
# So the caller's own thread decodes these, and the others run the network, which needs no lock.
_TINY_BYTES = 4 * 1024
# So many such parts more than there are threads wait decoded: with fewer the network idles whenever
# the caller's thread is held up, which it often is.
_TINY_AHEAD = 4
_TINY_PIXEL_BYTES = 12 * 1024 * 1024  # decoded pictures that each of these may hold
_PIXEL_BYTES = 48 * 1024 * 1024  # decoded photos that a part may hold at a time


@dataclass(frozen=True, slots=True, eq=False)
class StreamItem(Generic[Key]):
    """What became of one source: a photo with its reading, or the reason why not."""

    key: Key
    photo: Photo | None  # None where it was not readable, or not to be kept
    reading: Reading | None
    error: UnreadablePhoto | None


def read_stream(
    sources: Iterable[tuple[Key, bytes | Path]],
    encoder: Encoder,
    limits: PhotoLimits = DEFAULT_LIMITS,
    *,
    useful_side: int | None = None,
    keep_photos: bool = True,
    prepare: Callable[[Photo], Photo] | None = None,
    threads: int | None = None,
    beat: Callable[[], None] | None = None,
) -> Generator[StreamItem[Key], None, None]:
    """Read pictures in order; `sources` are drawn only as fast as results are taken.

    Each thread decodes, frames and reads a part of a few dozen pictures: while one part is in the
    network, which needs no interpreter lock, another is decoded. Tiny files are decoded by the
    caller's thread, between taking one result and the next. A few parts are under way at a time,
    whatever the number of sources. Closing the iterator (or an interrupt) stops at once but for
    what the network is reading. A path that cannot be read is an error of that source alone.

    With `prepare` it is the photo that this gives which is read and kept: a store's own `prepare`
    makes that the reading of the stored picture.

    `beat` is called by the caller's thread now and then while it waits for a part, and for each
    tiny file; what it raises ends the stream, as closing it does.
    """
    workers = threads or max(2, os.cpu_count() or 2)
    reader = _PartReader(encoder, limits, useful_side, keep_photos, prepare, beat or _no_beat)
    waiting: deque[Future[list[StreamItem[Key]]]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="read-photos")
    try:
        for part, size in _parts(sources, reader.pace):
            if size <= _TINY_BYTES * len(part):
                for opened in reader.open(part, _TINY_PIXEL_BYTES, reader.beat):
                    waiting.append(pool.submit(reader.read_opened, opened))
                    while len(waiting) > workers + _TINY_AHEAD:
                        yield from reader.outcome(waiting.popleft())
            else:
                waiting.append(pool.submit(reader.read, part))
                while len(waiting) > workers + 1:
                    yield from reader.outcome(waiting.popleft())
        while waiting:
            yield from reader.outcome(waiting.popleft())
    finally:
        reader.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _no_beat() -> None:
    """Nobody watches."""


def _parts(
    sources: Iterable[tuple[Key, bytes | Path]], pace: PartPace
) -> Iterator[tuple[list[Source[Key]], int]]:
    """Group sources by number and size of their files; gives each group with its size."""
    part: list[Source[Key]] = []
    size = 0
    for key, source in sources:
        found = None if isinstance(source, bytes) else _look_at(source)
        part.append((key, source, found))
        size += len(source) if isinstance(source, bytes) else found.st_size if found else 0
        if len(part) >= pace.items or size >= _PART_BYTES:
            yield part, size
            part, size = [], 0
    if part:
        yield part, size


def _look_at(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:  # reading it will tell
        return None


@dataclass(frozen=True, slots=True)
class _PartReader:
    encoder: Encoder
    limits: PhotoLimits
    useful_side: int | None
    keep_photos: bool
    prepare: Callable[[Photo], Photo] | None
    beat: Callable[[], None]
    pace: PartPace = field(default_factory=PartPace)
    stop: threading.Event = field(default_factory=threading.Event)  # nobody waits for the rest

    def outcome(self, part: "Future[list[StreamItem[Key]]]") -> list[StreamItem[Key]]:
        """Wait for a part."""
        while not wait([part], timeout=_BEAT_S).done:
            self.beat()
        return part.result()

    def read(self, part: list[Source[Key]]) -> list[StreamItem[Key]]:
        """Decode and read a part, in order."""
        return [item for opened in self.open(part) for item in self.read_opened(opened)]

    def open(
        self,
        part: list[Source[Key]],
        most_bytes: int = _PIXEL_BYTES,
        beat: Callable[[], None] = _no_beat,
    ) -> Iterator[Opened[Key]]:
        """Decode a part, in as many pieces as its pixels need to stay small in memory."""
        opened: Opened[Key] = []
        held = 0
        began = self.pace.clock()
        for key, source, found in part:
            beat()
            if self.stop.is_set():
                return
            photo = self._open(source, found)
            opened.append((key, photo))
            held += photo.pixels.nbytes if isinstance(photo, Photo) else 0
            if held > most_bytes:
                self.pace.decoded(len(opened), began)
                yield opened
                opened, held, began = [], 0, self.pace.clock()
        if opened:
            self.pace.decoded(len(opened), began)
            yield opened

    def _open(self, source: bytes | Path, found: os.stat_result | None) -> Photo | UnreadablePhoto:
        try:
            if isinstance(source, bytes):
                return open_photo(source, self.limits, self.useful_side, stop=self.stop)
            found = found or source.stat()
            if not stat.S_ISREG(found.st_mode):  # a pipe or a device might never end
                return UnreadablePhoto("this is no regular file")
            if found.st_size > self.limits.max_bytes:
                most = self.limits.max_bytes
                return PhotoTooLarge(f"a picture has at most {most} bytes, not {found.st_size}")
            with source.open("rb", buffering=0) as file:
                data = file.read(found.st_size)  # not to the end, should it grow meanwhile
            return open_photo(data, self.limits, self.useful_side, stop=self.stop)
        except UnreadablePhoto as error:
            return error
        except DecodingBusy as error:
            return UnreadablePhoto(str(error))
        except OSError as error:
            return UnreadablePhoto(f"the file cannot be read: {error.strerror}")

    def read_opened(self, opened: Opened[Key]) -> list[StreamItem[Key]]:
        """Read what was decoded, in order."""
        if self.stop.is_set():
            return []
        began = self.pace.clock()
        if self.prepare is not None:
            opened = [
                (key, self.prepare(photo) if isinstance(photo, Photo) else photo)
                for key, photo in opened
            ]
        readings = iter(self.encoder.read([p for _, p in opened if isinstance(p, Photo)]))
        items = []
        for key, photo in opened:
            if isinstance(photo, Photo):
                kept = photo if self.keep_photos else None
                items.append(StreamItem(key, kept, next(readings), None))
            else:
                items.append(StreamItem(key, None, None, photo))
        self.pace.read(len(items), began)
        return items

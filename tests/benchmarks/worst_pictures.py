"""The worst pictures that a stranger can send: small files, all of them legal, that cost the most.

`python -m tests.benchmarks.worst_pictures` sends each to a real server, alone and four at a time,
and prints how long the answer took and what memory the server's processes held together.
"""

import argparse
import io
import struct
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from service.bench.client import search_request
from service.bench.running import HOST, Running, serving
from tests.benchmarks.limited import leave, limited
from tests.malformed import header, png

MOST_BYTES = 10 * 1024 * 1024
PHONE = (8064, 6048)  # 48 megapixels
FLAT = (120, 90, 60)
# Where each pass of an interlaced PNG begins, and how far its pixels are apart.
ADAM7 = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip


def flat(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, FLAT if mode == "RGB" else 128)


def noise(size: tuple[int, int]) -> Image.Image:
    width, height = size
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg_of_scans(scans: int, size: tuple[int, int] = PHONE, mode: str = "L") -> bytes:
    """Repeat the last scan of a progressive JPEG until there are so many."""
    whole = saved(flat(size, mode), "JPEG", progressive=True)
    first, last = whole.index(b"\xff\xda"), whole.rindex(b"\xff\xda")
    had = whole.count(b"\xff\xda", first)
    return whole[:-2] + whole[last:-2] * (scans - had) + b"\xff\xd9"


def jpeg_with(before: bytes) -> bytes:
    """Put bytes behind the first marker of a small JPEG."""
    data = saved(noise((64, 64)), "JPEG")
    return data[:2] + before + data[2:]


def png_of(size: tuple[int, int], depth: int, colour: int, samples: int, interlaced: bool) -> bytes:
    """Make a PNG of zeros, whose rows are packed as they come."""
    width, height = size
    kind, content = header(width, height, depth, colour)
    packer = zlib.compressobj(1)
    packed = b""
    for left, top, across, down in ADAM7 if interlaced else ((0, 0, 1, 1),):
        row = bytes(1 + -(-(width - left) // across) * samples * depth // 8)
        packed += b"".join(packer.compress(row) for _ in range(top, height, down))
    packed += packer.flush()
    return png((kind, content[:-1] + bytes([interlaced])), (b"IDAT", packed), (b"IEND", b""))


def gif_of_comments() -> bytes:
    data = saved(flat((64, 64)).convert("P"), "GIF")
    at = 13 + 3 * (2 << (data[10] & 7))
    blocks = b"!\xfe" + b"\1x" * ((MOST_BYTES - len(data) - 10) // 2) + b"\0"
    return data[:at] + blocks + data[at:]


def bmp_of_runs(size: tuple[int, int]) -> bytes:
    """Make a bitmap of run lengths of one pixel each."""
    width, height = size
    body = (b"\1\5" * width + b"\0\0") * height + b"\0\1"
    palette = bytes(1024)
    start = 14 + 40 + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + palette + body


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (2000, 2000), (n, n, n)) for n in range(12)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


def heic(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file, **options)
    return file.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "JPEG, 16 scans, 48 MP": lambda: jpeg_of_scans(16),
    "JPEG, 20 scans, 48 MP": lambda: jpeg_of_scans(20),
    "JPEG, 100 scans, 9 MP": lambda: jpeg_of_scans(100, (3200, 3000)),
    "JPEG, 606 scans, 40 MP": lambda: jpeg_of_scans(606, (6300, 6300)),
    "JPEG, progressive, 4:4:4, 48 MP": lambda: saved(
        flat(PHONE), "JPEG", progressive=True, subsampling=0, quality=95
    ),
    "JPEG, of a phone, 48 MP": lambda: saved(flat(PHONE), "JPEG", quality=90),
    "JPEG, noise, 12 MP": lambda: saved(noise((4000, 3000)), "JPEG", quality=80),
    "JPEG, noise, progressive, 12 MP": lambda: saved(
        noise((4000, 3000)), "JPEG", quality=80, progressive=True
    ),
    "JPEG, CMYK, 48 MP": lambda: saved(flat(PHONE, "L").convert("CMYK"), "JPEG"),
    "JPEG, 10 MB of 0xFF": lambda: jpeg_with(b"\xff" * (MOST_BYTES - 8000)),
    "JPEG, 2.4 million segments": lambda: jpeg_with(b"\xff\xe5\0\2" * 2_400_000),
    "PNG, 16-bit RGBA, 48 MP": lambda: png_of(PHONE, 16, 6, 4, False),
    "PNG, 16-bit RGBA, interlaced, 48 MP": lambda: png_of(PHONE, 16, 6, 4, True),
    "PNG, 16-bit grey, 48 MP": lambda: png_of(PHONE, 16, 0, 1, False),
    "PNG, 70,000 chunks": lambda: png(
        header(8, 8),
        *[(b"tEXt", b"a\0" + bytes(100))] * 70_000,
        (b"IDAT", zlib.compress(bytes(200))),
        (b"IEND", b""),
    ),
    "WebP, 38 bytes, 40 MP": lambda: saved(
        flat((6300, 6300)), "WEBP", lossless=True, quality=0, method=0
    ),
    "WebP, 38 bytes, 23 MP": lambda: saved(
        flat((4800, 4800)), "WEBP", lossless=True, quality=0, method=0
    ),
    "WebP, noise, 4 MP": lambda: saved(noise((2300, 1500)), "WEBP", lossless=True, method=0),
    "WebP, lossy noise, 20 MP": lambda: saved(noise((5000, 4000)), "WEBP", quality=20, method=0),
    "WebP, animated, 12 frames": lambda: animation("WEBP"),
    "GIF, 48 MP": lambda: saved(flat(PHONE, "L"), "GIF"),
    "GIF, 5 million comment blocks": gif_of_comments,
    "BMP, run lengths, 5 MP": lambda: bmp_of_runs((2500, 2000)),
    "BMP, 1 bit, 48 MP": lambda: saved(flat(PHONE, "L").convert("1"), "BMP"),
    "AVIF, 33 MP": lambda: saved(flat((6000, 5500)), "AVIF", speed=10),
    "AVIF, 4:4:4, 48 MP": lambda: saved(flat(PHONE), "AVIF", speed=10, subsampling="4:4:4"),
    "AVIF, noise, 6 MP": lambda: saved(noise((3000, 2000)), "AVIF", speed=10, quality=60),
    "HEIC, 48 MP": lambda: heic(flat(PHONE), quality=50),
    "HEIC, 10 bits, 1.5 MP": lambda: heic_of_ten_bits((1500, 1000)),
    "HEIC, noise, 0.2 MP": lambda: heic(noise((480, 320)), quality=85),
}


def heic_of_ten_bits(size: tuple[int, int]) -> bytes:
    values = np.full((size[1], size[0], 3), 30_000, dtype=np.uint16)
    file = io.BytesIO()
    pillow_heif.from_bytes("RGB;16", size, values.tobytes()).save(file, quality=50)
    return file.getvalue()


def file_of(name: str, kept: Path | None) -> bytes:
    """Make a picture, or take it from the folder where an earlier run has kept it."""
    if kept is None:
        return FILES[name]()
    path = kept / name.replace("/", "_")
    if not path.exists():
        path.write_bytes(FILES[name]())
    return path.read_bytes()


@contextmanager
def watching(server: Running) -> Iterator[list[float]]:
    """Note the memory of a server's processes, in megabytes, while the block runs."""
    seen, ended = [server.resident_mb], threading.Event()

    def watch() -> None:
        while not ended.wait(0.01):
            seen.append(server.resident_mb)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def ask(server: Running, picture: bytes) -> tuple[float, int]:
    """Search by a picture; gives the seconds and the status."""
    start = time.perf_counter()
    head, _, body = search_request(picture).partition(b"\r\n\r\n")
    kind = next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Type"))
    request = urllib.request.Request(
        f"http://{HOST}:{server.port}/api/v1/search",
        body,
        {"Content-Type": kind.decode().partition(": ")[2]},
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            status = answer.status
            answer.read()
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    return time.perf_counter() - start, status


def ask_at_once(server: Running, picture: bytes, count: int) -> list[tuple[float, int]]:
    """Search by a picture from so many clients at a time."""
    found: list[tuple[float, int]] = []
    threads = [
        threading.Thread(target=lambda: found.append(ask(server, picture))) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="the beginnings of those to send; else all")
    parser.add_argument("--keep", type=Path, help="folder to keep the pictures in")
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--limit-mb", type=int, help="memory that the server may have (as root)")
    given = parser.parse_args()
    if given.keep is not None:
        given.keep.mkdir(exist_ok=True)
    if given.limit_mb is None:
        run(given)
        return
    with limited(given.limit_mb) as group:
        run(given, lambda: leave(group))
        print(f"of {given.limit_mb} MB at most {group.peak_mb():.0f} were held, ", end="")
        print(f"and the system has ended {group.killed()} processes")


def run(given: argparse.Namespace, started: Callable[[], None] = lambda: None) -> None:
    """Send each picture to a server, and call `started` when that is there."""
    small = search_request(saved(noise((28, 28)), "PNG"))
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), small) as server:
        started()
        print(f"at rest the server's processes hold {server.resident_mb:.0f} MB\n")
        print("| picture | kB | answer | s | CPU, s | MB | at once: answers | slowest, s | MB |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name in FILES:
            if given.names and not name.startswith(tuple(given.names)):
                continue
            picture = file_of(name, given.keep)
            used = server.cpu_s
            with watching(server) as alone:
                took, status = ask(server, picture)
            used = server.cpu_s - used
            with watching(server) as together:
                found = ask_at_once(server, picture, given.at_once)
            slowest = max(seconds for seconds, _ in found)
            answers = ", ".join(str(each) for each in sorted({status for _, status in found}))
            print(
                f"| {name} | {len(picture) / 1024:.1f} | {status} | {took:.2f} | {used:.2f} "
                f"| {max(alone):.0f} | {answers} | {slowest:.2f} | {max(together):.0f} |",
                flush=True,
            )
        print(f"\nafterwards they hold {server.resident_mb:.0f} MB")


if __name__ == "__main__":
    main()

"""Tries a bundle out in a process that can be killed: a network is a program, and may not end.

`python -m embeddings.reading.trial FOLDER BYTES LIFELINE` reads photos from standard input as
`try_out` writes them, and ends with whoever holds the other end of the lifeline.
"""

import io
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.errors import BadBundle, EmbeddingsError
from embeddings.lifeline import Lifeline, hold
from embeddings.model.bundle import Bundle, load_bundle
from embeddings.reading.encoder import OnnxEncoder
from embeddings.types import Photo, Reading

SECONDS = 60  # a photo takes a hundredth of one; loading takes most of what is used
MEMORY_BYTES = 4 * 2**30  # of addresses, which are more than what is resident
_SAME = 1e-3  # how far two readings of one photo may differ, as threads sum in another order


def try_out(
    bundle: Bundle,
    photos: Sequence[Photo] = (),
    *,
    seconds: float = SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> None:
    """Read some photos, and some drawn ones, with a bundle's network in a process of its own.

    Raises:
        BadBundle: it cannot read them within the time and the memory, gives what is no answer, or
            another answer each time.
    """
    file = io.BytesIO()
    np.savez(file, *[photo.pixels for photo in photos])
    line = Lifeline()
    command = [
        sys.executable,
        "-P",
        "-m",
        "embeddings.reading.trial",
        str(bundle.path),
        str(memory_bytes),
    ]
    try:
        done = subprocess.run(
            [*command, str(line.child)],
            input=file.getvalue(),
            capture_output=True,
            timeout=seconds,
            check=False,
            pass_fds=[line.child],
        )
    except subprocess.TimeoutExpired as error:
        raise BadBundle(f"{bundle.path} did not read a few photos in {seconds:g} s") from error
    finally:
        line.close()
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[-1][:300] if lines else f"its process ended with {done.returncode}"
        raise BadBundle(f"{bundle.path} cannot be used: {reason}")


def drawn_photos() -> list[Photo]:
    """Draw photos that any network must be able to read: black, white, a gradient, noise."""
    side = 64
    slope = np.linspace(0, 255, side, dtype=np.uint8)
    across, down = np.meshgrid(slope, slope)
    noise = np.random.default_rng(0).integers(0, 256, (side, side // 2, 3), dtype=np.uint8)
    return [
        Photo(np.zeros((side, side, 3), dtype=np.uint8)),
        Photo(np.full((side, side, 3), 255, dtype=np.uint8)),
        Photo(np.stack([across, down, 255 - across], axis=-1)),
        Photo(noise),
    ]


def main(folder: str, memory_bytes: str, lifeline: str) -> int:
    """Try a bundle out; 0, or 1 with the reason in a line on standard error."""
    hold(int(lifeline))
    most = int(memory_bytes)
    _limit(resource.RLIMIT_AS, most)
    _limit(resource.RLIMIT_CPU, 4 * SECONDS)
    told = np.load(io.BytesIO(sys.stdin.buffer.read()))
    photos = [Photo(told[name]) for name in told.files] + drawn_photos()
    try:
        encoder = OnnxEncoder(load_bundle(Path(folder)), threads=1)
        together = encoder.read(photos)
        alone = [encoder.read([photo])[0] for photo in photos]
    except MemoryError:
        return _fail(f"it needs more than {most / 2**30:.1f} GB of memory")
    except EmbeddingsError as error:
        return _fail(str(error))
    except Exception as error:  # ONNX Runtime's errors share no class of their own
        return _fail((str(error).splitlines() or [type(error).__name__])[0])
    if not all(_is_answer(reading) for reading in together):
        return _fail("it gives no probabilities that sum to 1")
    if not all(map(_agree, together, alone)):
        return _fail("it reads the same photo in another way each time")
    return 0


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard))


def _is_answer(reading: Reading) -> bool:
    every = [reading.probabilities, *([] if reading.colours is None else [reading.colours])]
    return all(bool((odds >= 0).all()) and abs(float(odds.sum()) - 1) < _SAME for odds in every)


def _agree(one: Reading, other: Reading) -> bool:
    return (
        float(one.embedding @ other.embedding) > 1 - _SAME
        and float(np.abs(one.probabilities - other.probabilities).max()) < _SAME
    )


def _fail(reason: str) -> int:
    print(reason.replace("\n", " "), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""How much of a stranger's picture we are willing to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What a picture may be, and what decoding it may take."""

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 50_000_000  # width x height: a phone's 48 megapixels, and a little more
    max_memory_bytes: int = 512 * 1024 * 1024  # of all pictures that are being decoded
    max_cpu_s: float = 3.0  # of one picture
    max_wait_s: float = 60.0  # for room, and for a process that is free


DEFAULT_LIMITS = PhotoLimits()

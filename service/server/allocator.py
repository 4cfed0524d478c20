"""Lets the C library give large pieces of memory back as soon as nothing uses them."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # from malloc.h of the GNU C library
_LARGE_BYTES = 1024 * 1024


def give_back_large_pieces() -> None:
    """Map each large piece of memory by itself from now on.

    The GNU C library raises its own threshold to what was freed last, up to 32 MB: after a few
    uploads of ten megabytes every thread keeps several of them for good. Elsewhere than with that
    library this does nothing.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
    mallopt(_TRIM_THRESHOLD, _LARGE_BYTES)

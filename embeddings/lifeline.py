"""Ends a child process with the one that started it, whatever either is doing at that moment.

A pipe is open between them as long as the parent lives; the system closes it with the parent, even
one that was killed, and signals the child. No thread of the child is needed for it: one that is
deep in a decoder or a network ends as well. A child that has to put things away may ask to be told
to stop instead.
"""

import fcntl
import os
import select
import signal
from types import FrameType


class Lifeline:
    """The parent's end. Hand `child` to the child, among the descriptors that it inherits."""

    def __init__(self) -> None:
        """Open one, for one child: two on the same would not both be told. Raises: OSError."""
        self.child, self._ours = os.pipe()

    def close(self) -> None:
        """Let go of it, when the child is over; one that still runs is ended."""
        os.close(self._ours)
        os.close(self.child)


def hold(descriptor: int) -> None:
    """End this process as soon as the parent's end is closed; at once where it is already."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # which ends a process, on Linux
    if _is_told_of(descriptor):
        os._exit(1)


def stop_at_end_of(descriptor: int) -> None:
    """Have this process told to stop, as by SIGTERM, as soon as the parent's end is closed.

    What it forks later is not told. To be called by the main thread, which goes on to handle
    signals.
    """
    signal.signal(signal.SIGIO, _stop)
    if _is_told_of(descriptor):
        _stop()


def _is_told_of(descriptor: int) -> bool:
    """Ask for SIGIO when the other end is closed; True where it was before we asked."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
    return bool(select.select([descriptor], [], [], 0)[0])


def _stop(_number: int = 0, _frame: FrameType | None = None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)

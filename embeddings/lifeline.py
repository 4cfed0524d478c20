"""Ends a child process with the one that started it, whatever either is doing at that moment.

A pipe is open between them as long as the parent lives; the system closes it with the parent, even
one that was killed, and signals the child. No thread of the child is needed for it: one that is
deep in a decoder or a network ends as well.
"""

import fcntl
import os
import select
import signal


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
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([descriptor], [], [], 0)[0]:  # closed before we asked to be told
        os._exit(1)

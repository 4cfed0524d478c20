"""The connections of this process, as the system knows them.

The server keeps its sockets to itself, waits without an end for a client that takes nothing of what
it was sent, and holds that meanwhile. So they are looked for among the open files; on Linux alone,
elsewhere there are none to be found.
"""

import fcntl
import os
import socket
import stat
import struct
import sys
import termios
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

UNREAD_MS = 30_000
_FORGET = struct.pack("ii", 1, 0)
_OPEN_FILES = Path("/proc/self/fd")

Peer = tuple[str, int]  # address and port of a client


def end_unread_connections() -> bool:
    """Bound how long a client of this process may take nothing; False where nothing listens yet.

    Each connection takes the bound over from the socket that it came in by.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return True
    found = False
    for each in _sockets():
        if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
            found = True
    return found


def count_open() -> int:
    """Return how many files and connections are open, which takes next to no time."""
    return len(os.listdir(_OPEN_FILES)) if _OPEN_FILES.exists() else 0


def with_unread() -> Iterator[Peer]:
    """Find the clients that have not yet taken all that was sent to them."""
    for each in _sockets():
        with suppress(OSError):  # it is not connected
            peer = _peer(each)
            sent = fcntl.ioctl(each.fileno(), termios.TIOCOUTQ, bytes(4))
            if int.from_bytes(sent, sys.byteorder):
                yield peer


def cut_off(peers: Collection[Peer]) -> None:
    """End the connections of these clients, whatever they have not taken."""
    for each in _sockets():
        with suppress(OSError):
            if _peer(each) in peers:
                # The system, too, forgets what it has not sent, when the server lets go.
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _FORGET)
                each.shutdown(socket.SHUT_RDWR)


def _peer(of: socket.socket) -> Peer:
    host, port, *_ = of.getpeername()
    return host, port


def _sockets() -> Iterator[socket.socket]:
    for number in map(int, os.listdir(_OPEN_FILES) if _OPEN_FILES.exists() else ()):
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            opened = socket.socket(fileno=os.dup(number))
        except OSError:  # closed meanwhile
            continue
        with opened:
            if opened.family in (socket.AF_INET, socket.AF_INET6):
                yield opened

"""What the service and a decoding process say to each other, over a pair of sockets."""

import socket
import struct
from typing import Any

READY, NEED, GO, PIXELS, UNREADABLE, TOO_LARGE = b"R", b"N", b"G", b"P", b"U", b"L"

# Bytes of the file, pixels and bytes of memory at most, seconds; side or 0, and the box.
REQUEST = struct.Struct("<QQQdQ4d")
ANSWER = struct.Struct("<cQQ")  # kind, and two numbers: height and width, or bytes


class ChannelClosed(Exception):
    """The other side is gone."""


def send(channel: socket.socket, *pieces: bytes | memoryview) -> None:
    """Send pieces, one after another. Raises: OSError, TimeoutError."""
    for piece in pieces:
        channel.sendall(piece)


def receive(channel: socket.socket, size: int) -> bytearray:
    """Receive exactly `size` bytes. Raises: ChannelClosed, OSError, TimeoutError."""
    found = bytearray(size)
    receive_into(channel, memoryview(found))
    return found


def receive_into(channel: socket.socket, target: "memoryview[Any]") -> None:
    """Fill `target`. Raises: ChannelClosed, OSError, TimeoutError."""
    at = 0
    while at < len(target):
        count = channel.recv_into(target[at:])
        if not count:
            raise ChannelClosed
        at += count

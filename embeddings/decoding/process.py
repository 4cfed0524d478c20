"""A process that decodes one stranger's picture after another, and may be ended at any point.

It holds nothing but the picture at hand: no catalogue, no setting, no open file of the service.
What a picture may cost is set as the system's own limits before it is decoded, so a decoder that
goes astray ends this process and nothing else.
"""

import os
import resource
import signal
import socket
import sys

from embeddings.confined import allow
from embeddings.decoding.cropping import WHOLE, Box
from embeddings.decoding.decode import (
    Wish,
    decode,
    decode_without_end,
    look_at,
    memory_of,
)
from embeddings.decoding.facts import NeedsThoroughLook
from embeddings.decoding.messages import (
    ANSWER,
    GO,
    NEED,
    PIXELS,
    READY,
    REQUEST,
    TOO_LARGE,
    UNREADABLE,
    ChannelClosed,
    receive,
    send,
)
from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from embeddings.lifeline import hold
from embeddings.limits import PhotoLimits
from embeddings.types import Pixels

# Beside what a picture needs: stacks of decoders' threads, and what the allocator rounds up.
_SLACK_BYTES = 96 * 1024 * 1024
_NICENESS = 3  # a stranger's large picture gives way to everybody's searches


def main() -> None:
    """Serve the socket whose descriptor is the first argument, until its other end is closed.

    The second is of the lifeline, by which a picture at hand does not keep this process either.
    """
    hold(int(sys.argv[2]))
    channel = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    send(channel, ANSWER.pack(READY, 0, 0))
    try:
        while True:
            _serve(channel)
    except (ChannelClosed, ConnectionError):
        pass


def _serve(channel: socket.socket) -> None:
    size, max_pixels, memory, seconds, side, *box = REQUEST.unpack(receive(channel, REQUEST.size))
    data = bytes(receive(channel, size))
    # All threads count, and time spent waiting does not: a busy machine ends no honest picture.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        pixels = _read(
            channel, data, PhotoLimits(size, max_pixels, memory), Wish(side or None, _box(*box))
        )
        answer = ANSWER.pack(PIXELS, *pixels.shape[:2]), pixels.data.cast("B")
    except UnreadablePhoto as error:
        kind = TOO_LARGE if isinstance(error, PhotoTooLarge) else UNREADABLE
        said = str(error).encode("utf-8", "replace")
        answer = ANSWER.pack(kind, len(said), 0), memoryview(said)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    send(channel, *answer)


def _box(x: float, y: float, width: float, height: float) -> Box:
    box = Box(x, y, width, height)
    return WHOLE if box == WHOLE else box


def _read(channel: socket.socket, data: bytes, limits: PhotoLimits, wish: Wish) -> Pixels:
    facts = look_at(data, limits, thorough=True)
    needed = memory_of(facts, wish)
    if needed > limits.max_memory_bytes:
        width, height = facts.size
        raise PhotoTooLarge(
            f"decoding this {facts.name} picture of {width} x {height} takes {_mb(needed)} MB; "
            f"a picture may take {_mb(limits.max_memory_bytes)} MB"
        )
    send(channel, ANSWER.pack(NEED, needed, 0))
    receive(channel, len(GO))
    allow(needed + _SLACK_BYTES)
    try:
        return decode(facts, wish)
    except NeedsThoroughLook:
        return decode_without_end(facts, wish)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)


def _mb(size: int) -> int:
    return -(-size // (1024 * 1024))


if __name__ == "__main__":
    main()

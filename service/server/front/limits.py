"""What bounds the work that the server takes on."""

from dataclasses import dataclass

LEAST_RATE = 1024  # bytes a second of an upload; the slowest mobile network is quicker


@dataclass(frozen=True, slots=True)
class Limits:
    """How many, how much and how long."""

    threads: int  # answers computed at a time
    waiting: int  # requests that wait for a thread
    deadline_s: float  # from a whole body to its answer
    body_bytes: int  # of one body
    buffer_bytes: int  # of all bodies held at once
    upload_s: float  # for one body to come
    grace_s: float = 15.0  # before a body has to come at the least rate
    settled_s: float = 2.0  # who has been sending for less makes no room for others

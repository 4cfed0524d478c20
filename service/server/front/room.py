"""Who makes way when the room for uploads is full.

Each upload has a cost: its bytes times the seconds for which they have been held. A client's is
that of all its uploads together. Whoever needs room gets it from what costs more than it does, the
costliest client first and of its uploads the costliest. So whoever sends much and then drips, be it
a byte a second, soon costs more than an honest upload ever does, over however many connections;
and where everybody is honest, those who came last are told to try again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from service.errors import SlowUpload
from service.server.front.limits import LEAST_RATE, Limits
from service.server.front.protocol import Scope

Client = Callable[[Scope], str]  # names who a request is from


def address_of(scope: Scope) -> str:
    """Name a client by the address that it connects from."""
    return scope.client.rpartition(":")[0].strip("[]")


@dataclass(slots=True, eq=False)
class Reading:
    """A body that is being read."""

    task: "asyncio.Task[object]"
    scope: Scope
    started: float  # by `time.monotonic`, as all times here
    received: int = 0
    ended: type[SlowUpload] | None = None  # why, where somebody did
    _cost: float = 0.0  # until `_latest`
    _latest: float = 0.0
    _client: str | None = None

    def take(self, number: int, now: float) -> None:
        """Add bytes that have come."""
        self._cost, self._latest = self.cost(now), now
        self.received += number

    def cost(self, now: float) -> float:
        """Return how many bytes have been held for how long, in byte-seconds."""
        return self._cost + self.received * (now - self._latest)

    def client(self, client_of: Client) -> str:
        """Return who it is from; asked for only where room is short."""
        if self._client is None:
            self._client = client_of(self.scope)
        return self._client

    def is_late(self, now: float, limits: Limits) -> bool:
        """Return whether it should have been whole by now."""
        took = now - self.started
        return took > min(limits.upload_s, limits.grace_s + self.received / LEAST_RATE)


def who_makes_way(
    asking: Reading,
    readings: Collection[Reading],
    least: int,
    wanted: int,
    now: float,
    *,
    client_of: Client,
    least_s: float,
) -> list[Reading]:
    """Choose whom to end so that `least` bytes are free, and `wanted` if that costs no others.

    Nobody is chosen who has been at it for less than `least_s`: who sends quickly is soon done.
    The list is empty where those that cost more than `asking` do not hold enough.
    """
    of_client: defaultdict[str, float] = defaultdict(float)
    for each in readings:
        of_client[each.client(client_of)] += each.cost(now)

    def rank(reading: Reading) -> tuple[float, float]:
        return of_client[reading.client(client_of)], reading.cost(now)

    mine = rank(asking)
    costlier = [
        each
        for each in readings
        if each is not asking and each.received and now - each.started >= least_s
        if rank(each) > mine
    ]
    chosen, free = [], 0
    for each in sorted(costlier, key=rank, reverse=True):
        if free >= wanted:
            break
        chosen.append(each)
        free += each.received
    return chosen if free >= least else []

"""Bounds how many clients may leave unread what they were sent.

Each holds a few hundred kilobytes of it in this process, and perhaps an open file. Where there are
too many, those are cut off that have taken longest, of the addresses that have most of them: who
reads, however slowly, is done some time, and who means harm has many that are not.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address

from service.server.front.sockets import Peer, count_open, cut_off, with_unread

_MOST = 256
_SETTLED_S = 1.0  # who was sent something since has had no time to read it


class SlowReaders:
    """Those that were seen not to have read yet; used by one thread at a time."""

    def __init__(self, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        """Let in so many."""
        self._most = most
        self._clock = clock
        self._since: dict[Peer, float] = {}

    def look(self) -> None:
        """See who has not read, and cut off those that are too many; to be called regularly."""
        if count_open() <= self._most:  # there cannot be so many, and counting costs less
            self._since.clear()
            return
        now = self._clock()
        self._since = {peer: self._since.get(peer, now) for peer in with_unread()}
        settled = {peer: at for peer, at in self._since.items() if now - at >= _SETTLED_S}
        if len(settled) > self._most:
            cut_off(too_many(settled, self._most))


def too_many(since: Mapping[Peer, float], most: int) -> set[Peer]:
    """Choose whom to cut off so that `most` are left, by when each was first seen not to read."""
    of_network: defaultdict[str, list[Peer]] = defaultdict(list)
    for peer in sorted(since, key=lambda peer: -since[peer]):
        of_network[_network(peer)].append(peer)
    # The newest of each address stay longest, then the second newest of each, and so on.
    places = {peer: place for peers in of_network.values() for place, peer in enumerate(peers)}
    ranked = sorted(since, key=lambda peer: (places[peer], -since[peer]))
    return set(ranked[most:])


def _network(peer: Peer) -> str:
    """Name whose a connection is; the second half of an address of IPv6 is anybody's to choose."""
    address = ip_address(peer[0].partition("%")[0])
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or int(address) >> 64)

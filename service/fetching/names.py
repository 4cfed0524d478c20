"""Which addresses a name leads to, and that a connection goes to one that was looked at."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol

from aiohttp.abc import AbstractResolver, ResolveResult

from service.fetching.errors import RefusedAddress
from service.fetching.policy import FetchPolicy


class Names(Protocol):
    """What knows the addresses of names."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return all addresses of a host, as numbers. Raises: OSError."""
        ...


class SystemNames:
    """Asks the system, and so DNS and /etc/hosts."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return all addresses of a host, as numbers. Raises: OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CheckedNames(AbstractResolver):
    """Gives the HTTP library the addresses to connect to, once each of them was looked at.

    The library connects to these and asks nobody again, so a name cannot lead elsewhere
    meanwhile. One address that is not allowed is enough to refuse the name.
    """

    def __init__(self, names: Names, policy: FetchPolicy) -> None:
        self._names = names
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host. Raises: RefusedAddress, OSError."""
        found = await self._names.addresses(host, port)
        if not found:
            raise RefusedAddress(f"'{host[:100]}' has no address")
        for address in found:
            self._policy.check_reach(host.removesuffix(".").lower(), port, address)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
            if family in (socket.AF_UNSPEC, socket.AF_INET6 if ":" in address else socket.AF_INET)
        ]

    async def close(self) -> None:
        """Hold nothing, and so let go of nothing."""

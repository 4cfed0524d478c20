"""Who asks for something: nobody known, an account, a key, or somebody at the machine."""

import getpass
from dataclasses import dataclass, field, replace

from catalog.access.terms import ActorKind, Role, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and what they may."""

    kind: ActorKind
    name: str
    id: int | None = None
    role: Role | None = None  # of an account
    scopes: frozenset[Scope] = field(default_factory=frozenset)  # of a key
    origins: tuple[str, ...] = ()  # of a public key: whose pages may read what it gets
    session: str | None = None  # the digest of an account's session
    address: str = ""  # where they ask from

    def at(self, address: str) -> "Actor":
        """Give the same one, asking from an address."""
        return replace(self, address=address)


NOBODY = Actor(ActorKind.NOBODY, "nobody")


def at_the_machine() -> Actor:
    """Give whoever runs a command: what they may is a matter of the machine's own rights."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = "somebody"
    return Actor(ActorKind.COMMAND, name, role=Role.ADMIN, address="command line")

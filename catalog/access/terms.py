"""The words of permissions, as rows hold them: roles, scopes, and kinds of those who act."""

from enum import StrEnum
from typing import Self


class _Word(StrEnum):
    @classmethod
    def of(cls, text: str | None) -> Self | None:
        """Read what a row holds; None for what is none of these words."""
        return next((each for each in cls if each.value == text), None)


class Role(_Word):
    """What an account may do; each role may do all that those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Return whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Scope(_Word):
    """What an API key may do; none holds another."""

    SEARCH = "search"
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class ActorKind(_Word):
    """Who did something."""

    NOBODY = "nobody"
    ACCOUNT = "account"
    KEY = "key"
    COMMAND = "command"  # somebody at the machine itself


class Purpose(_Word):
    """What a one-time link is for."""

    INVITATION = "invitation"  # the first password
    RESET = "reset"  # another password
    SIGN_IN = "sign-in"  # a look around, without a password

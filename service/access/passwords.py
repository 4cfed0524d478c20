"""Passwords: what is asked of one, and how it is kept.

argon2id with 46 MiB and one pass, one of the equal choices of OWASP's Password Storage Cheat Sheet.
"""

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from service.errors import BadAccess

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 12
LONGEST = 256
_FEWEST_LETTERS = 5  # that differ


class Passwords:
    """Hashes passwords, and checks them; threads may share one."""

    def __init__(self, hasher: "PasswordHasher | None" = None) -> None:
        """Take the hasher; the usual one where none is given."""
        self._given = hasher
        self._nobodys: str | None = None

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        if self._given is not None:
            return self._given
        from argon2 import PasswordHasher  # a server that answers searches does without

        return PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)

    def hash(self, password: str) -> str:
        """Give what is kept of a password."""
        return self._hasher.hash(_plain(password))

    def fits(self, hashed: str | None, password: str) -> bool:
        """Return whether this is the password; where there is none, take as long to deny it."""
        from argon2.exceptions import InvalidHashError, VerificationError

        if self._nobodys is None:
            self._nobodys = self._hasher.hash("nobody has this one")
        try:
            return self._hasher.verify(hashed or self._nobodys, _plain(password)) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False

    def is_dated(self, hashed: str) -> bool:
        """Return whether a hash was made by rules of before."""
        return self._hasher.check_needs_rehash(hashed)


def checked_password(password: str, name: str) -> str:
    """Check a new password of an account. Raises: BadAccess."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadAccess(
            "password",
            f"a password has {SHORTEST} to {LONGEST} characters, this one {len(password)}",
        )
    if len(set(password)) < _FEWEST_LETTERS:
        raise BadAccess("password", f"a password has {_FEWEST_LETTERS} different characters")
    if name in password.lower() and len(name) * 2 > len(password):
        raise BadAccess("password", "a password is more than the account's name")
    return password


def _plain(password: str) -> str:
    """Bring a password to one spelling: keyboards write the same letter in several ways."""
    return unicodedata.normalize("NFKC", password)

"""API keys: drawn, listed, revoked, and what one opens."""

import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from catalog.access import keys
from catalog.access.tables import LONGEST_ORIGINS, ApiKey
from catalog.access.terms import ActorKind, Scope
from service.access.actor import Actor
from service.access.digests import digest_of, is_same, new_token
from service.access.log import record
from service.access.parts import Access
from service.errors import BadAccess, BadKey, NotAllowed, UnknownAccess
from service.settings.addresses import is_host

USUAL_PER_MINUTE = 600
MOST_PER_MINUTE = 100_000
MOST_DAYS = 3_650
BAD_KEYS_PER_MINUTE = 30  # from one address; then even their answers are slow to come by
FOR_THE_PUBLIC = {Scope.SEARCH, Scope.READ}
_MOST_ORIGINS = 20
_PREFIX_LETTERS = 8
_KEY = re.compile(r"lk_([a-z0-9]{8})_[A-Za-z0-9_-]{43}")
_LETTERS = string.ascii_lowercase + string.digits
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just drawn: the key itself is told once."""

    key: str
    prefix: str


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as it is listed."""

    name: str
    prefix: str
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    per_minute: int
    created_at: datetime
    created_by: str
    ends_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    opens: bool  # neither revoked nor past its end


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What a key is to be."""

    name: str
    scopes: tuple[str, ...]
    origins: tuple[str, ...] = ()  # of a public key, in a shop's own pages
    days: int | None = None  # None: it ends when it is revoked
    per_minute: int = USUAL_PER_MINUTE


def create_key(wish: KeyWish, *, by: Actor, access: Access) -> NewKey:
    """Draw a key. Raises: BadAccess."""
    name = wish.name.strip()
    if not _NAME.fullmatch(name):
        raise BadAccess(
            "name", f"a key's name is one line of 1 to 64 characters; got '{name[:80]}'"
        )
    scopes, origins = _scopes(wish.scopes), _origins(wish.origins)
    if origins and not set(scopes) <= FOR_THE_PUBLIC:
        raise BadAccess(
            "scopes", "a key with origins is public, so it can be for search and read alone"
        )
    if wish.days is not None and not 1 <= wish.days <= MOST_DAYS:
        raise BadAccess("days", f"a key lasts 1 to {MOST_DAYS} days; got {wish.days}")
    if not 1 <= wish.per_minute <= MOST_PER_MINUTE:
        raise BadAccess(
            "per_minute", f"a key may ask 1 to {MOST_PER_MINUTE} times; got {wish.per_minute}"
        )
    prefix = "lk_" + "".join(secrets.choice(_LETTERS) for _ in range(_PREFIX_LETTERS))
    key, now = f"{prefix}_{new_token()}", access.now()
    row = ApiKey(
        name=name,
        prefix=prefix,
        digest=digest_of(key),
        scopes=" ".join(scopes),
        origins=" ".join(origins),
        per_minute=wish.per_minute,
        created_at=now,
        created_by=by.name,
        ends_at=None if wish.days is None else now + timedelta(days=wish.days),
    )
    with access.database.writing() as session:
        session.add(row)
        session.flush()
        detail = f"name={name} scopes={row.scopes}"
        detail += f" origins={row.origins}" if row.origins else ""
        record(session, by, "key.create", prefix, detail, at=now)
    return NewKey(key, prefix)


def listed_keys(*, access: Access) -> list[ListedKey]:
    """List all keys, the newest first."""
    now = access.now()
    with access.database.reading() as session:
        return [
            ListedKey(
                name=each.name,
                prefix=each.prefix,
                scopes=tuple(each.scopes.split()),
                origins=tuple(each.origins.split()),
                per_minute=each.per_minute,
                created_at=each.created_at,
                created_by=each.created_by,
                ends_at=each.ends_at,
                revoked_at=each.revoked_at,
                used_at=each.used_at,
                opens=_opens(each, now),
            )
            for each in keys.every(session)
        ]


def revoke_key(prefix: str, *, by: Actor, access: Access) -> bool:
    """Let a key open nothing any more; say whether it opened anything. Raises: UnknownAccess."""
    with access.database.writing() as session:
        row = keys.by_prefix(session, prefix.strip())
        if row is None:
            raise UnknownAccess(f"there is no key that begins with '{prefix[:40]}'")
        if row.revoked_at is not None:
            return False
        row.revoked_at = access.now()
        record(session, by, "key.revoke", row.prefix, f"name={row.name}", at=access.now())
    return True


def who_holds(key: str, *, address: str, origin: str | None, access: Access) -> Actor:
    """Give a key as one who asks, and count the request.

    Raises:
        BadKey: it is unknown, revoked or past its end.
        NotAllowed: it is bound to origins, and this is none of them.
        TooOften: it asked more often than it may, or too many wrong ones came from there.
    """
    shape = _KEY.fullmatch(key)
    row = None
    if shape is not None:
        with access.database.reading() as session:
            row = keys.by_prefix(session, f"lk_{shape[1]}")
    if row is None or not is_same(row.digest, digest_of(key)) or not _opens(row, access.now()):
        access.rates.count("wrong keys from one address", address, BAD_KEYS_PER_MINUTE)
        raise BadKey("the key is unknown, revoked or past its end")
    if row.origins and origin not in row.origins.split():
        raise NotAllowed("this key is for the pages of other origins")
    access.rates.count("requests of this key", str(row.id), row.per_minute)
    access.uses.note_key(row.id, row.used_at)
    scopes = frozenset(filter(None, map(Scope.of, row.scopes.split())))
    origins = tuple(row.origins.split())
    return Actor(ActorKind.KEY, row.prefix, row.id, scopes=scopes, origins=origins, address=address)


def is_public_origin(origin: str, *, access: Access) -> bool:
    """Return whether any key that opens something is for the pages of an origin."""
    with access.database.reading() as session:
        return origin in keys.origins_in_use(session, access.now())


def _opens(row: ApiKey, now: datetime) -> bool:
    return row.revoked_at is None and (row.ends_at is None or row.ends_at > now)


def _scopes(given: Iterable[str]) -> list[Scope]:
    found = {text.strip().lower(): Scope.of(text.strip().lower()) for text in given}
    if not found or None in found.values():
        came = ", ".join(found)[:80] or "none"
        raise BadAccess("scopes", f"scopes are some of {', '.join(Scope)}; got {came}")
    return [scope for scope in Scope if scope in found.values()]


def _origins(given: Iterable[str]) -> list[str]:
    origins = list(dict.fromkeys(origin for text in given for origin in text.split()))
    if len(origins) > _MOST_ORIGINS or len(" ".join(origins)) > LONGEST_ORIGINS:
        raise BadAccess("origins", f"a key has at most {_MOST_ORIGINS} origins; got {len(origins)}")
    return list(dict.fromkeys(map(_origin, origins)))


def _origin(text: str) -> str:
    """Read an origin as browsers write it. Raises: BadAccess."""
    refused = BadAccess(
        "origins", f"an origin is like https://shop.example, without a path; got '{text[:80]}'"
    )
    try:
        parts = urlsplit(text.lower())
        port = parts.port  # Raises: ValueError
    except ValueError:
        raise refused from None
    host = parts.hostname or ""
    whole = parts.scheme in ("http", "https") and is_host(host) and host.isascii()
    if not whole or "@" in parts.netloc or text.lower() != f"{parts.scheme}://{parts.netloc}":
        raise refused
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(f':{usual}') if port else parts.netloc}"

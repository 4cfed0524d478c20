"""Seals bytes so that only who has the token can read them.

The keystream is SHAKE-256 over the token, which is random, used for one message and never stored,
so no part of a keystream is used twice; a keyed BLAKE2b tells a seal that was tampered with.
"""

import hashlib
import hmac

_TAG_BYTES = 16


def name_of(token: str) -> bytes:
    """Return the name under which a sealed message is kept; it tells nothing of the token."""
    return hashlib.sha256(token.encode()).digest()


def seal(token: str, message: bytes) -> bytes:
    """Seal a message."""
    hidden = _mask(token, message)
    return _tag(token, hidden) + hidden


def unseal(token: str, sealed: bytes) -> bytes | None:
    """Return a message; None when it was sealed with another token, or changed since."""
    tag, hidden = sealed[:_TAG_BYTES], sealed[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(token, hidden)):
        return None
    return _mask(token, hidden)


def _mask(token: str, data: bytes) -> bytes:
    stream = hashlib.shake_256(b"lookalike seal\0" + token.encode()).digest(len(data))
    mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
    return mixed.to_bytes(len(data), "little")


def _tag(token: str, hidden: bytes) -> bytes:
    key = hashlib.sha256(b"lookalike tag\0" + token.encode()).digest()
    return hashlib.blake2b(hidden, key=key, digest_size=_TAG_BYTES).digest()

"""Tokens that open something, and the digests by which they are known.

They have 256 random bits, so that a plain digest is as hard to go back from as any.
"""

import hashlib
import hmac
import secrets

_BYTES = 32


def new_token() -> str:
    """Draw a token, of letters that an address or a header takes as they are."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(token: str) -> str:
    """Give the digest that a row holds."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compare digests in a time that tells nothing of them."""
    return hmac.compare_digest(one.encode(), other.encode())

"""Which pictures a decision was made on: it holds for these, however they are saved anew."""

from collections.abc import Iterable

from catalog.duplicates.photos import HashedPhoto
from embeddings.photos.perceptual_hash import bits_apart, colours_apart, hash_of
from service.duplicates.rules import LIKELY_BITS, OTHER_COLOURS


def seen_of(photos: Iterable[HashedPhoto]) -> str:
    """Write down the pictures that a product has, each with what it is known by."""
    return " ".join(f"{each.digest}:{each.perceptual_hash.hex()}" for each in photos)


def has_seen(seen: str, photo: HashedPhoto, most_bits: int = LIKELY_BITS) -> bool:
    """Return whether a picture is one of these, or one of them saved anew."""
    asked = hash_of(photo.perceptual_hash)
    for each in seen.split():
        digest, _, data = each.partition(":")
        if digest == photo.digest:
            return True
        held = hash_of(bytes.fromhex(data))
        if (
            asked is not None
            and held is not None
            and bits_apart(asked.whole, held.whole) <= most_bits
            and colours_apart(asked.colours, held.colours) <= OTHER_COLOURS
        ):
            return True
    return False

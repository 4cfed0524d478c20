"""Deletes pictures that no product shows any more."""

from collections.abc import Sequence

from catalog import products
from service.wiring import Services


def remove_unreferenced(digests: Sequence[str], *, services: Services) -> list[str]:
    """Delete those of these pictures that no photo shows; give their digests.

    Call it after the rows are gone for good: dying in between leaves a picture too many, which
    `verify --repair` deletes, and never a row without its picture. Nobody else writes while
    pictures go, so a batch that has found its pictures there keeps them.
    """
    if not digests:
        return []
    with services.database.writing() as session:
        found = products.unreferenced(session, digests)
        services.store.remove(found)
    return found

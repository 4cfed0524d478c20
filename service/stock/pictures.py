"""Takes pictures out of use: deletes what products let go of, sets aside what may be wanted."""

import logging
from collections.abc import Sequence

from catalog import products
from embeddings.errors import MissingPhoto
from service.errors import CatalogueBusy
from service.wiring import Services

_log = logging.getLogger(__name__)


def remove_unreferenced(digests: Sequence[str], *, services: Services) -> list[str]:
    """Delete those of these pictures that no photo shows; return their digests.

    Call it after the rows are gone for good: dying in between leaves a picture too many, which
    `verify --repair` deletes, and never a row without its picture. So does giving up where others
    write for too long. Nobody else writes while
    pictures go, so a batch that has found its pictures there keeps them.
    """
    if not digests:
        return []
    try:
        with services.database.writing() as session:
            found = products.unreferenced(session, digests)
            services.store.remove(found)
    except CatalogueBusy:  # what was to be done is done: nobody is told otherwise
        _log.warning(
            "others write: %d pictures are left for lookalike verify --repair", len(digests)
        )
        return []
    return found


def set_aside_unreferenced(digests: Sequence[str], *, services: Services) -> None:
    """Move those of these pictures that no photo shows to the quarantine.

    Nobody let go of them that we know of: they may be the only copies, after a restore say.
    """
    if not digests:
        return
    with services.database.writing() as session:
        found = products.unreferenced(session, digests)
        services.store.set_aside(found, services.settings.quarantine)


def set_aside_damaged(digests: Sequence[str], *, services: Services) -> None:
    """Move those of these pictures that are still damaged to the quarantine."""
    if not digests:
        return
    with services.database.writing():  # so nobody takes them for there meanwhile
        damaged = [digest for digest in digests if _is_damaged(digest, services)]
        services.store.set_aside(damaged, services.settings.quarantine)


def _is_damaged(digest: str, services: Services) -> bool:
    try:
        return not services.store.verify(digest)
    except MissingPhoto:
        return False

"""An index together with the instant of the catalogue that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from catalog import filtering, readings
from catalog.filtering import Scope
from catalog.filters import Filters
from catalog.quick import Latest
from embeddings.flat_index import FlatIndex
from embeddings.types import Ids, Vectors
from service.database import Look
from service.embedding_rows import vectors_of
from service.models import Model

_CHUNK = 5_000  # rows in memory at a time
_SCOPES = 32  # remembered; each is at most 8 bytes a photo


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a search looks at."""

    model: Model
    index: FlatIndex
    fingerprint: str | None  # of the promoted model; None before the first import
    number: int  # of the last change applied
    mark: int  # of that change
    _scopes: dict[Filters, Scope] = field(default_factory=dict)

    def is_at(self, latest: Latest) -> bool:
        """Say whether this is the instant that a session sees, in the same past."""
        return (self.number, self.mark, self.fingerprint) == (
            latest.number,
            latest.mark,
            latest.fingerprint,
        )

    def scope(self, look: Look, filters: Filters) -> Scope:
        """Find the photos that a search may find; remembered, as no change goes unnumbered."""
        known = self._scopes.get(filters)
        if known is None:
            known = filtering.scope(look.session, self.model.fingerprint, filters)
            if len(self._scopes) >= _SCOPES:
                self._scopes.clear()
            self._scopes[filters] = known
        return known


def rebuild(session: Session, model: Model, latest: Latest) -> View:
    """Build the view of a session's instant from rows alone, some in memory at a time."""
    index = FlatIndex(model.dim)
    for rows in readings.stream_embeddings(session, model.fingerprint, _CHUNK):
        index.upsert(*vectors_of(rows, model.dim))
    return View(model, index, latest.fingerprint, latest.number, latest.mark)


def update_of(session: Session, view: View, touched: Sequence[int]) -> tuple[Ids, Ids, Vectors]:
    """Say what brings a view to a session's instant: ids to remove, ids and vectors to put.

    What counts is how the touched photos are now, not what happened to them in turn.
    """
    rows = readings.embeddings_of(session, view.model.fingerprint, touched)
    ids, vectors = vectors_of(rows, view.model.dim)
    gone = np.setdiff1d(np.array(touched, dtype=np.int64), ids)
    return gone, ids, vectors

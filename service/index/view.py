"""An index together with the instant of the catalogue that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from catalog import changes, readings
from catalog.filter_sql import photos_and_products
from catalog.filters import Filters
from catalog.search_queries import Latest
from embeddings.errors import StaleSnapshot
from embeddings.search.selection import EVERYTHING, Only, Selection
from embeddings.search.snapshot import SnapshotHeader, load_snapshot
from embeddings.search.vector_index import IndexKind, VectorIndex
from embeddings.types import Ids, Vectors
from service.database.sessions import ReadView
from service.index.fitting import FittingProducts
from service.index.owners import Owners
from service.index.rows import vectors_of
from service.index.styles import Styles
from service.index.widening import widened
from service.models.registry import Model

_CHUNK = 5_000  # rows in memory at a time
_SCOPES = 64  # remembered at most
_SCOPES_BYTES = 64 * 2**20  # of their photos; 16 a photo and scope
_NONE: Ids = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What a search with some filters may find: what is in the index and satisfies them."""

    allowed: Ids | None  # photo ids, ascending; None: all of the index
    photos: int
    products: int  # the true total
    members: Ids  # the product of each of these photos
    of: tuple[object, object] = (None, None)  # the products and owners that it was made of

    @property
    def where(self) -> Selection:
        """What an index has to look at."""
        return EVERYTHING if self.allowed is None else Only(self.allowed)


@dataclass(frozen=True, slots=True, eq=False)
class _Fewer:
    """By how many the styles in a scope are fewer than its products."""

    members: Ids
    styles: Styles
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a search looks at."""

    model: Model
    index: VectorIndex
    owners: Owners  # of the photos in the index
    at: Latest  # the last change applied, and the model that was promoted then
    fitting: FittingProducts
    scopes: dict[Filters, Scope] = field(default_factory=dict)
    folded: dict[Filters, "_Fewer"] = field(default_factory=dict)

    def is_at(self, latest: Latest) -> bool:
        """Return whether this is the instant that a session sees, in the same past."""
        return (self.at.number, self.at.mark, self.at.fingerprint) == (
            latest.number,
            latest.mark,
            latest.fingerprint,
        )

    def scope(self, look: ReadView, filters: Filters) -> Scope:
        """Find what a search may find; as remembered, where no change has touched it."""
        filters = widened(filters, self.model.tree)
        if not filters.narrow:
            return Scope(None, len(self.owners), self.owners.count, self.owners.products)
        products = self.fitting.find(look.session, self.at, filters)
        known = self.scopes.get(filters)
        if known is None or known.of[0] is not products or known.of[1] is not self.owners:
            part = self.owners.of_products(products)
            known = Scope(
                part.photos, len(part), part.count, part.products, (products, self.owners)
            )
            if len(self.scopes) >= min(
                _SCOPES, _SCOPES_BYTES // (1 + 2 * self.owners.photos.nbytes)
            ):
                self.scopes.clear()
            self.scopes[filters] = known
        return known

    def fitting_products(self, look: ReadView, filters: Filters) -> Ids | None:
        """Return the products that satisfy the filters, ascending; None: they are all."""
        filters = widened(filters, self.model.tree)
        return self.fitting.find(look.session, self.at, filters) if filters.narrow else None

    def styles(self, look: ReadView) -> Styles:
        """Return the styles of all products at this instant."""
        return self.fitting.styles.at(look.session, self.at)

    def count_styles(self, scope: Scope, filters: Filters, styles: Styles) -> int:
        """Count the styles in the scope of some filters; a product without one counts as one."""
        if not len(styles):
            return scope.products
        known = self.folded.get(filters)
        if known is None or known.members is not scope.members or known.styles is not styles:
            known = _Fewer(scope.members, styles, styles.fewer(scope.members))
            if len(self.folded) >= _SCOPES:
                self.folded.clear()
            self.folded[filters] = known
        return scope.products - known.count

    def moved_to(self, latest: Latest) -> "View":
        """Return the same view at a later instant, up to which no photo has changed."""
        return replace(self, at=latest)

    def updated(self, update: "Update", latest: Latest) -> "View":
        """Apply an update to the index; give the view of it. The former one is of no use then."""
        self.index.remove(update.gone)
        self.index.upsert(update.photos, update.vectors)
        owners = self.owners.exchanged(update.gone, update.photos, update.products)
        return replace(self, owners=owners, at=latest)


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """What brings a view to a later instant."""

    gone: Ids  # photos to remove
    photos: Ids  # photos to put `(n,)`
    products: Ids  # of these `(n,)`
    vectors: Vectors  # of these `(n, dim)`


def view_of(
    session: Session, model: Model, index: VectorIndex, at: Latest, fitting: FittingProducts
) -> View:
    """Make the view of an index that is filled as the rows were at an instant."""
    photos, products = photos_and_products(session)
    held = index.ids()
    index.remove(np.setdiff1d(held, photos))  # a damaged catalogue has readings of no photo
    kept = np.isin(photos, held)
    return View(model, index, Owners(photos[kept], products[kept]), at, fitting)


def rebuild(
    session: Session, model: Model, latest: Latest, fitting: FittingProducts, kind: IndexKind
) -> View:
    """Build the view of a session's instant from rows alone, some in memory at a time."""
    index = kind.empty(model.dim, readings.count(session, model.fingerprint))
    for rows in readings.stream_embeddings(session, model.fingerprint, _CHUNK):
        index.upsert(*vectors_of(rows, model.dim))
    return view_of(session, model, index, latest, fitting)


def from_snapshot(
    session: Session,
    path: Path,
    model: Model,
    latest: Latest,
    fitting: FittingProducts,
    kind: IndexKind,
) -> tuple[View, SnapshotHeader]:
    """Bring the view that a snapshot holds to a session's instant. Raises: StaleSnapshot."""
    index, header = load_snapshot(
        path,
        kind,
        fingerprint=model.fingerprint,
        catalogue=changes.catalogue_uuid(session),
        dim=model.dim,
    )
    then = replace(latest, number=header.change, mark=header.mark)
    if not can_follow(session, then, latest):
        raise StaleSnapshot(f"the snapshot is of change {header.change}, out of the feed")
    if (touched := changes.touched_photos(session, header.change)) is None:
        raise StaleSnapshot("an entry of the feed is damaged")
    update = update_of(session, model, touched)
    index.remove(update.gone)
    index.upsert(update.photos, update.vectors)
    return view_of(session, model, index, latest, fitting), header


def can_follow(session: Session, then: Latest, latest: Latest) -> bool:
    """Return whether the feed goes on from there: it holds that entry, and so all later ones."""
    return then.number <= latest.number and changes.holds(session, then.number, then.mark)


def update_of(session: Session, model: Model, touched: Sequence[int]) -> Update:
    """Return what brings an index to a session's instant since when these photos were touched.

    What counts is how the touched photos are now, not what happened to them in turn.
    """
    rows = readings.embeddings_of(session, model.fingerprint, touched)
    owners = readings.owners(session, [row[0] for row in rows])
    ids, vectors = vectors_of([row for row in rows if row[0] in owners], model.dim)
    products = np.array([owners[id_] for id_ in ids.tolist()], dtype=np.int64)
    gone = np.setdiff1d(np.array(touched, dtype=np.int64), ids)
    return Update(gone, ids, products, vectors)


def removal_of(photos: Ids, dim: int) -> Update:
    """Return what takes photos out of an index."""
    return Update(photos, _NONE, _NONE, np.empty((0, dim), dtype=np.float32))

"""The index that searches: a view of the catalogue, brought up to date before each search."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog import changes, readings, search_queries
from catalog.dialect.driver import Driver
from catalog.search_queries import Latest
from embeddings.errors import StaleSnapshot
from embeddings.locks import SharedLock
from embeddings.search.snapshot import SnapshotHeader, save_snapshot
from embeddings.search.vector_index import IndexKind
from service.database.sessions import Database, ReadView
from service.index.fitting import FittingProducts
from service.index.settling import Settler
from service.index.view import View, can_follow, from_snapshot, rebuild, update_of
from service.models.registry import Model, Models

Asking: TypeAlias = Callable[[Driver], Latest]

_log = logging.getLogger(__name__)
_TRIES = 3  # before a search makes the others wait for it
_LARGEST_UPDATE = 20_000  # photos; beyond it a rebuild from rows is as quick


class LiveIndex:
    """Answers from memory as the database says at this instant; threads may share one.

    Every change of the catalogue is a numbered entry of its feed, with a mark drawn at random. The
    index remembers number and mark of the last that it has applied, and applies the later ones
    before it is searched. Where that entry is not in the feed, pruned or of a past that a restored
    copy has undone, it is built anew from the rows.
    """

    def __init__(
        self,
        database: Database,
        models: Models,
        folder: Path,
        fitting: FittingProducts,
        kind: IndexKind,
        ask: Asking = search_queries.latest,
    ) -> None:
        """Take the parts; `ask` says where the catalogue stands, and whose readings to search."""
        self._ask = ask
        self._database = database
        self._models = models
        self._folder = folder
        self._fitting = fitting
        self._kind = kind
        self._view: View | None = None
        self._lock = SharedLock()  # searches share it; a change of the view has it alone
        self._updating = threading.Lock()  # one update at a time
        self._saved: SnapshotHeader | None = None  # of our snapshot on disk
        self._settler: Settler | None = None  # where this process goes on answering

    @property
    def model(self) -> Model:
        """The model that answers now, promoted by whichever process.

        The index may still hold another's readings: it follows at the next search.
        """
        with self._database.read_view() as look:
            return self._model_of(self._ask(look.driver))

    def __len__(self) -> int:
        with self.searching() as (_, view):
            return len(view.index)

    @contextmanager
    def searching(self) -> Iterator[tuple[ReadView, View]]:
        """Give the catalogue and the index, both of the same instant of the catalogue.

        Nobody changes the index meanwhile, so be quick.
        """
        for _ in range(_TRIES):
            with self._database.read_view() as look:
                latest = self._ask(look.driver)
                if self._is_behind(latest):
                    with self._updating:
                        self._bring_to(look.session, latest)
                with self._lock.reading():
                    view = self._view
                    if view is not None and view.is_at(latest):
                        yield look, view
                        return
                # Another thread has brought the index further than this session sees.
        with self._updating, self._database.read_view() as look:
            view = self._bring_to(look.session, self._ask(look.driver))
            with self._lock.reading():
                yield look, view

    def refresh(self) -> None:
        """Bring the index up to date now."""
        with self._updating, self._database.read_view() as look:
            self._bring_to(look.session, self._ask(look.driver))

    def warm_up(self) -> None:
        """Load the index; where it had to be built anew, spare the next start that.

        From now on what makes its searches quick is done beside them, when it is due.
        """
        self.refresh()
        if self._saved is None:
            self.save_snapshot()
        self._settler = Settler(self._save_again)
        if (view := self._view) is not None:
            self._settler.look_after(view.index)

    def wait_until_settled(self) -> None:
        """Wait for what is done beside the searches."""
        if self._settler is not None:
            self._settler.wait()

    def _save_again(self) -> None:
        self._saved = None
        self.save_snapshot()

    def save_snapshot(self) -> None:
        """Bring the index up to date and write it to disk, unless it is there as it is."""
        with self._updating, self._database.read_view() as look:
            view = self._bring_to(look.session, self._ask(look.driver))
            if (fingerprint := view.at.fingerprint) is None:
                return
            header = SnapshotHeader(
                fingerprint=fingerprint,
                catalogue=changes.catalogue_uuid(look.session),
                change=view.at.number,
                mark=view.at.mark,
                count=len(view.index),
            )
            if self._saved == header:
                return
            try:
                save_snapshot(self.snapshot_path(header.fingerprint), view.index, header)
            except OSError as error:  # it costs the next start a rebuild, and no more
                _log.warning("the index is not saved for the next start: %s", error)
            else:
                self._saved = header

    def snapshot_path(self, fingerprint: str) -> Path:
        """Return the file that holds the snapshot of a model's readings."""
        return self._folder / f"{fingerprint}.index"

    def forget(self) -> None:
        """Drop what is in memory; the next search starts from the rows, not from a snapshot."""
        with self._updating:
            with self._lock.writing():
                self._view = None
            self._saved = None
            for path in self._folder.glob("*.index"):
                path.unlink(missing_ok=True)

    def drift(self) -> int:
        """Count what keeps the index from agreeing with the catalogue; 0 is agreement.

        Counted are photos that the promoted model has not read, and readings more or less than
        there are vectors. `verify` looks closer.
        """
        while True:
            with self._database.read_view() as look:
                latest = self._ask(look.driver)
                with self.searching() as (_, view):
                    vectors = len(view.index)
                if not view.is_at(latest):
                    continue  # it has gone on since, and must not be kept from it by counting
                read = readings.count(look.session, view.model.fingerprint)
                unread = readings.count_without(look.session, view.model.fingerprint)
                return unread + abs(read - vectors)

    def _is_behind(self, latest: Latest) -> bool:
        view = self._view
        return view is None or not (view.is_at(latest) or view.at.number > latest.number)

    def _model_of(self, latest: Latest) -> Model:
        if latest.fingerprint is None or latest.source is None:
            return self._models.first()
        return self._models.of(latest.fingerprint, latest.source)

    def _bring_to(self, session: Session, latest: Latest) -> View:
        before, view = self._view, self._brought_to(session, latest)
        if view is not before and self._settler is not None:
            self._settler.look_after(view.index)
        return view

    def _brought_to(self, session: Session, latest: Latest) -> View:
        """Make the view one of the session's instant, unless it is further; hold `_updating`."""
        view = self._view
        if view is None:
            return self._swap(self._load(session, latest))
        if view.is_at(latest):
            return view
        if view.at.number > latest.number and self._is_ahead(view):
            return view  # it is the session that is behind
        if view.at.fingerprint != latest.fingerprint or not can_follow(session, view.at, latest):
            # The old view goes on answering those who look at an earlier instant.
            return self._swap(self._rebuild(session, latest))
        touched = changes.touched_photos(session, view.at.number)
        if touched is None or len(touched) > max(_LARGEST_UPDATE, len(view.index)):
            return self._swap(self._rebuild(session, latest))
        if not touched:  # nobody has to wait: the index stays as it is
            self._view = view.moved_to(latest)
            return self._view
        update = update_of(session, view.model, touched)
        with self._lock.writing():
            # Should this fail half-way, the next search starts anew from the rows.
            self._view = None
            self._view = view.updated(update, latest)
            return self._view

    def _rebuild(self, session: Session, latest: Latest) -> View:
        return rebuild(session, self._model_of(latest), latest, self._fitting, self._kind)

    def _is_ahead(self, view: View) -> bool:
        """Return whether the catalogue has come as far by now; one put back from a copy has not."""
        with self._database.read_view() as look:
            return changes.holds(look.session, view.at.number, view.at.mark)

    def _swap(self, view: View) -> View:
        with self._lock.writing():
            self._view = view
        return view

    def _load(self, session: Session, latest: Latest) -> View:
        """Start from the snapshot where it can be trusted, else from the rows."""
        if latest.fingerprint is None:
            return self._rebuild(session, latest)
        model = self._model_of(latest)
        try:
            view, header = from_snapshot(
                session,
                self.snapshot_path(model.fingerprint),
                model,
                latest,
                self._fitting,
                self._kind,
            )
        except StaleSnapshot:
            return self._rebuild(session, latest)
        if len(view.index) != readings.count(session, model.fingerprint):
            return self._rebuild(session, latest)
        if header.change == latest.number:
            self._saved = header
        return view

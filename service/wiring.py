"""Puts the parts together: what every use case is handed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from embeddings.decoding import pool
from embeddings.indexes.hamming import HammingIndex
from embeddings.indexes.kinds import KINDS
from embeddings.photos.store import DiskPhotoStore
from embeddings.search.hash_index import HashIndexKind
from embeddings.search.vector_index import IndexKind
from embeddings.types import Encoder, PhotoStore
from service.database.sessions import Database
from service.index.category_counts import CategoryCounts, FactCounts
from service.index.fitting import FittingProducts
from service.index.former import FormerIndex
from service.index.live import LiveIndex
from service.models.carrying_over import carry_over
from service.models.kept import KeptBundles
from service.models.registry import Model, Models
from service.settings.environment import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the use cases need; one for each process."""

    settings: Settings
    database: Database
    store: PhotoStore
    models: Models
    index_kind: IndexKind
    hash_index_kind: HashIndexKind
    index: LiveIndex
    former: FormerIndex
    fitting: FittingProducts
    categories: CategoryCounts
    facts: FactCounts

    @property
    def model(self) -> Model:
        """The model that answers now: the promoted one, or that of a new catalogue."""
        return self.index.model

    @property
    def encoder(self) -> Encoder:
        """The encoder of the model that answers now."""
        return self.model.encoder

    def warm_up(self) -> None:
        """Load what searching needs, so that the first search is as quick as the next."""
        pool.warm_up()
        # The network is native code, the index much Python: each leaves the other half a core.
        with ThreadPoolExecutor(1, "warm-up") as beside:
            read_once = beside.submit(self.models.warm_up, self.model)
            self.index.warm_up()
            read_once.result()

    def make_ready(self) -> Model:
        """See that searches can be answered: the model is loaded, the index up to date.

        Raises:
            NotReady: the model cannot be opened.
            BadBundle: its network cannot be used.
        """
        model = self.model
        self.models.warm_up(model)
        self.index.refresh()
        return model

    def close(self) -> None:
        """Let go of the database's file."""
        self.former.let_go()
        self.database.close()


def build_services(
    settings: Settings,
    encoder: Encoder | None = None,
    others: Sequence[Encoder] = (),
    index_kind: IndexKind | None = None,
) -> Services:
    """Build the parts over a home folder; nothing is opened before its first use.

    With `encoder` that one reads the photos of a new catalogue, in place of a bundle; `others`
    are known too, should one of them be promoted. With `index_kind` that makes the indexes, in
    place of the one that the settings name.
    """
    given = () if encoder is None else (encoder, *others)
    models = Models(settings.bundle, given, KeptBundles(settings.models))
    database = Database(settings.database, partial(carry_over, models=models))
    fitting = FittingProducts()
    index_kind = index_kind or KINDS[settings.index]
    new_index = partial(LiveIndex, database, models, settings.snapshots, fitting, index_kind)
    return Services(
        settings=settings,
        database=database,
        store=DiskPhotoStore(settings.photos),
        models=models,
        index_kind=index_kind,
        hash_index_kind=HammingIndex,
        index=new_index(),
        former=FormerIndex(new_index, database, settings.remember_minutes * 60),
        fitting=fitting,
        categories=CategoryCounts(database),
        facts=FactCounts(database),
    )

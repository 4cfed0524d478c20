"""How products stand: what is said of their categories, and whose word it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.labelling import is_files
from catalog.models import Product


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of a product's category, and by whom."""

    human_category: str | None
    labelled_at: datetime | None
    labelled_by: str | None
    model_category: str | None
    model_confidence: float | None  # 0..1, calibrated

    @property
    def is_open(self) -> bool:
        """Whether nobody has said anything, not even to leave it to the model."""
        return self.human_category is None and self.labelled_at is None

    @property
    def is_files(self) -> bool:
        """Whether only a file has said something."""
        return is_files(self.human_category, self.labelled_by)

    @property
    def is_final(self) -> bool:
        """Whether a person has spoken, if only to leave it to the model."""
        return not self.is_open and not self.is_files

    @property
    def persons_category(self) -> str | None:
        """What a person has said; None: nothing, or to leave it to the model."""
        return None if self.is_files else self.human_category


def standings(session: Session, product_ids: Sequence[int]) -> dict[int, Standing]:
    """Return how those of these products stand that there are."""
    query = select(
        Product.id,
        Product.human_category,
        Product.labelled_at,
        Product.labelled_by,
        Product.model_category,
        Product.model_confidence,
    ).where(Product.id.in_(listed(product_ids)))
    return {row[0]: Standing(*row[1:]) for row in session.execute(query)}

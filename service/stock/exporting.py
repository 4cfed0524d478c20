"""Writes the whole catalogue to a file, as it was at one instant."""

from pathlib import Path

from catalog import products
from catalog.exported import WholeProduct, stream_products
from catalog.facts import FACTS, HasFacts, Kind
from catalog.labelling import is_files, mark_of
from service.progress import Progress, no_progress
from service.tables.prices import text_from_cents
from service.tables.record_files import Columns, Value, writing_records
from service.wiring import Services

# Of prices too the text: a float would not be exact.
_FACTS: Columns = {fact.column: int if fact.kind is Kind.COUNT else str for fact in FACTS}
COLUMNS: Columns = {
    "sku": str,
    **_FACTS,
    "category": str,
    "confidence": float,  # of the model in its own category, 0..1; empty where a person decided
    "decided_by": str,
    "decided_at": str,  # tells this decision of a person from a later one
    "colour": str,  # of its first photo, by the model; empty where it tells none
    "colour_confidence": float,
    "photo_digests": str,
}
HUMAN, FILE, MODEL = "human", "file", "model"


def export_catalogue(path: Path, *, services: Services, progress: Progress = no_progress) -> int:
    """Write every product, in the order in which they came, and return how many there were.

    CSV, JSON Lines or Parquet by the file's ending, `-` is standard output. It can be imported
    again: the facts of products are then brought up to date, and photos stay.

    Raises:
        BadOutput: the ending is unknown, or Parquet is wanted and pyarrow is not installed.
    """
    written = 0
    with services.database.reading() as session:
        total = products.count(session)  # a catalogue that cannot be read leaves nothing written
        with writing_records(path, COLUMNS) as records:
            for product in stream_products(session):
                records.write(record_of(product))
                written += 1
                if written % 1_000 == 0 or written == total:
                    progress(written, total)
    return written


def facts_of(product: HasFacts) -> dict[str, Value]:
    """Return what a shop says of a product by column, as an import reads it."""
    return {
        fact.column: text_from_cents(value)
        if fact.kind is Kind.PRICE and isinstance(value, int)
        else value
        for fact, value in zip(FACTS, product.said, strict=True)
    }


def record_of(product: WholeProduct) -> dict[str, Value]:
    """Return a product by the columns of an export."""
    human = product.human_category is not None
    by_whom = MODEL
    if human:
        by_whom = FILE if is_files(product.human_category, product.labelled_by) else HUMAN
    return {
        "sku": product.sku,
        **facts_of(product),
        "category": product.human_category if human else product.model_category,
        "confidence": None if human else product.model_confidence,
        "decided_by": by_whom if human or product.model_category else None,
        "decided_at": mark_of(product.labelled_at) or None,
        "colour": product.colour,
        "colour_confidence": product.colour_confidence,
        "photo_digests": "|".join(product.digests),
    }

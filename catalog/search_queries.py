"""The queries of every search, on the driver itself: around it they would take four times as long.

All else goes through SQLAlchemy.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from catalog.cards import COLUMNS, ProductCard
from catalog.damaged_cells import as_text
from catalog.dialect.driver import Driver
from catalog.dialect.lists import as_list, id_list, in_list

_LATEST = """SELECT number, mark, fingerprint, source
    FROM (SELECT fingerprint, source FROM promotion ORDER BY id DESC LIMIT 1)
    LEFT JOIN (SELECT number, mark FROM change ORDER BY number DESC LIMIT 1)"""
_BY_PHOTO = f"""SELECT photo.id, {COLUMNS}, photo.digest
    FROM photo JOIN product ON product.id = photo.product_id
    WHERE photo.id {in_list("?")}"""
_VARIANTS = f"SELECT folded_style, id FROM product WHERE folded_style {in_list('?')}"


@dataclass(frozen=True, slots=True)
class Latest:
    """Where the catalogue stands, and whose readings count."""

    number: int  # of the last change; 0 before the first
    mark: int  # of that change, drawn at random: the same number in another past has another
    fingerprint: str | None  # of the promoted model; None before the first import
    source: str | None  # where its bundle is: a shipped name or a folder


def latest(driver: Driver) -> Latest:
    """Return where the catalogue stands; quick enough to ask before every search."""
    row = driver.execute(_LATEST).fetchone()
    if row is None:
        return Latest(0, 0, None, None)
    number, mark, fingerprint, source = row
    whole = type(mark) is int  # of a damaged entry it may be anything
    return Latest(number or 0, mark if whole else 0, as_text(fingerprint), as_text(source))


def by_photo(driver: Driver, photo_ids: Sequence[int]) -> dict[int, ProductCard]:
    """Load the products of these photos, each shown by that photo; unknown ids are left out."""
    rows = driver.execute(_BY_PHOTO, (id_list(photo_ids),)).fetchall()
    return {row[0]: ProductCard.of(row[1:]) for row in rows}


def variants(driver: Driver, names: Collection[str]) -> dict[str, list[int]]:
    """Return the ids of the products of each of these styles, by its folded name."""
    found: dict[str, list[int]] = {name: [] for name in names}
    for name, id_ in driver.execute(_VARIANTS, (as_list(names),)):
        found.setdefault(name, []).append(id_)
    return found

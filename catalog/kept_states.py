"""What products and other rows are at a moment, as plain values that JSON holds exactly."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Table, UniqueConstraint, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from catalog import changes
from catalog.dialect.lists import listed
from catalog.earlier_words import EarlierWord
from catalog.exported import WholeProduct, products_by_sku
from catalog.facts import NAMES
from catalog.models import CHECKSUM, Base, Product

State: TypeAlias = dict[str, Any]
"""Of a product its facts by name, `id`, `created_at`, `category`, `pictures`; of a row cells."""

CATEGORY, PICTURES, ID, CREATED_AT = "category", "pictures", "id", "created_at"
_INSTANT = "at"  # how an instant is told from a text


def states_of(session: Session, skus: Iterable[str]) -> dict[str, State]:
    """Return what those of these products that there are hold, but for what a model says."""
    found = products_by_sku(session, skus)
    ids = [each.id for each in found.values()]
    born = dict(
        session.execute(
            select(Product.id, Product.created_at).where(Product.id.in_(listed(ids)))
        ).all()
    )
    words: dict[int, list[list[str | None]]] = defaultdict(list)  # with whose they were, if known
    earlier = select(EarlierWord).where(EarlierWord.product_id.in_(listed(ids)))
    for word in session.scalars(earlier.order_by(EarlierWord.id)):
        told = [word.category, _written(word.labelled_at)]
        words[word.product_id].append(told + ([word.labelled_by] if word.labelled_by else []))
    return {
        sku: {
            ID: each.id,
            CREATED_AT: _written(born[each.id]),
            **dict(zip(NAMES, each.said, strict=True)),
            CATEGORY: _word(each, words[each.id]),
            PICTURES: [list(both) for both in zip(each.digests, each.source_digests, strict=True)],
        }
        for sku, each in found.items()
    }


def differing(before: State | None, after: State | None) -> tuple[State | None, State | None]:
    """Return what differs of two states, and the id; all of one where the other is not there."""
    if before is None or after is None:
        return before, after
    kept = [name for name in before if before[name] != after[name]]
    names = [ID, *kept] if ID in before else kept
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def put_category(session: Session, product_id: int, told: Sequence[Any]) -> None:
    """Let a person's decision on a product, and those before it, be just what a state tells."""
    category, at, earlier, *whose = told
    changed = update(Product).where(Product.id == product_id)
    by = whose[0] if whose else None
    said = {"human_category": category, "labelled_at": instant(at), "labelled_by": by}
    session.execute(changed.values(said))
    session.execute(delete(EarlierWord).where(EarlierWord.product_id == product_id))
    for word, said_at, *whose in earlier:
        session.add(
            EarlierWord(
                product_id=product_id,
                category=word,
                labelled_at=instant(said_at),
                labelled_by=whose[0] if whose else None,
            )
        )
    session.flush()
    changes.append_products(session, [product_id])


def row_state(session: Session, table: Table, key: Sequence[Any]) -> State | None:
    """Return the cells of a row by its primary key; None where there is none."""
    row = session.execute(select(table).where(*_is(table, key))).mappings().one_or_none()
    if row is None:
        return None
    return {
        column.name: {_INSTANT: _written(row[column.name])}
        if isinstance(row[column.name], datetime)
        else row[column.name]
        for column in table.columns
        if column.name != CHECKSUM and column.computed is None
    }


def is_taken(session: Session, table: Table, key: Sequence[Any], state: State) -> bool:
    """Whether another row has by now what a row of this state would have alone."""
    others = ~and_(*_is(table, key))
    alone = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    for columns in (each.columns for each in alone):
        if all(column.name in state for column in columns):
            same = [column == state[column.name] for column in columns]
            if session.execute(select(table).where(others, *same).limit(1)).first() is not None:
                return True
    return False


def put_row(session: Session, table: Table, key: Sequence[Any], state: State | None) -> None:
    """Let cells of a row be what a state tells; the whole row, where there is none, or no row."""
    if state is None:
        session.execute(delete(table).where(*_is(table, key)))
        return
    cells = {
        name: instant(value[_INSTANT]) if isinstance(value, Mapping) else value
        for name, value in state.items()
    }
    if row_state(session, table, key) is None:
        session.execute(insert(table).values(cells))
    else:
        session.execute(update(table).where(*_is(table, key)).values(cells))


def table_called(name: str) -> Table:
    """Return a table of ours. Raises: KeyError."""
    return Base.metadata.tables[name]


def instant(text: str | None) -> datetime | None:
    """Read an instant of a state."""
    return None if text is None else datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class ToldPart:
    """What a part of a change tells: of each product and row what it was before, and after."""

    products: tuple[tuple[str, State | None, State | None], ...]  # SKU first
    rows: tuple[tuple[str, tuple[Any, ...], State | None, State | None], ...]  # table, key first


def told_of(text: object) -> ToldPart | None:
    """Read what a part tells; None where it was damaged."""
    try:
        told = json.loads(str(text))
        products = tuple((str(sku), before, after) for sku, before, after in told["products"])
        rows = tuple(
            (str(table), tuple(key), before, after) for table, key, before, after in told["rows"]
        )
    except (ValueError, TypeError, KeyError):
        return None
    return ToldPart(products, rows)


def _word(product: WholeProduct, earlier: list[list[str | None]]) -> list[Any]:
    # Whose it is stands last, and only where it is known: earlier versions did not keep it.
    told = [product.human_category, _written(product.labelled_at), earlier]
    return [*told, product.labelled_by] if product.labelled_by else told


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _is(table: Table, key: Sequence[Any]) -> list[Any]:
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]

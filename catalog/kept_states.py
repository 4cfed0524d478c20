"""What products and other rows are at a moment, as plain values that JSON holds exactly."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Table, UniqueConstraint, and_, bindparam, delete, insert, select, update
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
_PRODUCT: Table = Product.__table__  # type: ignore[assignment]
_KEY = "key_"  # before the name of a column by which a row is found


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


def put_categories(session: Session, told: Mapping[int, Sequence[Any]]) -> None:
    """Let what was decided on products, and before that, be just what their states tell, by id."""
    if not told:
        return
    said, before = [], []
    for product_id, (category, at, earlier, *whose) in told.items():
        by = whose[0] if whose else None
        said.append(
            {
                "its_id": product_id,
                "human_category": category,
                "labelled_at": instant(at),
                "labelled_by": by,
            }
        )
        for word, said_at, *its in earlier:
            before.append(
                EarlierWord(
                    product_id=product_id,
                    category=word,
                    labelled_at=instant(said_at),
                    labelled_by=its[0] if its else None,
                )
            )
    changed = update(_PRODUCT).where(_PRODUCT.c.id == bindparam("its_id"))
    session.connection().execute(changed, said)
    session.execute(delete(EarlierWord).where(EarlierWord.product_id.in_(listed(list(told)))))
    session.add_all(before)
    session.flush()
    changes.append_products(session, told)


def row_state(session: Session, table: Table, key: Sequence[Any]) -> State | None:
    """Return the cells of a row by its primary key; None where there is none."""
    row = session.execute(select(table).where(*_is(table, key))).mappings().one_or_none()
    return None if row is None else _cells(table, row)


def row_states(
    session: Session, wanted: Iterable[tuple[str, tuple[Any, ...]]]
) -> dict[tuple[str, tuple[Any, ...]], State | None]:
    """Return the cells of many rows, by their table's name and primary key."""
    by_table: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for name, key in wanted:
        by_table[name].append(key)
    found: dict[tuple[str, tuple[Any, ...]], State | None] = {}
    for name, keys in by_table.items():
        table = table_called(name)
        found |= dict.fromkeys(((name, key) for key in keys), None)
        columns = list(table.primary_key)
        if len(columns) > 1:
            found |= {(name, key): row_state(session, table, key) for key in keys}
            continue
        query = select(table).where(columns[0].in_(listed([key[0] for key in keys])))
        for row in session.execute(query).mappings():
            found[name, (row[columns[0].name],)] = _cells(table, row)
    return found


def alone_in(table: Table, state: State | None) -> set[tuple[str, Any]]:
    """Return the cells of a state, by their columns, that no other row may have all of."""
    alone = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    names = {column.name for each in alone for column in each.columns}
    return {(name, value) for name, value in (state or {}).items() if name in names}


def is_taken(
    session: Session, table: Table, key: Sequence[Any], state: State, present: State | None
) -> bool:
    """Whether another row has by now what a row of this state would have alone.

    What it has at `present` no other one has.
    """
    others = ~and_(*_is(table, key))
    alone = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    for columns in (each.columns for each in alone):
        if present and all(present[each.name] == state.get(each.name) for each in columns):
            continue
        if all(column.name in state for column in columns):
            same = [column == state[column.name] for column in columns]
            if session.execute(select(table).where(others, *same).limit(1)).first() is not None:
                return True
    return False


@dataclass(frozen=True, slots=True)
class NewState:
    """What a row is to be."""

    table: str
    key: tuple[Any, ...]
    state: State | None  # cells, of those that change; the whole row where there is none; or none
    is_there: bool


def put_rows(session: Session, rows: Iterable[NewState]) -> None:
    """Let rows be what their states tell: many that are alike by one statement.

    Those that go are first and those that come last, so that no two have what one has alone.
    """
    alike: defaultdict[tuple[str, bool, frozenset[str] | None], list[NewState]] = defaultdict(list)
    for row in rows:
        names = None if row.state is None else frozenset(row.state)
        alike[row.table, row.is_there, names].append(row)
    for (called, is_there, names), some in sorted(alike.items(), key=_goes_first):
        table = table_called(called)
        named = {_KEY + column.name: column for column in table.primary_key}
        whose = [column == bindparam(name) for name, column in named.items()]
        keys = [dict(zip(named, row.key, strict=True)) for row in some]
        if names is None:
            session.connection().execute(delete(table).where(*whose), keys)
            continue
        cells = [_as_written(row.state or {}) for row in some]
        if is_there:
            both = [key | values for key, values in zip(keys, cells, strict=True)]
            session.connection().execute(update(table).where(*whose), both)
        else:
            session.connection().execute(insert(table), cells)


def _goes_first(group: tuple[tuple[str, bool, frozenset[str] | None], list[NewState]]) -> int:
    (_, is_there, names), _ = group
    return 0 if names is None else 1 if is_there else 2


def _as_written(state: State) -> dict[str, Any]:
    return {
        name: instant(value[_INSTANT]) if isinstance(value, Mapping) else value
        for name, value in state.items()
    }


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


def _cells(table: Table, row: Mapping[Any, Any]) -> State:
    return {
        column.name: {_INSTANT: _written(row[column.name])}
        if isinstance(row[column.name], datetime)
        else row[column.name]
        for column in table.columns
        if column.name != CHECKSUM and column.computed is None
    }


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _is(table: Table, key: Sequence[Any]) -> list[Any]:
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]

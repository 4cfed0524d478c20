"""Maps of columns that a shop has kept: which column of its files is which of ours."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.models import ColumnMap


def column_map(session: Session, name: str) -> dict[str, str]:
    """Return our columns by those of the files, of the map of that name; empty if there is none."""
    kept = select(ColumnMap.theirs, ColumnMap.ours).where(ColumnMap.name == name)
    return {str(theirs): str(ours) for theirs, ours in session.execute(kept.order_by(ColumnMap.id))}


def column_map_names(session: Session) -> list[str]:
    """Return the names of the maps that are kept."""
    return list(session.scalars(select(ColumnMap.name).distinct().order_by(ColumnMap.name)))


def keep_column_map(session: Session, name: str, columns: Mapping[str, str]) -> None:
    """Keep a map in the place of that of the same name."""
    session.execute(delete(ColumnMap).where(ColumnMap.name == name))
    session.add_all(
        ColumnMap(name=name, theirs=theirs, ours=ours) for theirs, ours in columns.items()
    )


def remove_column_map(session: Session, name: str) -> bool:
    """Remove a map; say whether there was one."""
    there = bool(column_map(session, name))
    session.execute(delete(ColumnMap).where(ColumnMap.name == name))
    return there

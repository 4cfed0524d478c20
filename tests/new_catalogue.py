"""Writes down what a new catalogue gets: `python -m tests.new_catalogue`, or `make schema`."""

from sqlalchemy import create_engine

from catalog.fresh import SCHEMA, described
from catalog.schema import upgrade


def after_all_migrations() -> str:
    """Return the statements that make what all migrations make of an empty file."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        statements = described(connection)
    engine.dispose()
    return statements


if __name__ == "__main__":
    SCHEMA.write_text(after_all_migrations(), encoding="utf-8")

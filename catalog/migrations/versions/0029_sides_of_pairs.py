"""Pairs of duplicates are found by either of their products."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_index("ix_duplicate_pair_second_sku", "duplicate_pair", ["second_sku"])

"""The colour that a model read in a photo, and that of a product."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("reading", "product"):
        op.add_column(table, sa.Column("colour", sa.String(32)))
        op.add_column(table, sa.Column("colour_confidence", sa.Float))
    op.create_index("ix_product_colour_id", "product", ["colour", "id"])

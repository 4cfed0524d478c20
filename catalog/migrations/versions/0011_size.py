"""The size of a product."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("product", sa.Column("size", sa.String(32)))
    op.add_column("product", sa.Column("folded_size", sa.Text))
    op.create_index("ix_product_folded_size_id", "product", ["folded_size", "id"])

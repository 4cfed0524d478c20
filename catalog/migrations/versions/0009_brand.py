"""The brand of a product."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("product", sa.Column("brand", sa.String(100)))
    op.add_column("product", sa.Column("folded_brand", sa.Text))
    op.create_index("ix_product_folded_brand_id", "product", ["folded_brand", "id"])

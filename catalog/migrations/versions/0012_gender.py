"""Whom a product is made for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("product", sa.Column("gender", sa.String(32)))
    op.add_column("product", sa.Column("folded_gender", sa.Text))
    op.create_index("ix_product_folded_gender_id", "product", ["folded_gender", "id"])

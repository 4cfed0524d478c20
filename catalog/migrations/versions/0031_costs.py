"""Lists by price go by what a product costs now: its sale price, where that is less."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_COSTS = "CASE WHEN sale_price_cents < price_cents THEN sale_price_cents ELSE price_cents END"


def upgrade() -> None:
    column = sa.Column("costs_cents", sa.Integer, sa.Computed(_COSTS, persisted=False))
    op.add_column("product", column)
    op.create_index("ix_product_costs_cents", "product", ["costs_cents"])
    op.drop_index("ix_product_price_cents", "product")

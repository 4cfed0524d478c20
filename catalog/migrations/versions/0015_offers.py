"""What a product costs for a while, whether it can be had, and what a shop offers beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("product", sa.Column("sale_price_cents", sa.Integer))
    op.add_column("product", sa.Column("availability", sa.String(32)))
    for name in ("related", "cross_sells", "up_sells"):
        op.add_column("product", sa.Column(name, sa.String(4000)))

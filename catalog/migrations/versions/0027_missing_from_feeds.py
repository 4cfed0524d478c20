"""Which product a feed has brought, and the job that withdraws what is missing from it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("feed", sa.Column("withdrawal", sa.Integer))
    op.add_column("feed_item", sa.Column("product", sa.Integer))
    op.create_index("ix_feed_item_feed_missing", "feed_item", ["feed", "missing"])
    op.create_index("ix_feed_item_product", "feed_item", ["product"])
    op.execute(
        "UPDATE feed_item SET product = (SELECT id FROM product WHERE product.sku = feed_item.sku)"
    )

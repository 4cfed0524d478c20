"""An index of folded SKUs, by which a product is found however its SKU is written."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_product_folded_sku", "product", ["folded_sku"])

"""Of which style a product is a variant."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("product", sa.Column("style", sa.String(64)))
    op.add_column("product", sa.Column("folded_style", sa.Text))
    op.create_index("ix_product_folded_style_id", "product", ["folded_style", "id"])

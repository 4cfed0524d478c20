"""The colour of a product, as the shop names it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("product", sa.Column("shop_colour", sa.String(100)))

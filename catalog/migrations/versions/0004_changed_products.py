"""An entry of the feed names its product, so that what is remembered can be kept current."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Entries of before name none, which reads as any.
    op.add_column("change", sa.Column("product_id", sa.Integer))

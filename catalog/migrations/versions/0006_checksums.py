"""Rows get a checksum; it is filled in after every change of the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("product", "photo", "reading", "promotion"):
        op.add_column(table, sa.Column("checksum", sa.BigInteger))

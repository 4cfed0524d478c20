"""Which columns of a shop's files are which of ours, by the name of a map."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "column_map",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("theirs", sa.String(1000), nullable=False),
        sa.Column("ours", sa.String(64), nullable=False),
        sa.Column("checksum", sa.BigInteger),
    )
    op.create_index("ix_column_map_name", "column_map", ["name"])

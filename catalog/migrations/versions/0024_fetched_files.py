"""What was fetched from which address, and by what its server tells whether it has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "fetched_file",
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("source_digest", sa.String(64), nullable=False),
        sa.Column("etag", sa.String(500)),
        sa.Column("modified", sa.String(500)),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("address", name="pk_fetched_file"),
    )
    op.create_index("ix_fetched_file_asked_at", "fetched_file", ["asked_at"])

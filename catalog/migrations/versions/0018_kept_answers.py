"""What was answered to a write that may come again, under the key that it named."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("kept_at", sa.DateTime, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("digest", "part", name="pk_kept_answer"),
    )
    op.create_index("ix_kept_answer_kept_at", "kept_answer", ["kept_at"])

"""What pictures are known by, pairs of products that may be one, and where merged ones went."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("photo", sa.Column("perceptual_hash", sa.LargeBinary))
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("first_sku", sa.String(64), nullable=False),
        sa.Column("second_sku", sa.String(64), nullable=False),
        sa.Column("first_id", sa.Integer, nullable=False),
        sa.Column("second_id", sa.Integer, nullable=False),
        sa.Column("first_photo", sa.String(64), nullable=False),
        sa.Column("second_photo", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("found_at", sa.DateTime, nullable=False),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("stayed", sa.String(64)),
        sa.Column("seen_first", sa.Text, nullable=False),
        sa.Column("seen_second", sa.Text, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_duplicate_pair"),
        sa.UniqueConstraint(
            "first_sku", "second_sku", name="uq_duplicate_pair_first_sku_second_sku"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_duplicate_pair_state_rank", "duplicate_pair", ["state", "kind", "score", "id"]
    )
    op.create_index("ix_duplicate_pair_first_id", "duplicate_pair", ["first_id"])
    op.create_index("ix_duplicate_pair_second_id", "duplicate_pair", ["second_id"])
    op.create_table(
        "moved_sku",
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("stayed", sa.String(64), nullable=False),
        sa.Column("moved_at", sa.DateTime, nullable=False),
        sa.Column("moved_by", sa.String(64), nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("sku", name="pk_moved_sku"),
    )
    op.create_table(
        "compared_photos",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("newest", sa.Integer, nullable=False),
        sa.Column("older_from", sa.Integer, nullable=False),
        sa.Column("older_to", sa.Integer, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_compared_photos"),
    )
    # Photos of before have no hash yet: they are older ones, which a whole search begins with.
    op.execute(
        "INSERT INTO compared_photos (id, newest, older_from, older_to) "
        "SELECT 1, coalesce(max(id), 0), 0, coalesce(max(id), 0) FROM photo"
    )

"""Feeds that are fetched on a schedule, and which products came by them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.Column("every_minutes", sa.Integer, nullable=False),
        sa.Column("withdraws", sa.Integer, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("next_at", sa.DateTime, nullable=False),
        sa.Column("job", sa.Integer),
        sa.Column("rows", sa.Integer),
        sa.Column("read_at", sa.DateTime),
        sa.Column("source_digest", sa.String(64)),
        sa.Column("etag", sa.String(500)),
        sa.Column("modified", sa.String(500)),
        sa.Column("checksum", sa.BigInteger),
        sa.UniqueConstraint("name", name="uq_feed_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feed_item",
        sa.Column(
            "feed",
            sa.Integer,
            sa.ForeignKey("feed.id", name="fk_feed_item_feed"),
            nullable=False,
        ),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("feed", "sku", name="pk_feed_item"),
    )

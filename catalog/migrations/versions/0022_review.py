"""The queue of products that want a person's look, and what was decided in it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "review_item",
        sa.Column("product_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("photo_id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("worth", sa.Float),
        sa.Column("reasons", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(80)),
        sa.Column("held_until", sa.DateTime),
        sa.Column("checksum", sa.BigInteger),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], "fk_review_item_product_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name="pk_review_item"),
    )
    op.create_index("ix_review_item_state_worth", "review_item", ["state", "worth"])
    op.create_index("ix_review_item_worth", "review_item", ["worth"])
    op.create_index("ix_review_item_holder", "review_item", ["holder"])
    op.create_table(
        "review_state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("mark", sa.BigInteger, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("below", sa.Integer, nullable=False),
        sa.Column("checksum", sa.BigInteger),
    )
    op.create_table(
        "review_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("category", sa.String(64)),
        sa.Column("guess", sa.String(64)),
        sa.Column("worth", sa.Float, nullable=False),
        sa.Column("change_id", sa.Integer),
        sa.Column("undone_at", sa.DateTime),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_review_decision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_decision_who_id", "review_decision", ["who", "id"])
    op.create_index("ix_review_decision_at", "review_decision", ["at"])

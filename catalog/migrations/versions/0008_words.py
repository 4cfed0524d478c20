"""What a shop's words for categories stand for, and what a person had said of a product before."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "category_word",
        sa.Column("folded", sa.Text, primary_key=True),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("category", sa.String(64), nullable=False),
    )
    op.create_table(
        "earlier_word",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "product_id",
            sa.Integer,
            sa.ForeignKey("product.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("category", sa.String(64)),
        sa.Column("labelled_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_earlier_word_product_id", "earlier_word", ["product_id"])

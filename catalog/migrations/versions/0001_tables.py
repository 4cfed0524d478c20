"""The first tables: products, photos, readings, the change feed, promotions, identity."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_products()
    _create_photos_and_readings()
    op.create_table(
        "change",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("photo_id", sa.Integer),
        sa.PrimaryKeyConstraint("number", name="pk_change"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("source", sa.String(1000), nullable=False),
        sa.Column("promoted_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promotion"),
        sqlite_autoincrement=True,
    )
    identity = op.create_table(
        "identity",
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name="pk_identity"),
    )
    op.bulk_insert(identity, [{"uuid": str(uuid4())}])


def _create_products() -> None:
    op.create_table(
        "product",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("url", sa.String(2000)),
        sa.Column("price_cents", sa.Integer),
        sa.Column("currency", sa.String(3)),
        sa.Column("stock", sa.Integer, nullable=False),
        sa.Column("human_category", sa.String(64)),
        sa.Column("labelled_at", sa.DateTime),
        sa.Column("model_category", sa.String(64)),
        sa.Column("model_confidence", sa.Float),
        sa.Column(
            "category",
            sa.String(64),
            sa.Computed("coalesce(human_category, model_category)", persisted=True),
        ),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.CheckConstraint("price_cents >= 0", name="price_not_negative"),
        sa.CheckConstraint("stock >= 0", name="stock_not_negative"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("sku", name="uq_product_sku"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_product_category_id", "product", ["category", "id"])


def _create_photos_and_readings() -> None:
    op.create_table(
        "photo",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source_digest", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_photo_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_photo"),
        sa.UniqueConstraint("product_id", "digest", name="uq_photo_product_id_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_photo_product_id", "photo", ["product_id"])
    op.create_index("ix_photo_digest", "photo", ["digest"])
    op.create_table(
        "reading",
        sa.Column("photo_id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("probabilities", sa.LargeBinary, nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name="fk_reading_photo_id"),
        sa.PrimaryKeyConstraint("photo_id", "fingerprint", name="pk_reading"),
    )

"""Titles and SKUs are kept folded beside, so that words are found however they are written."""

import sqlalchemy as sa
from alembic import op

from catalog.words import fold

revision = "0005"
down_revision = "0004"

_AT_ONCE = 10_000
_SOME = sa.text("SELECT id, sku, title FROM product WHERE id > :after ORDER BY id LIMIT :most")
_FILL = sa.text("UPDATE product SET folded_sku = :sku, folded_title = :title WHERE id = :id")


def upgrade() -> None:
    for name in ("folded_sku", "folded_title"):
        op.add_column("product", sa.Column(name, sa.Text, nullable=False, server_default=""))
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_SOME, {"after": after, "most": _AT_ONCE}).all():
        folded = [{"id": row.id, "sku": fold(row.sku), "title": fold(row.title)} for row in rows]
        connection.execute(_FILL, folded)
        after = rows[-1].id

"""The shop's own words for colours are kept folded beside, so that the staff find them."""

import sqlalchemy as sa
from alembic import op

from catalog.words import fold

revision = "0026"
down_revision = "0025"

_AT_ONCE = 10_000
_SOME = sa.text(
    "SELECT id, shop_colour FROM product WHERE id > :after AND shop_colour IS NOT NULL"
    " ORDER BY id LIMIT :most"
)
_FILL = sa.text("UPDATE product SET folded_shop_colour = :folded WHERE id = :id")


def upgrade() -> None:
    op.add_column("product", sa.Column("folded_shop_colour", sa.Text))
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_SOME, {"after": after, "most": _AT_ONCE}).all():
        folded = [{"id": row.id, "folded": fold(str(row.shop_colour))} for row in rows]
        connection.execute(_FILL, folded)
        after = rows[-1].id

"""Every row has a checksum: those of the feed, of words and of the identity, too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for table in ("change", "earlier_word", "category_word", "identity"):
        op.add_column(table, sa.Column("checksum", sa.BigInteger))

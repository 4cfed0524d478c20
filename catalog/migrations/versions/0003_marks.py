"""Every change gets a mark drawn at random, so that two pasts with the same numbers differ."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # SQLite adds a column with a default that it works out only by copying the table.
    with op.batch_alter_table("change", recreate="always") as table:
        table.add_column(
            sa.Column("mark", sa.BigInteger, nullable=False, server_default=sa.text("(random())"))
        )

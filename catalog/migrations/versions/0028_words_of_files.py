"""Whose word a category is: a supplier's file's, or a person's."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    # Of words said before nobody knows whose they were: they count as a person's, as they did.
    op.add_column("product", sa.Column("labelled_by", sa.String(8)))
    op.add_column("earlier_word", sa.Column("labelled_by", sa.String(8)))

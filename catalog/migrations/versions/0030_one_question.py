"""What else a decision in the review was for."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("review_decision", sa.Column("also", sa.Text, nullable=False, server_default=""))

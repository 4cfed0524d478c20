"""What the staff changed, with what it was before, and the pictures that an undo may want."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "staff_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.Integer),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("undoes", sa.Integer),
        sa.Column("products", sa.Integer, nullable=False),
        sa.Column("undone", sa.Integer, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_staff_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_change_at", "staff_change", ["at"])
    op.create_index("ix_staff_change_undoes", "staff_change", ["undoes"])
    op.create_table(
        "staff_change_part",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("change_id", sa.Integer, nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("products", sa.Integer, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("undone_by", sa.Integer),
        sa.Column("checksum", sa.BigInteger),
        sa.ForeignKeyConstraint(
            ["change_id"], ["staff_change.id"], "fk_staff_change_part_change_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_change_part"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_change_part_change_id_id", "staff_change_part", ["change_id", "id"])
    op.create_table(
        "kept_picture",
        sa.Column("change_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.ForeignKeyConstraint(
            ["change_id"], ["staff_change.id"], "fk_kept_picture_change_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "digest", name="pk_kept_picture"),
    )
    op.create_index("ix_kept_picture_digest", "kept_picture", ["digest"])

"""Background work: what is to be done, how far it is, and what it has to tell line by line."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wish", sa.String(16)),
        sa.Column("actor_kind", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.Integer),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("folder", sa.String(64)),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("rate", sa.Float),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("message", sa.String(1000), nullable=False),
        sa.Column("result", sa.String(200)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("started_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("not_before", sa.DateTime),
        sa.Column("beaten_at", sa.DateTime),
        sa.Column("worker", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_state_id", "job", ["state", "id"])
    op.create_index("ix_job_ended_at", "job", ["ended_at"])
    op.create_table(
        "job_line",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("checksum", sa.BigInteger),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], "fk_job_line_job_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_job_line"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_line_job_id_kind_line", "job_line", ["job_id", "kind", "line"])

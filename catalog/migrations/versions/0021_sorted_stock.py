"""The list of the staff is sorted by what an index holds in order."""

from alembic import op

revision = "0021"
down_revision = "0020"

_COLUMNS = ("folded_title", "price_cents", "stock", "model_confidence", "updated_at")


def upgrade() -> None:
    for column in _COLUMNS:
        op.create_index(f"ix_product_{column}", "product", [column])

"""What is usual is learnt from those who came first, not from those who were tested most."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index_golds_by("worker_id")


def downgrade() -> None:
    _index_golds_by("golds")


def _index_golds_by(column: str) -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_index("ix_standings_golds", "standings")
    tested = sa.text("golds > 0")
    op.create_index(
        "ix_standings_golds",
        "standings",
        ["project_id", column],
        postgresql_where=tested,
        sqlite_where=tested,
    )

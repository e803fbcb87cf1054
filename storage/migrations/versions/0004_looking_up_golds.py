"""Indexes with which golds and standings are looked up, so that neither is read whole."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.create_index("ix_golds_state", "golds", ["project_id", "state", "task_id"])
    create_partial_index(
        "ix_golds_contradicted", "golds", ["task_id"], where="state = 'live' AND contradicted > 0"
    )
    create_partial_index("ix_golds_suspended", "golds", ["task_id"], where="state = 'suspended'")
    create_partial_index("ix_standings_golds", "standings", ["project_id", "golds"], where="golds > 0")


def downgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_index("ix_standings_golds", "standings")
    op.drop_index("ix_golds_suspended", "golds")
    op.drop_index("ix_golds_contradicted", "golds")
    op.drop_index("ix_golds_state", "golds")


def create_partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)

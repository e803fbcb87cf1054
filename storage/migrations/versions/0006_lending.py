"""Lending a task writes less: one index of leases by task and worker, and no lock on the project's row."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IS_NOT_UNDONE = sa.text("state != 'undone'")


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    create_unique_index("uq_leases_task_id_worker_id", ["task_id", "worker_id"])
    op.drop_index("uq_leases_worker_id_task_id", "leases")
    op.drop_index("ix_leases_task_id", "leases")
    if is_postgresql():
        op.drop_constraint("fk_leases_project_id", "leases", type_="foreignkey")


def downgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    if is_postgresql():
        op.create_foreign_key("fk_leases_project_id", "leases", "projects", ["project_id"], ["id"])
    op.create_index("ix_leases_task_id", "leases", ["task_id"])
    create_unique_index("uq_leases_worker_id_task_id", ["worker_id", "task_id"])
    op.drop_index("uq_leases_task_id_worker_id", "leases")


def create_unique_index(name: str, columns: list[str]) -> None:
    op.create_index(
        name, "leases", columns, unique=True, postgresql_where=IS_NOT_UNDONE, sqlite_where=IS_NOT_UNDONE
    )


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"

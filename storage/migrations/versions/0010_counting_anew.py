"""Golds whose key has changed: what was answered on them is to be counted anew."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Keys may have changed before: all golds that somebody was asked are counted anew once."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.create_table(
        "recounts",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("task_id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("after", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recounts")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_recounts_task_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_recounts_project_id")),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO recounts (task_id, project_id, after)"
        " SELECT task_id, project_id, 0 FROM golds WHERE shown > 0 ORDER BY task_id"
    )


def downgrade() -> None:
    """What was not counted anew by then stays as it is."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.drop_table("recounts")

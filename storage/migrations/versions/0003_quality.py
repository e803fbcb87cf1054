"""Gold with a purpose, standing, versioned verdicts, and the frontier of tasks in play."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW_TABLES = ("feeds", "frontier", "quality_models", "verdicts", "sanctions", "standings", "golds")
NEW_TASK_COLUMNS = ("audit", "verdict_version", "soft", "confidence", "choice", "machine")


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    extend_tasks_leases_and_projects()
    create_golds()
    create_standings()
    create_sanctions()
    create_verdicts()
    create_frontier()
    order_open_tasks_by(["project_id", "position"])
    leave_room_on_pages(percent=10)
    op.execute(GOLDS_OF_THE_CLIENTS)
    op.execute("UPDATE projects SET has_gold = TRUE WHERE id IN (SELECT project_id FROM golds)")


def downgrade() -> None:
    """Takes away what was learnt; answers, pay and statuses stay. What was disputed is closed again."""
    limit_lock_wait(op.get_bind(), seconds=5)
    op.execute("UPDATE tasks SET status = 'closed' WHERE status = 'disputed'")
    for table in NEW_TABLES:
        op.drop_table(table)
    op.drop_column("projects", "has_gold")
    op.drop_index("ix_leases_gold", "leases")
    op.drop_column("leases", "purpose")
    op.drop_column("projects", "shuffle_choices")
    for column in NEW_TASK_COLUMNS:
        op.drop_column("tasks", column)
    leave_room_on_pages(percent=0)
    order_open_tasks_by(["project_id", "taken", "position"])


# Every second gold teaches, the others measure, each choice in turn: see tasks/quality/gold.py.
GOLDS_OF_THE_CLIENTS = """
    INSERT INTO golds (task_id, project_id, choice, role, state, origin, shown, contradicted, state_seen)
    SELECT id, project_id, gold,
        CASE WHEN row_number() OVER (PARTITION BY project_id ORDER BY gold, position) % 2 = 1
            THEN 'teaching' ELSE 'silent' END,
        'live', 'client', answers, 0, TRUE
    FROM tasks WHERE gold IS NOT NULL
"""


def create_partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)


def extend_tasks_leases_and_projects() -> None:
    for column in (
        sa.Column("machine", sa.String(length=64)),
        sa.Column("choice", sa.String(length=64)),
        sa.Column("confidence", sa.Double()),
        sa.Column("soft", sa.JSON()),
        sa.Column("verdict_version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("audit", sa.JSON()),
    ):
        op.add_column("tasks", column)
    op.add_column("leases", sa.Column("purpose", sa.String(length=8), nullable=False, server_default="work"))
    op.add_column("projects", sa.Column("has_gold", sa.Boolean(), nullable=False, server_default=sa.false()))
    create_partial_index(
        "ix_leases_gold", "leases", ["worker_id", "project_id", "id"], where="purpose <> 'work'"
    )
    op.add_column(
        "projects", sa.Column("shuffle_choices", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def create_golds() -> None:
    op.create_table(
        "golds",
        sa.Column("task_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("choice", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("contradicted", sa.Integer(), nullable=False),
        sa.Column("state_seen", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_golds")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_golds_task_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_golds_project_id")),
    )
    create_partial_index(
        "ix_golds_live", "golds", ["project_id", "role", "shown", "task_id"], where="state = 'live'"
    )


def create_standings() -> None:
    op.create_table(
        "standings",
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("golds", sa.Integer(), nullable=False),
        sa.Column("golds_right", sa.Integer(), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("refreshers", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Double(), nullable=False),
        sa.Column("credit", sa.JSON(), nullable=False),
        sa.Column("accuracy", sa.Double()),
        sa.Column("accuracy_low", sa.Double()),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("pace", sa.JSON(), nullable=False),
        sa.Column("renewed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("project_id", "worker_id", name=op.f("pk_standings")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_standings_project_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_standings_worker_id")),
    )
    create_partial_index(
        "ix_standings_out", "standings", ["worker_id", "project_id"], where="step IN ('paused', 'removed')"
    )


def create_sanctions() -> None:
    op.create_table(
        "sanctions",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("appeal", sa.String(length=16), nullable=False),
        sa.Column("appealed_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_sanctions_project_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_sanctions_worker_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sanctions_worker", "sanctions", ["worker_id", "project_id", "id"])
    create_partial_index("ix_sanctions_holding", "sanctions", ["made_at", "id"], where="ended_at IS NULL")


def create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("task_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("soft", sa.JSON(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "version", name=op.f("pk_verdicts")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_verdicts_task_id")),
    )
    op.create_table(
        "quality_models",
        sa.Column("project_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("fitted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_quality_models")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_quality_models_project_id")),
    )


def create_frontier() -> None:
    op.create_table(
        "frontier",
        sa.Column("task_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("rnd", sa.Integer(), nullable=False),
        sa.Column("need", sa.SmallInteger(), nullable=False),
        sa.Column("image_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_frontier")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_frontier_task_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_frontier_project_id")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_frontier_draw", "frontier", ["project_id", "bucket", "rnd"])
    op.create_table(
        "feeds",
        sa.Column("project_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_feeds")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_feeds_project_id")),
    )


def order_open_tasks_by(columns: list[str]) -> None:
    """The frontier is fed in the order of import; who has fewest answers no longer matters there."""
    op.drop_index("ix_tasks_open", "tasks")
    create_partial_index("ix_tasks_open", "tasks", columns, where="status = 'open'")


def leave_room_on_pages(*, percent: int) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE tasks SET (fillfactor = {100 - percent})")

"""The first shape of the database: workers, projects, tasks, leases with their answers, books, outbox."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait
from storage.ledger_rules import CREATE_RULES, DROP_RULES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    create_workers()
    create_accounts()
    create_consents()
    create_projects()
    create_tasks()
    create_leases()
    create_entries()
    create_postings()
    create_balances()
    create_outbox()
    create_work_waits()
    create_quarantine()
    create_picture_handles()
    for statement in CREATE_RULES[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    for table in (
        "picture_handles",
        "quarantine",
        "work_waits",
        "outbox",
        "balances",
        "postings",
        "entries",
        "leases",
        "tasks",
        "projects",
        "consents",
        "accounts",
        "workers",
    ):
        op.drop_table(table)
    for statement in DROP_RULES[op.get_bind().dialect.name]:
        op.execute(statement)


def create_partial_index(
    name: str, table: str, columns: list[str], *, where: str, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def create_workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("consent_version", sa.String(length=64)),
        sa.Column("join_code", sa.String(length=64)),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("status_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        sqlite_autoincrement=True,
    )


def create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("reachable_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_accounts_worker_id")),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_accounts_worker_id")),
    )


def create_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_consents_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consents_worker_id"), "consents", ["worker_id"])


def create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_micros", sa.BigInteger(), nullable=False),
        sa.Column("answers_min", sa.Integer(), nullable=False),
        sa.Column("answers_max", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("gold_share", sa.Double(), nullable=False),
        sa.Column("lease_minutes", sa.Integer(), nullable=False),
        sa.Column("seconds_estimate", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("slug", name=op.f("uq_projects_slug")),
        sqlite_autoincrement=True,
    )


def create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.String(length=64), nullable=False),
        sa.Column("gold", sa.String(length=64)),
        sa.Column("explanations", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("cant_tells", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "taken >= 0 AND answers >= 0 AND cant_tells >= 0 AND reports >= 0", name=op.f("ck_tasks_tally")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_tasks_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("project_id", "key", name=op.f("uq_tasks_project_id_key")),
        sqlite_autoincrement=True,
    )
    create_partial_index(
        "ix_tasks_open", "tasks", ["project_id", "taken", "position"], where="status = 'open'"
    )
    create_partial_index("ix_tasks_set_aside", "tasks", ["id"], where="status IN ('broken', 'unclear')")


def create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("task_id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_micros", sa.BigInteger(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("previous_id", BIG_ID),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("choice", sa.String(length=64)),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("seconds", sa.Double()),
        sa.Column("answer_status", sa.String(length=16)),
        sa.CheckConstraint(
            "state <> 'answered' OR choice IS NOT NULL", name=op.f("ck_leases_answered_has_answer")
        ),
        sa.CheckConstraint(
            "(choice IS NULL) = (answered_at IS NULL) AND (choice IS NULL) = (seconds IS NULL)"
            " AND (choice IS NULL) = (answer_status IS NULL)",
            name=op.f("ck_leases_answer_is_whole"),
        ),
        sa.ForeignKeyConstraint(["previous_id"], ["leases.id"], name=op.f("fk_leases_previous_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_leases_project_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_leases_task_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_leases_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
        sqlite_autoincrement=True,
    )
    create_partial_index(
        "ix_leases_answered", "leases", ["project_id", "answered_at"], where="answered_at IS NOT NULL"
    )
    create_partial_index(
        "ix_leases_ended", "leases", ["worker_id", "project_id", "id"], where="state = 'ended'"
    )
    create_partial_index("ix_leases_open", "leases", ["worker_id", "project_id"], where="state = 'open'")
    create_partial_index("ix_leases_overdue", "leases", ["ends_at"], where="state = 'open'")
    create_partial_index(
        "ix_leases_recent", "leases", ["worker_id", "answered_at", "id"], where="answered_at IS NOT NULL"
    )
    create_partial_index(
        "ix_leases_settled",
        "leases",
        ["worker_id", "project_id", "settled_at", "id"],
        where="state IN ('answered', 'reported')",
    )
    op.create_index(op.f("ix_leases_task_id"), "leases", ["task_id"])
    create_partial_index(
        "uq_leases_worker_id_task_id",
        "leases",
        ["worker_id", "task_id"],
        where="state != 'undone'",
        unique=True,
    )


def create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entries")),
    )


def create_postings() -> None:
    op.create_table(
        "postings",
        sa.Column("entry_key", sa.String(length=128), nullable=False),
        sa.Column("leg", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=128), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("micros <> 0", name=op.f("ck_postings_moves_something")),
        sa.ForeignKeyConstraint(
            ["entry_key"],
            ["entries.key"],
            name=op.f("fk_postings_entry_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("entry_key", "leg", name=op.f("pk_postings")),
    )


def create_balances() -> None:
    op.create_table(
        "balances",
        sa.Column("account", sa.String(length=128), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "currency", "day", "shard", name=op.f("pk_balances")),
    )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_outbox_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    create_partial_index("ix_outbox_waiting", "outbox", ["due_at", "id"], where="state = 'waiting'")


def create_work_waits() -> None:
    op.create_table(
        "work_waits",
        sa.Column("worker_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_work_waits_worker_id")),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_work_waits")),
    )


def create_quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("channel", "event_id", name=op.f("uq_quarantine_channel_event_id")),
        sqlite_autoincrement=True,
    )


def create_picture_handles() -> None:
    op.create_table(
        "picture_handles",
        sa.Column("image_id", sa.String(length=64), nullable=False),
        sa.Column("messenger", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("image_id", "messenger", name=op.f("pk_picture_handles")),
    )

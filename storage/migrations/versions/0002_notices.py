"""Notices and their deliveries, which take in the outbox; places, supervisors, and codes to come in with."""

import sqlalchemy as sa
from alembic import op

from storage.engine import limit_lock_wait

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTED = (
    *("planned", "sending", "sent", "unknown", "blocked", "gone", "refused", "skipped"),
    *("retracted", "read", "answer_1", "answer_2", "answer_3", "answer_4"),
)


def upgrade() -> None:
    limit_lock_wait(op.get_bind(), seconds=5)
    extend_workers()
    create_places()
    create_supervisors()
    create_invitations()
    create_join_codes()
    create_awaited_inputs()
    create_notices()
    create_notice_tallies()
    create_deliveries()
    op.execute(OUTBOX_TO_DELIVERIES)
    op.drop_table("outbox")


def downgrade() -> None:
    """Takes the notices away; what the program itself had to say goes back into the outbox."""
    limit_lock_wait(op.get_bind(), seconds=5)
    create_outbox()
    op.execute(DELIVERIES_TO_OUTBOX)
    for table in (
        "deliveries",
        "notice_tallies",
        "notices",
        "awaited_inputs",
        "join_codes",
        "invitations",
        "supervisors",
        "places",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_workers_place"), "workers")
    for column in ("silenced", "quiet_until", "quiet_from", "place"):
        op.drop_column("workers", column)


# What failed says why with the messenger's reason first: "blocked", or "bad: chat not found".
OUTBOX_TO_DELIVERIES = """
    INSERT INTO deliveries
        (worker_id, key, kind, facts, state, due_at, attempts, sent_at, reason)
    SELECT worker_id, key, kind, facts,
        CASE
            WHEN state = 'waiting' THEN 'planned'
            WHEN state = 'sent' THEN 'sent'
            WHEN reason LIKE 'blocked%' THEN 'blocked'
            WHEN reason LIKE 'gone%' THEN 'gone'
            ELSE 'refused'
        END,
        due_at, attempts,
        CASE WHEN state = 'sent' THEN settled_at END,
        reason
    FROM outbox ORDER BY id
"""

# What was on its way may have arrived, and is not said again.
DELIVERIES_TO_OUTBOX = """
    INSERT INTO outbox
        (key, worker_id, kind, facts, state, due_at, attempts, settled_at, reason)
    SELECT key, worker_id, kind, facts,
        CASE
            WHEN state = 'planned' THEN 'waiting'
            WHEN state IN ('sending', 'sent', 'unknown', 'retracted') THEN 'sent'
            ELSE 'failed'
        END,
        due_at, attempts,
        CASE WHEN state <> 'planned' THEN coalesce(sent_at, sending_since, due_at) END,
        reason
    FROM deliveries WHERE notice_id IS NULL ORDER BY id
"""


def create_partial_index(
    name: str, table: str, columns: list[str], *, where: str, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def extend_workers() -> None:
    op.add_column("workers", sa.Column("place", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("workers", sa.Column("quiet_from", sa.SmallInteger(), nullable=False, server_default="21"))
    op.add_column("workers", sa.Column("quiet_until", sa.SmallInteger(), nullable=False, server_default="7"))
    op.add_column("workers", sa.Column("silenced", sa.String(length=64), nullable=False, server_default=""))
    op.create_index(op.f("ix_workers_place"), "workers", ["place"])


def create_places() -> None:
    op.create_table(
        "places",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("path", name=op.f("uq_places_path")),
        sqlite_autoincrement=True,
    )


def create_supervisors() -> None:
    op.create_table(
        "supervisors",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisors")),
        sqlite_autoincrement=True,
    )
    create_partial_index(
        "uq_supervisors_channel_external_id",
        "supervisors",
        ["channel", "external_id"],
        where="withdrawn_at IS NULL",
        unique=True,
    )


def create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("made_by_channel", sa.String(length=32), nullable=False),
        sa.Column("made_by_id", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_invitations")),
    )


def create_join_codes() -> None:
    op.create_table(
        "join_codes",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("recruiter", sa.String(length=64), nullable=False),
        sa.Column("quota", sa.Integer()),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger()),
        sa.CheckConstraint(
            "used >= 0 AND (quota IS NULL OR used <= quota)", name=op.f("ck_join_codes_within_quota")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_join_codes")),
    )
    op.create_index(op.f("ix_join_codes_place"), "join_codes", ["place"])


def create_awaited_inputs() -> None:
    op.create_table(
        "awaited_inputs",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_awaited_inputs")),
    )


def create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("author_channel", sa.String(length=32)),
        sa.Column("author_id", sa.String(length=128)),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("picture", sa.String(length=64)),
        sa.Column("voice", sa.String(length=64)),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("local_time", sa.String(length=16)),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("progress_chat", sa.String(length=128)),
        sa.Column("progress_message", sa.String(length=128)),
        sa.Column("watched_at", sa.BigInteger()),
        sa.Column("reported", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    create_partial_index(
        "ix_notices_active", "notices", ["id"], where="status IN ('confirmed', 'sending', 'retracting')"
    )
    op.create_index("ix_notices_author", "notices", ["author_channel", "author_id", "id"])


def create_notice_tallies() -> None:
    op.create_table(
        "notice_tallies",
        sa.Column("notice_id", BIG_ID, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in COUNTED),
        sa.CheckConstraint(
            " AND ".join(f"{name} >= 0" for name in COUNTED), name=op.f("ck_notice_tallies_counts")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_tallies_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice_tallies")),
    )


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, sa.Identity(), nullable=False),
        sa.Column("notice_id", BIG_ID),
        sa.Column("worker_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=128)),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("sending_since", sa.BigInteger()),
        sa.Column("chat", sa.String(length=128)),
        sa.Column("message", sa.String(length=128)),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("read_at", sa.BigInteger()),
        sa.Column("answer", sa.SmallInteger()),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint(
            "(notice_id IS NULL) = (key IS NOT NULL)", name=op.f("ck_deliveries_notice_or_key")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_deliveries_notice_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name=op.f("fk_deliveries_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
        sqlite_autoincrement=True,
    )
    create_partial_index(
        "uq_deliveries_worker_id_notice_id",
        "deliveries",
        ["worker_id", "notice_id"],
        where="notice_id IS NOT NULL",
        unique=True,
    )
    op.create_index("ix_deliveries_next", "deliveries", ["notice_id", "state", "due_at", "id"])
    create_partial_index("ix_deliveries_sending", "deliveries", ["sending_since"], where="state = 'sending'")


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

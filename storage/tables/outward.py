"""Notices and their deliveries; what could not be read; what messengers call our pictures."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from storage.columns import BigId, Moment
from storage.tables.shared import id_column, metadata

DELIVERIES_ONE_PER_WORKER = "uq_deliveries_worker_id_notice_id"

notices = Table(
    "notices",
    metadata,
    id_column(),
    # Without an author it was written on the command line.
    Column("author_channel", String(32)),
    Column("author_id", String(128)),
    Column("language", String(35), nullable=False),
    Column("scope", String(120), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("texts", JSON, nullable=False),
    Column("receipt", String(16), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("picture", String(64)),
    Column("voice", String(64)),
    Column("audience", JSON, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("local_time", String(16)),
    Column("made_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("ended_at", Moment),
    Column("progress_chat", String(128)),
    Column("progress_message", String(128)),
    Column("watched_at", Moment),
    Column("reported", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

NOTICE_IS_ACTIVE = notices.c.status.in_(
    (literal_column("'confirmed'"), literal_column("'sending'"), literal_column("'retracting'"))
)
Index("ix_notices_active", notices.c.id, postgresql_where=NOTICE_IS_ACTIVE, sqlite_where=NOTICE_IS_ACTIVE)
Index("ix_notices_author", notices.c.author_channel, notices.c.author_id, notices.c.id)

# How many deliveries are in each state: counted by whoever changes a state, in the same transaction.
TALLIED = (
    "planned",
    "sending",
    "sent",
    "unknown",
    "blocked",
    "gone",
    "refused",
    "skipped",
    "retracted",
    "read",
    "answer_1",
    "answer_2",
    "answer_3",
    "answer_4",
)
notice_tallies = Table(
    "notice_tallies",
    metadata,
    Column("notice_id", BigId, ForeignKey("notices.id"), primary_key=True, autoincrement=False),
    *(Column(name, Integer, nullable=False, server_default="0") for name in TALLIED),
    CheckConstraint(" AND ".join(f"{name} >= 0" for name in TALLIED), name="counts"),
)

# One message to one worker: a supervisor's notice, or without one, something the program itself has to say.
deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    Column("notice_id", BigId, ForeignKey("notices.id")),
    Column("worker_id", BigId, ForeignKey("workers.id"), nullable=False),
    Column("key", String(128), unique=True),
    Column("kind", String(32), nullable=False),
    Column("facts", JSON),
    Column("state", String(16), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("sending_since", Moment),
    Column("chat", String(128)),
    Column("message", String(128)),
    Column("sent_at", Moment),
    Column("read_at", Moment),
    Column("answer", SmallInteger),
    Column("reason", Text),
    CheckConstraint("(notice_id IS NULL) = (key IS NOT NULL)", name="notice_or_key"),
    sqlite_autoincrement=True,
)

DELIVERY_IS_SENDING = deliveries.c.state == literal_column("'sending'")
DELIVERY_HAS_NOTICE = deliveries.c.notice_id.is_not(None)
Index(
    DELIVERIES_ONE_PER_WORKER,
    deliveries.c.worker_id,
    deliveries.c.notice_id,
    unique=True,
    postgresql_where=DELIVERY_HAS_NOTICE,
    sqlite_where=DELIVERY_HAS_NOTICE,
)
Index("ix_deliveries_next", deliveries.c.notice_id, deliveries.c.state, deliveries.c.due_at, deliveries.c.id)
Index(
    "ix_deliveries_sending",
    deliveries.c.sending_since,
    postgresql_where=DELIVERY_IS_SENDING,
    sqlite_where=DELIVERY_IS_SENDING,
)

quarantine = Table(
    "quarantine",
    metadata,
    id_column(),
    Column("channel", String(32), nullable=False),
    Column("event_id", String(128), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("channel", "event_id"),
    sqlite_autoincrement=True,
)

picture_handles = Table(
    "picture_handles",
    metadata,
    Column("image_id", String(64), primary_key=True),
    Column("messenger", String(64), primary_key=True),
    Column("handle", Text, nullable=False),
)

"""Workers and their accounts, places, and who looks after whom."""

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
)

from storage.columns import BigId, Moment
from storage.tables.shared import id_column, metadata

ACCOUNTS_PRIMARY_KEY = "pk_accounts"
SUPERVISORS_ONE_PER_ACCOUNT = "uq_supervisors_channel_external_id"

workers = Table(
    "workers",
    metadata,
    id_column(),
    Column("language", String(35), nullable=False),
    Column("status", String(16), nullable=False),
    Column("consent_version", String(64)),
    Column("join_code", String(64)),
    Column("time_zone", String(64), nullable=False),
    # Empty: nowhere in particular. No foreign key, since places may be taken in again in another order.
    Column("place", String(120), nullable=False, index=True, server_default=""),
    Column("quiet_from", SmallInteger, nullable=False, server_default="21"),
    Column("quiet_until", SmallInteger, nullable=False, server_default="7"),
    Column("silenced", String(64), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("status_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

accounts = Table(
    "accounts",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("external_id", String(128), primary_key=True),
    # One account per worker, until a person can join a second one.
    Column("worker_id", BigId, ForeignKey("workers.id"), nullable=False, unique=True),
    Column("reachable", Boolean, nullable=False),
    Column("reachable_at", Moment, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    id_column(),
    Column("worker_id", BigId, ForeignKey("workers.id"), nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

work_waits = Table(
    "work_waits",
    metadata,
    Column("worker_id", BigId, ForeignKey("workers.id"), primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
)

places = Table(
    "places",
    metadata,
    id_column(),
    Column("path", String(120), nullable=False, unique=True),
    Column("names", JSON, nullable=False),
    Column("time_zone", String(64)),
    sqlite_autoincrement=True,
)

supervisors = Table(
    "supervisors",
    metadata,
    id_column(),
    Column("channel", String(32), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("scope", String(120), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    sqlite_autoincrement=True,
)

SUPERVISOR_IS_THERE = supervisors.c.withdrawn_at.is_(None)
Index(
    SUPERVISORS_ONE_PER_ACCOUNT,
    supervisors.c.channel,
    supervisors.c.external_id,
    unique=True,
    postgresql_where=SUPERVISOR_IS_THERE,
    sqlite_where=SUPERVISOR_IS_THERE,
)

invitations = Table(
    "invitations",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("scope", String(120), nullable=False),
    Column("made_by_channel", String(32), nullable=False),
    Column("made_by_id", String(128), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
)

join_codes = Table(
    "join_codes",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("place", String(120), nullable=False, index=True),
    Column("recruiter", String(64), nullable=False),
    Column("quota", Integer),
    Column("used", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment),
    CheckConstraint("used >= 0 AND (quota IS NULL OR used <= quota)", name="within_quota"),
)

awaited_inputs = Table(
    "awaited_inputs",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("external_id", String(128), primary_key=True),
    Column("what", String(64), nullable=False),
    Column("since", Moment, nullable=False),
)

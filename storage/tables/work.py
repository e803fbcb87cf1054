"""Projects, tasks, leases and the answers on them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
)

from storage.columns import BigId, Moment
from storage.tables.shared import id_column, metadata

LEASES_ONE_PER_WORKER_AND_TASK = "uq_leases_task_id_worker_id"

projects = Table(
    "projects",
    metadata,
    id_column(),
    Column("slug", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("price_micros", BigInteger, nullable=False),
    Column("answers_min", Integer, nullable=False),
    Column("answers_max", Integer, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("gold_share", Double, nullable=False),
    Column("lease_minutes", Integer, nullable=False),
    Column("seconds_estimate", Integer, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("titles", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("has_gold", Boolean, nullable=False, server_default=false()),
    Column("shuffle_choices", Boolean, nullable=False, server_default=false()),
    Column("created_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

tasks = Table(
    "tasks",
    metadata,
    id_column(),
    Column("project_id", BigId, ForeignKey("projects.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("image_id", String(64), nullable=False),
    Column("gold", String(64)),
    Column("explanations", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("taken", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("cant_tells", Integer, nullable=False),
    Column("reports", Integer, nullable=False),
    # A machine's guess, from the project folder.
    Column("machine", String(64)),
    # What the answers add up to so far; the versions of the verdict stand in their own table.
    Column("choice", String(64)),
    Column("confidence", Double),
    Column("soft", JSON),
    Column("verdict_version", Integer, nullable=False, server_default="0"),
    # A closed task that gets extra answers, to see how often such verdicts hold: the belief it closed with.
    Column("audit", JSON),
    UniqueConstraint("project_id", "key"),
    CheckConstraint("taken >= 0 AND answers >= 0 AND cant_tells >= 0 AND reports >= 0", name="tally"),
    sqlite_autoincrement=True,
    # Room on each page for the next version of a row, so that counting up moves nothing.
    postgresql_with={"fillfactor": "90"},
)

# The statuses below are literals in the index and in the queries, never parameters: a plan that PostgreSQL
# keeps for all parameters could not use a partial index otherwise.
TASK_IS_OPEN = tasks.c.status == literal_column("'open'")
TASK_IS_SET_ASIDE = tasks.c.status.in_((literal_column("'broken'"), literal_column("'unclear'")))

# Read by the feeder, in the order of import. It holds no counter: a task that is lent changes no index.
Index(
    "ix_tasks_open",
    tasks.c.project_id,
    tasks.c.position,
    postgresql_where=TASK_IS_OPEN,
    sqlite_where=TASK_IS_OPEN,
)
Index("ix_tasks_set_aside", tasks.c.id, postgresql_where=TASK_IS_SET_ASIDE, sqlite_where=TASK_IS_SET_ASIDE)

# One row is one lease and, once answered, its answer: there can be no second answer on a lease.
leases = Table(
    "leases",
    metadata,
    id_column(),
    Column("task_id", BigId, ForeignKey("tasks.id"), nullable=False),
    Column("project_id", BigId, nullable=False),
    Column("worker_id", BigId, ForeignKey("workers.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("price_micros", BigInteger, nullable=False),
    Column("shown_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("previous_id", BigId, ForeignKey("leases.id")),
    Column("purpose", String(8), nullable=False, server_default="work"),
    # Orders what she did in a project: when she answered, or when the picture that she reported was shown.
    Column("settled_at", Moment),
    Column("choice", String(64)),
    Column("answered_at", Moment),
    Column("seconds", Double),
    Column("answer_status", String(16)),
    CheckConstraint(
        "(choice IS NULL) = (answered_at IS NULL) AND (choice IS NULL) = (seconds IS NULL)"
        " AND (choice IS NULL) = (answer_status IS NULL)",
        name="answer_is_whole",
    ),
    CheckConstraint("state <> 'answered' OR choice IS NOT NULL", name="answered_has_answer"),
    # A lease has the project of its task anyway. To check it PostgreSQL would lock the project's one row for
    # each lease, and everybody who is lent a task would meet there.
    ForeignKeyConstraint(["project_id"], ["projects.id"]).ddl_if(dialect="sqlite"),
    sqlite_autoincrement=True,
)

LEASE_IS_OPEN = leases.c.state == literal_column("'open'")
LEASE_IS_ENDED = leases.c.state == literal_column("'ended'")
LEASE_IS_NOT_UNDONE = leases.c.state != literal_column("'undone'")
LEASE_IS_SETTLED = leases.c.state.in_((literal_column("'answered'"), literal_column("'reported'")))
LEASE_HAS_ANSWER = leases.c.answered_at.is_not(None)
LEASE_IS_GOLD = leases.c.purpose != literal_column("'work'")

# By task first: what is lent lies close together there, while workers come from everywhere.
Index(
    LEASES_ONE_PER_WORKER_AND_TASK,
    leases.c.task_id,
    leases.c.worker_id,
    unique=True,
    postgresql_where=LEASE_IS_NOT_UNDONE,
    sqlite_where=LEASE_IS_NOT_UNDONE,
)
Index(
    "ix_leases_open",
    leases.c.worker_id,
    leases.c.project_id,
    postgresql_where=LEASE_IS_OPEN,
    sqlite_where=LEASE_IS_OPEN,
)
Index("ix_leases_overdue", leases.c.ends_at, postgresql_where=LEASE_IS_OPEN, sqlite_where=LEASE_IS_OPEN)
Index(
    "ix_leases_ended",
    leases.c.worker_id,
    leases.c.project_id,
    leases.c.id,
    postgresql_where=LEASE_IS_ENDED,
    sqlite_where=LEASE_IS_ENDED,
)
Index(
    "ix_leases_settled",
    leases.c.worker_id,
    leases.c.project_id,
    leases.c.settled_at,
    leases.c.id,
    postgresql_where=LEASE_IS_SETTLED,
    sqlite_where=LEASE_IS_SETTLED,
)
Index(
    "ix_leases_recent",
    leases.c.worker_id,
    leases.c.answered_at,
    leases.c.id,
    postgresql_where=LEASE_HAS_ANSWER,
    sqlite_where=LEASE_HAS_ANSWER,
)
Index(
    "ix_leases_answered",
    leases.c.project_id,
    leases.c.answered_at,
    postgresql_where=LEASE_HAS_ANSWER,
    sqlite_where=LEASE_HAS_ANSWER,
)
Index(
    "ix_leases_gold",
    leases.c.worker_id,
    leases.c.project_id,
    leases.c.id,
    postgresql_where=LEASE_IS_GOLD,
    sqlite_where=LEASE_IS_GOLD,
)
IS_ANSWERED_GOLD = and_(LEASE_IS_GOLD, LEASE_HAS_ANSWER)
Index(
    "ix_leases_gold_answered",
    leases.c.project_id,
    leases.c.answered_at,
    postgresql_where=IS_ANSWERED_GOLD,
    sqlite_where=IS_ANSWERED_GOLD,
)

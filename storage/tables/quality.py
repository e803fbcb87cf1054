"""What is known of golds, workers and verdicts, and the tasks in play."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    and_,
    exists,
    literal_column,
)

from storage.columns import BigId, Moment
from storage.tables.shared import id_column, metadata
from storage.tables.work import tasks

golds = Table(
    "golds",
    metadata,
    Column("task_id", BigId, ForeignKey("tasks.id"), primary_key=True, autoincrement=False),
    Column("project_id", BigId, ForeignKey("projects.id"), nullable=False),
    Column("choice", String(64), nullable=False),
    Column("role", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("origin", String(8), nullable=False),
    Column("shown", Integer, nullable=False),
    Column("contradicted", Integer, nullable=False),
    Column("state_seen", Boolean, nullable=False),
    Column("suspended_at", Moment),
)
"""``state_seen``: the programme's supervisors have been told of the state, as far as they are to be.
``suspended_at``: when it was suspended last.
"""
GOLD_IS_LIVE = golds.c.state == literal_column("'live'")
GOLD_IS_SUSPENDED = golds.c.state == literal_column("'suspended'")
GOLD_IS_KNOWN = golds.c.state != literal_column("'suspended'")
"""Its answer is known, whether it is still asked or not: it is no work."""
GOLD_IS_CONTRADICTED = and_(GOLD_IS_KNOWN, golds.c.contradicted > literal_column("0"))
TASK_IS_GOLD = exists().where(
    golds.c.task_id == tasks.c.id, golds.c.project_id == tasks.c.project_id, GOLD_IS_KNOWN
)
Index(
    "ix_golds_live",
    golds.c.project_id,
    golds.c.role,
    golds.c.shown,
    golds.c.task_id,
    postgresql_where=GOLD_IS_LIVE,
    sqlite_where=GOLD_IS_LIVE,
)
Index("ix_golds_state", golds.c.project_id, golds.c.state, golds.c.task_id)
Index(
    "ix_golds_contradicted",
    golds.c.task_id,
    postgresql_where=GOLD_IS_CONTRADICTED,
    sqlite_where=GOLD_IS_CONTRADICTED,
)
Index(
    "ix_golds_suspended",
    golds.c.task_id,
    postgresql_where=GOLD_IS_SUSPENDED,
    sqlite_where=GOLD_IS_SUSPENDED,
)

recounts = Table(
    "recounts",
    metadata,
    id_column(),
    Column("task_id", BigId, ForeignKey("tasks.id"), nullable=False),
    Column("project_id", BigId, ForeignKey("projects.id"), nullable=False),
    Column("after", BigId, nullable=False),
    sqlite_autoincrement=True,
)
"""Golds whose key has changed: whoever answered one is counted anew, in the order of workers' ids, behind
``after``. Each change has a row of its own, so that nobody waits for anybody who is counting.
"""

standings = Table(
    "standings",
    metadata,
    Column("project_id", BigId, ForeignKey("projects.id"), nullable=False),
    Column("worker_id", BigId, ForeignKey("workers.id"), nullable=False),
    Column("step", String(16), nullable=False),
    Column("questions", Integer, nullable=False),
    Column("golds", Integer, nullable=False),
    Column("golds_right", Integer, nullable=False),
    Column("lessons", Integer, nullable=False),
    Column("refreshers", Integer, nullable=False),
    Column("doubt", Double, nullable=False),
    Column("credit", JSON, nullable=False),
    Column("accuracy", Double),
    Column("accuracy_low", Double),
    Column("information", Double),
    Column("weight", Double, nullable=False),
    Column("voice", Double, nullable=False, server_default="1"),
    Column("pace", JSON, nullable=False),
    Column("renewed_at", Moment),
    PrimaryKeyConstraint("project_id", "worker_id"),
)
STANDING_IS_OUT = standings.c.step.in_((literal_column("'paused'"), literal_column("'removed'")))
Index(
    "ix_standings_out",
    standings.c.worker_id,
    standings.c.project_id,
    postgresql_where=STANDING_IS_OUT,
    sqlite_where=STANDING_IS_OUT,
)
STANDING_HAS_GOLDS = standings.c.golds > literal_column("0")
Index(
    "ix_standings_golds",
    standings.c.project_id,
    standings.c.worker_id,
    postgresql_where=STANDING_HAS_GOLDS,
    sqlite_where=STANDING_HAS_GOLDS,
)

sanctions = Table(
    "sanctions",
    metadata,
    id_column(),
    Column("project_id", BigId, ForeignKey("projects.id"), nullable=False),
    Column("worker_id", BigId, ForeignKey("workers.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("appeal", String(16), nullable=False),
    Column("appealed_at", Moment),
    Column("ended_at", Moment),
    sqlite_autoincrement=True,
)
SANCTION_HOLDS = sanctions.c.ended_at.is_(None)
Index("ix_sanctions_worker", sanctions.c.worker_id, sanctions.c.project_id, sanctions.c.id)
Index(
    "ix_sanctions_holding",
    sanctions.c.made_at,
    sanctions.c.id,
    postgresql_where=SANCTION_HOLDS,
    sqlite_where=SANCTION_HOLDS,
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("task_id", BigId, ForeignKey("tasks.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("choice", String(64), nullable=False),
    Column("confidence", Double, nullable=False),
    Column("soft", JSON, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    PrimaryKeyConstraint("task_id", "version"),
)

quality_models = Table(
    "quality_models",
    metadata,
    Column("project_id", BigId, ForeignKey("projects.id"), primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    Column("fitted_at", Moment, nullable=False),
)
"""What was learnt about the whole crowd of a project: usual confusions, class mix, calibration."""

frontier = Table(
    "frontier",
    metadata,
    Column("task_id", BigId, ForeignKey("tasks.id"), primary_key=True, autoincrement=False),
    Column("project_id", BigId, ForeignKey("projects.id"), nullable=False),
    Column("bucket", SmallInteger, nullable=False),
    Column("rnd", Integer, nullable=False),
    Column("need", SmallInteger, nullable=False),
    Column("image_id", String(64), nullable=False),
    postgresql_with={"fillfactor": "70"},
)
"""The tasks in play: small, written all the time, and made again from tasks and leases if it is lost.

``need`` is how many more leases of the task may be lent now; a task that needs none has no row. Whoever
changes a row has locked its task before.
"""
Index("ix_frontier_draw", frontier.c.project_id, frontier.c.bucket, frontier.c.rnd)

feeds = Table(
    "feeds",
    metadata,
    Column("project_id", BigId, ForeignKey("projects.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("mended", Integer, nullable=False),
)
"""How far the tasks of a project have come into the frontier, by their place in the order of import, and how
far the second look has come, which brings back what should be there and is not.
"""

"""The books."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, SmallInteger, String, Table

from storage.columns import Moment
from storage.tables.shared import metadata

ENTRIES_PRIMARY_KEY = "pk_entries"

# What keeps them balanced and append-only are the triggers in ledger_rules.py.
entries = Table(
    "entries",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("booked_at", Moment, nullable=False),
    Column("day", Date, nullable=False),
)

postings = Table(
    "postings",
    metadata,
    Column(
        "entry_key",
        String(128),
        ForeignKey("entries.key", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("leg", SmallInteger, primary_key=True, autoincrement=False),
    Column("account", String(128), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("shard", SmallInteger, nullable=False),
    CheckConstraint("micros <> 0", name="moves_something"),
)

balances = Table(
    "balances",
    metadata,
    Column("account", String(128), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("day", Date, primary_key=True),
    # A busy account's balance lies in several rows, so that no single row is what everybody waits for.
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("micros", BigInteger, nullable=False),
)

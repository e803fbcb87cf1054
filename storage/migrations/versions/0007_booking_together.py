"""PostgreSQL checks and adds up what is booked in one statement once, not row by row."""

from collections.abc import Sequence

from alembic import op

from storage.engine import limit_lock_wait
from storage.ledger_rules import BY_ROW_POSTGRESQL

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DROP_TRIGGERS = ("DROP TRIGGER entries_seal ON entries", "DROP TRIGGER postings_book ON postings")
# Subqueries, not joins: each is one look into an index for each row that is added, whatever PostgreSQL
# believes about the sizes of tables that it has not analysed yet.
BY_STATEMENT: Sequence[str] = (
    """
CREATE OR REPLACE FUNCTION entries_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad text;
BEGIN
    SELECT key INTO bad FROM added
        WHERE (SELECT count(*) FROM postings WHERE entry_key = added.key) = 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entry % has no postings', bad USING ERRCODE = 'check_violation';
    END IF;
    SELECT key INTO bad FROM added
        WHERE (SELECT bool_or(total.micros <> 0) FROM (
            SELECT sum(micros) AS micros FROM postings WHERE entry_key = added.key GROUP BY currency
        ) AS total) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entry % is not balanced', bad USING ERRCODE = 'check_violation';
    END IF;
    SELECT key INTO bad FROM added
        WHERE (SELECT bool_or(postings.day <> added.day) FROM postings WHERE entry_key = added.key) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a posting of % lies on another day', bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER entries_seal AFTER INSERT ON entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION entries_seal()
""",
    # The locks on the keys make a second transaction that adds to the same entry wait until the first one has
    # sealed it: otherwise neither would see the other's postings.
    """
CREATE OR REPLACE FUNCTION postings_book() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(entry_key, 0))
        FROM (SELECT DISTINCT entry_key FROM added ORDER BY entry_key) AS keys;
    SELECT entry_key INTO bad FROM added
        WHERE (SELECT key FROM entries WHERE key = added.entry_key) IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entry % is sealed', bad USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO balances (account, currency, day, shard, micros)
        SELECT account, currency, day, shard, sum(micros) FROM added
        GROUP BY account, currency, day, shard ORDER BY account, currency, day, shard
        ON CONFLICT (account, currency, day, shard) DO UPDATE SET micros = balances.micros + excluded.micros;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER postings_book AFTER INSERT ON postings REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION postings_book()
""",
)
DROP_FUNCTIONS = ("DROP FUNCTION entries_seal", "DROP FUNCTION postings_book")


def upgrade() -> None:
    run(*DROP_TRIGGERS, *BY_STATEMENT)


def downgrade() -> None:
    run(*DROP_TRIGGERS, *DROP_FUNCTIONS, *BY_ROW_POSTGRESQL)


def run(*statements: str) -> None:
    """SQLite adds row by row and keeps its rules."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    limit_lock_wait(connection, seconds=5)
    for statement in statements:
        op.execute(statement)

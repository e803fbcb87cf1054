"""The rules that the database itself holds over the books, as triggers.

    1. Postings come first; the entry seals them. Sealing fails unless they are there, carry the entry's day,
       and sum to zero in each currency.
    2. Nothing is added to a sealed entry.
    3. Entries and postings are never changed and never deleted.
    4. Each posting is added to its account's balance of the day.

A posting without an entry cannot be committed: its foreign key is checked at the end of the transaction.
The first migration runs these texts; a later change of a rule is a new migration with its own text. So it is
since 0007_booking_together.py: PostgreSQL checks the first two and the last rule once for all rows of a
statement, by the texts there.
"""

from collections.abc import Sequence

_APPEND_ONLY_SQLITE = """
CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} are append-only');
END
"""

_SQLITE = (
    """
CREATE TRIGGER entries_seal BEFORE INSERT ON entries BEGIN
    SELECT RAISE(ABORT, 'the entry is there already') -- said here, since REPLACE would step over the key
        WHERE EXISTS (SELECT 1 FROM entries WHERE key = NEW.key);
    SELECT RAISE(ABORT, 'the entry has no postings')
        WHERE NOT EXISTS (SELECT 1 FROM postings WHERE entry_key = NEW.key);
    SELECT RAISE(ABORT, 'the entry is not balanced')
        FROM postings WHERE entry_key = NEW.key GROUP BY currency HAVING sum(micros) <> 0;
    SELECT RAISE(ABORT, 'a posting lies on another day than its entry')
        FROM postings WHERE entry_key = NEW.key AND day <> NEW.day;
END
""",
    """
CREATE TRIGGER postings_book AFTER INSERT ON postings BEGIN
    SELECT RAISE(ABORT, 'the entry is sealed')
        WHERE EXISTS (SELECT 1 FROM entries WHERE key = NEW.entry_key);
    INSERT INTO balances (account, currency, day, shard, micros)
        VALUES (NEW.account, NEW.currency, NEW.day, NEW.shard, NEW.micros)
        ON CONFLICT (account, currency, day, shard) DO UPDATE SET micros = balances.micros + excluded.micros;
END
""",
    *(
        _APPEND_ONLY_SQLITE.format(table=table, event=event)
        for table in ("entries", "postings")
        for event in ("UPDATE", "DELETE")
    ),
)

BY_ROW_POSTGRESQL = (
    """
CREATE FUNCTION entries_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM postings WHERE entry_key = NEW.key) THEN
        RAISE EXCEPTION 'the entry % has no postings', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM postings WHERE entry_key = NEW.key GROUP BY currency HAVING sum(micros) <> 0
    ) THEN
        RAISE EXCEPTION 'the entry % is not balanced', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM postings WHERE entry_key = NEW.key AND day <> NEW.day) THEN
        RAISE EXCEPTION 'a posting of % lies on another day', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER entries_seal BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION entries_seal()
""",
    # The lock on the key makes a second transaction that adds to the same entry wait until the first one has
    # sealed it: otherwise neither would see the other's postings.
    """
CREATE FUNCTION postings_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.entry_key, 0));
    IF EXISTS (SELECT 1 FROM entries WHERE key = NEW.entry_key) THEN
        RAISE EXCEPTION 'the entry % is sealed', NEW.entry_key USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO balances (account, currency, day, shard, micros)
        VALUES (NEW.account, NEW.currency, NEW.day, NEW.shard, NEW.micros)
        ON CONFLICT (account, currency, day, shard) DO UPDATE SET micros = balances.micros + excluded.micros;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER postings_book AFTER INSERT ON postings FOR EACH ROW EXECUTE FUNCTION postings_book()
""",
)
"""What 0007 has replaced."""

_APPEND_ONLY_POSTGRESQL = (
    """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$
""",
    """
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()
""",
    """
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()
""",
)

CREATE_RULES: dict[str, Sequence[str]] = {
    "sqlite": _SQLITE,
    "postgresql": (*BY_ROW_POSTGRESQL, *_APPEND_ONLY_POSTGRESQL),
}
"""Statements by engine, in their order. Tables take their triggers with them when they are dropped."""

DROP_RULES: dict[str, Sequence[str]] = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION entries_seal",
        "DROP FUNCTION postings_book",
        "DROP FUNCTION ledger_append_only",
    ),
}
"""What is left of the rules after both tables are gone."""

"""Columns that mean the same on every engine, and what is said of them."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives; SQLite counts up only a plain INTEGER."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as whole microseconds since 1970; a naive datetime is refused with ValueError.

    One integer on both engines compares, sorts and comes back the same everywhere.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} does not say its time zone")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else EPOCH + timedelta(microseconds=value)


def is_one_of(column: ColumnElement[str], words: Collection[StrEnum]) -> ColumnElement[bool]:
    """Whether it is one of these, said by literals: with parameters a partial index could not be used."""
    return column.in_([literal_column(f"'{word}'") for word in sorted(words)])

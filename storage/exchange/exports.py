"""What an export is: its columns, the statement behind it, and how its rows are written."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, func, select

from storage.engine import Database

PAGE_ROWS = 5000

Cell = str | int | float | Decimal | datetime | Mapping[str, float] | None
Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export of one project."""

    columns: tuple[str, ...]
    query: Select[Any]
    row: Callable[[Rows], tuple[Cell, ...]]
    """Makes a row of the export of the statement's rows that belong together."""
    together: Callable[[Row[Any]], object] | None = None
    """What such rows, which follow each other, have in common; None: each is a row of its own."""
    counted: Select[Any] | None = None
    """Has as many rows as the export, if the statement has not."""


async def list_pages(database: Database, export: Export) -> AsyncIterator[Sequence[tuple[Cell, ...]]]:
    """The rows of an export in their stable order, page by page, in constant memory."""
    async with database.read() as transaction:
        result = await transaction.connection.stream(export.query)
        unfinished: Rows = ()
        async for page in result.partitions(PAGE_ROWS):
            groups = _grouped([*unfinished, *page], export)
            *whole, unfinished = groups
            if whole:
                yield [export.row(group) for group in whole]
        if unfinished:
            yield [export.row(unfinished)]


def _grouped(rows: Rows, export: Export) -> Sequence[Rows]:
    if export.together is None:
        return [[row] for row in rows]
    return [list(group) for _, group in groupby(rows, export.together)]


async def count_rows(database: Database, export: Export) -> int:
    """How many rows the export would have now."""
    counted = export.query if export.counted is None else export.counted
    rows = counted.order_by(None).subquery()
    async with database.read() as transaction:
        result = await transaction.execute(select(func.count()).select_from(rows))
    return result.scalar_one()

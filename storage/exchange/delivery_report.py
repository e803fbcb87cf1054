"""All deliveries of a notice as a CSV file, in bounded memory."""

import asyncio
import gzip
import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from storage.exchange.exports import Cell
from storage.exchange.written_rows import Format, write_header, write_rows
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import NoticeId
from tasks.model.notice import DeliveryState, NoticeStatus
from tasks.ports import DeliveryRow

COLUMNS = ("delivery", "worker", "state", "sent_at", "read_at", "answer", "reason")
PLAIN_BYTES_MAX = 20_000_000
"""A messenger takes files of up to 50 MB; what is larger than this is packed."""
PORTION = 1000
_GIVEN_UP = (NoticeStatus.CANCELLED, NoticeStatus.RETRACTING, NoticeStatus.RETRACTED)


async def write_delivery_report(store: SqlStore, notice_id: NoticeId) -> Path:
    """A temporary file, ``.csv`` or if it is large ``.csv.gz``; whoever gets it removes it.

    One row per delivery, by their ids; ``worker`` is the program's own number. What was planned and never
    left, since the notice was cancelled or taken back, is *cancelled*.
    """
    with NamedTemporaryFile(prefix="notice-", suffix=".csv", delete=False) as file:
        path = Path(file.name)
        try:
            await _write(store, notice_id, file)
        except BaseException:
            os.unlink(path)  # noqa: PTH108 - one system call, as short as the write before it
            raise
        size = file.tell()
    return await asyncio.to_thread(_packed, path) if size > PLAIN_BYTES_MAX else path


async def _write(store: SqlStore, notice_id: NoticeId, file: IO[bytes]) -> None:
    file.write(write_header(COLUMNS, Format.CSV))
    async with store.read() as uow:
        notice = await uow.notices.find(notice_id)
        given_up = notice is not None and notice.status in _GIVEN_UP
        portion: list[tuple[Cell, ...]] = []
        async for row in uow.deliveries.stream(notice_id):
            portion.append(_cells(row, given_up=given_up))
            if len(portion) == PORTION:
                file.write(write_rows(COLUMNS, portion, Format.CSV))
                portion = []
    file.write(write_rows(COLUMNS, portion, Format.CSV))


def _cells(row: DeliveryRow, *, given_up: bool) -> tuple[Cell, ...]:
    state = "cancelled" if given_up and row.state is DeliveryState.PLANNED else row.state.value
    return (row.delivery_id, row.worker_id, state, row.sent_at, row.read_at, row.answer, row.reason)


def _packed(path: Path) -> Path:
    packed = path.with_suffix(".csv.gz")
    with path.open("rb") as plain, gzip.open(packed, "wb") as file:
        shutil.copyfileobj(plain, file)
    path.unlink()
    return packed

"""What a worker wishes to be told, and when."""

from dataclasses import dataclass

from tasks.model.notice import SILENCEABLE, NoticeKind
from tasks.model.worker import Worker
from tasks.ports import Store


@dataclass(frozen=True, slots=True)
class SetQuietHours:
    """Says only urgent things to her between those hours of her day; the same hour twice: no quiet hours.

    Raises ValueError for what is no hour.
    """

    store: Store

    async def __call__(self, worker: Worker, *, quiet_from: int, quiet_until: int) -> None:
        if not (0 <= quiet_from < 24 and 0 <= quiet_until < 24):  # noqa: PLR2004 - hours of a day
            raise ValueError(f"{quiet_from} to {quiet_until} are no hours of a day")
        async with self.store.write() as uow:
            await uow.workers.set_quiet_hours(worker.id, quiet_from=quiet_from, quiet_until=quiet_until)
            await uow.commit()


@dataclass(frozen=True, slots=True)
class SilenceKind:
    """Sends her no notices of that kind any more, or again; pay and account matters cannot be silenced."""

    store: Store

    async def __call__(self, worker: Worker, kind: NoticeKind, *, silent: bool) -> frozenset[str]:
        """What she has silenced now."""
        if kind not in SILENCEABLE:
            return worker.silenced
        async with self.store.write() as uow:
            fresh = await uow.workers.get(worker.id)
            kinds = fresh.silenced | {kind.value} if silent else fresh.silenced - {kind.value}
            await uow.workers.set_silenced(worker.id, frozenset(kinds))
            await uow.commit()
        return frozenset(kinds)

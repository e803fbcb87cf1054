"""What a worker has earned, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.booking import Moment
from tasks.model.earnings import CurrencyStatement, DayEarnings, Statement
from tasks.model.ledger import Bucket
from tasks.model.money import Money
from tasks.model.worker import Worker
from tasks.ports import Clock, Store

RECENT_MAX = 10
WEEK_DAYS = 7
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class ShowEarnings:
    """Her statement: four buckets per currency, today, seven and thirty days, and her last answers."""

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker) -> Statement:
        today = Moment.of(worker, self.clock.now()).day
        async with self.store.read() as uow:
            balances = await uow.ledger.balances(worker.id)
            days = await uow.ledger.days(worker.id, today - timedelta(days=MONTH_DAYS - 1))
            recent = await uow.leases.list_recent(worker.id, RECENT_MAX)
        currencies = tuple(
            _statement(currency, buckets, days.get(currency, {}), today)
            for currency, buckets in sorted(balances.items())
        )
        return Statement(currencies, tuple(recent), today)


def _statement(
    currency: str, buckets: Mapping[Bucket, Money], days: Mapping[date, Money], today: date
) -> CurrencyStatement:
    zero = Money.zero(currency)
    week = [today - timedelta(days=back) for back in reversed(range(WEEK_DAYS))]
    return CurrencyStatement(
        currency=currency,
        buckets={bucket: buckets.get(bucket, zero) for bucket in Bucket},
        today=days.get(today, zero),
        last_7_days=Money.total((days.get(day, zero) for day in week), currency),
        last_30_days=Money.total(days.values(), currency),
        days=tuple(DayEarnings(day, days.get(day, zero)) for day in week),
    )

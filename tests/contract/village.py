"""A small programme on a real store, spoken to in people's words."""

from dataclasses import dataclass, field, replace
from typing import Any

from tasks.answering import Press, SubmitAnswers
from tasks.assigning import ListOffers, TakeTask
from tasks.earning import ShowEarnings
from tasks.enrolling import GiveConsent, Leave, Welcome
from tasks.golding import Golding, share_out_roles
from tasks.lending import Lending
from tasks.model.gold import Purpose
from tasks.model.identifiers import AccountKey, ImageId
from tasks.model.ledger import Bucket
from tasks.model.money import Money
from tasks.model.project import AnswerRules, Project
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.outcomes import AlreadyAnswered, NothingToDo, SubmitOutcome
from tasks.ports import NewTask, Store
from tasks.reporting import ReportBroken
from tasks.stopping import EndOverdueLeases, StopWork
from tasks.undoing import UndoAnswer
from tests.builders import a_project
from tests.clocks import FrozenClock

PRICE = Money(50_000, "CNY")
CAT, DOG = 1, 2


@dataclass
class Village:
    store: Store
    clock: FrozenClock = field(default_factory=FrozenClock)
    golding: Golding = field(default_factory=lambda: Golding(Lending()))

    def __post_init__(self) -> None:
        self.welcome = Welcome(self.store, self.clock, "Asia/Shanghai")
        self.consent = GiveConsent(self.store, self.clock)
        self.leave = Leave(self.store, self.clock)
        self.submit = SubmitAnswers(self.store, self.clock, self.golding)
        self.take_task = TakeTask(self.store, self.clock, self.golding)
        self.offers = ListOffers(self.store, self.clock)
        self.undo = UndoAnswer(self.store, self.clock, self.golding)
        self.report = ReportBroken(self.store, self.clock, self.golding)
        self.stop = StopWork(self.store, self.clock)
        self.end_overdue = EndOverdueLeases(self.store, self.clock)
        self.statement = ShowEarnings(self.store, self.clock)

    async def worker(self, name: str) -> Worker:
        key = AccountKey("telegram", name)
        worker = (await self.welcome(key, language="en", join_code=None)).worker
        await self.consent(worker, "1")
        async with self.store.read() as uow:
            return await uow.workers.get(worker.id)

    async def project(
        self,
        *,
        tasks: int,
        quota: int = 1,
        slug: str = "animals",
        price: Money = PRICE,
        rules: AnswerRules | None = None,
    ) -> Project:
        project = a_project(
            slug,
            choices=("cat", "dog"),
            quota=quota,
            price=price,
            lease_minutes=60,
            seconds_estimate=10,
        )
        project = project if rules is None else replace(project, rules=rules)
        rows = [NewTask(f"t{number}", ImageId(f"{number:064x}"), None, {}) for number in range(tasks)]
        async with self.store.write() as uow:
            saved = await uow.projects.save(project, self.clock.now())
            await uow.tasks.upsert(saved, rows)
            await uow.tasks.apply_quota(saved)
            await uow.commit()
        return saved

    async def project_with_gold(
        self, *, teaching: int = 0, silent: int = 8, tasks: int = 40, quota: int = 5, **changes: Any
    ) -> Project:
        """A project with so many golds of each role, half of them cats and half dogs, beside other tasks."""
        project = a_project(choices=("cat", "dog"), quota=quota, price=PRICE, lease_minutes=60, **changes)
        rows = [NewTask(f"t{number}", ImageId(f"{number:064x}"), None, {}) for number in range(tasks)]
        for number in range(teaching + silent):
            said = {"en": "Look at the ears."} if number < teaching else {}
            choice = ("cat", "dog")[number % 2]
            rows.append(NewTask(f"g{number}", ImageId(f"{number + 1000:064x}"), choice, said))
        async with self.store.write() as uow:
            saved = await uow.projects.save(project, self.clock.now())
            await uow.tasks.upsert(saved, rows)
            await uow.golds.renew(saved.id, [row.key for row in rows])
            saved = await share_out_roles(uow, saved)
            if not teaching:
                shares = await uow.golds.list_shares(saved.id)
                await uow.golds.set_roles({share.task_id: Purpose.SILENT for share in shares})
            await uow.commit()
        return saved

    async def question(self, worker: Worker, project: Project) -> Question:
        outcome = await self.take_task(worker, project.id)
        assert isinstance(outcome, Question)
        return outcome

    async def says(self, worker: Worker, question: Question, choice: int | None = CAT) -> SubmitOutcome:
        (outcome,) = await self.submit([Press(worker, question.lease_id, choice)])
        return outcome

    async def approved(self, worker: Worker, currency: str = "CNY") -> int:
        """Her approved money, in micros."""
        async with self.store.read() as uow:
            balances = await uow.ledger.balances(worker.id)
        return balances.get(currency, {}).get(Bucket.APPROVED, Money.zero(currency)).micros


def following(outcome: object) -> Question:
    """The question that an outcome goes on with."""
    found = outcome.current if isinstance(outcome, AlreadyAnswered) else outcome.next  # type: ignore[attr-defined]
    assert isinstance(found, Question), found
    return found


def is_over(outcome: object) -> bool:
    return isinstance(outcome.next, NothingToDo)  # type: ignore[attr-defined]

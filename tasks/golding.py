"""Gold among the questions of a worker: when, which one, and what the client and the crowd know of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from tasks.finding_work import has_ordinary_task
from tasks.lending import Lending, Wish
from tasks.model.gold import Gold, GoldOrigin, Purpose
from tasks.model.identifiers import ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import Standing, Step
from tasks.model.work import Question, Task
from tasks.ports import GoldChange, UnitOfWork
from tasks.quality.doubt import Levels, levels, usual_accuracy
from tasks.quality.gold import choose, dose, first_share, roles, spared, wanted_role
from tasks.quality.selection import ABLE_AFTER, reach_of

POOL_LOOKED_AT = 200
"""Of a bigger pool only those shown least are looked at."""
ASKED_LOOKED_AT = 100
MEMORY_SECONDS = 10
RECORDS_LOOKED_AT = 300
ANSWERS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is usual in a project; some seconds old."""

    levels: Levels
    """Between which kinds of workers the test decides there."""
    seconds: float | None
    """The median of its last answers, if there are enough of them."""
    mix: Mapping[str, float]
    """How often each choice was said lately."""
    workers: int
    """How many have worked there."""
    accuracy: float | None = None
    """How often the middle one of those who were asked gold is right; None while nobody knows."""
    answers: int = 0
    """How many there are; ``ABLE_AFTER`` if there are more."""


@dataclass(slots=True)
class CrowdMemory:
    """What is usual in each project, looked up every ten seconds; it may be lost at any time."""

    _known: dict[ProjectId, tuple[datetime, Crowd]] = field(default_factory=dict)

    async def recall(self, uow: UnitOfWork, project: Project, now: datetime) -> Crowd:
        """What is usual there."""
        looked_at, crowd = self._known.get(project.id, (None, None))
        if crowd is None or looked_at is None or not looked_at <= now < looked_at + _MEMORY:
            crowd = await _look_at(uow, project)
            self._known[project.id] = (now, crowd)
        return crowd


_MEMORY = timedelta(seconds=MEMORY_SECONDS)


async def _look_at(uow: UnitOfWork, project: Project) -> Crowd:
    records = await uow.standings.list_records(project.id, RECORDS_LOOKED_AT)
    said = await uow.standings.count_said(project.id, ANSWERS_LOOKED_AT)
    total = sum(said.values())
    accuracy = usual_accuracy(records)
    return Crowd(
        levels=levels(len(project.offered()), accuracy),
        seconds=await uow.projects.median_seconds(project.id),
        mix={choice: count / total for choice, count in said.items()},
        workers=await uow.standings.count(project.id),
        accuracy=accuracy,
        answers=await uow.models.count_answers_since(project.id, None, ABLE_AFTER),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of some wishes; a worker who is in neither of the first two has no more questions there."""

    questions: Mapping[WorkerId, Question]
    busy: Collection[WorkerId]
    """See ``tasks.lending.Lent``, as the next one."""
    kept: Collection[WorkerId]
    golds: Mapping[TaskId, GoldChange]
    """The golds among the questions, to be counted when everything else is written."""


@dataclass(frozen=True, slots=True)
class Golding:
    """Mixes gold into what is lent. Works inside the caller's unit of work."""

    lending: Lending
    memory: CrowdMemory = field(default_factory=CrowdMemory)
    chance: Random = field(default_factory=Random)

    async def lend(
        self,
        uow: UnitOfWork,
        project: Project,
        wishes: Mapping[WorkerId, tuple[Wish, Standing]],
        now: datetime,
        *,
        wait: bool = False,
    ) -> Asked:
        """A question for each wish, as far as there are any, some of them gold."""
        chosen: dict[WorkerId, Wish] = {}
        given: Counter[TaskId] = Counter()
        crowd = await self.memory.recall(uow, project, now)
        for worker_id, (wish, standing) in wishes.items():
            gold = None
            if project.has_gold:
                gold = await self._next_gold(uow, project, standing, crowd.levels.bad, given=given)
            # Gold is asked among other questions, never instead of them.
            if gold is not None and (
                not await has_ordinary_task(uow, project, standing, now)
                or not await _is_free(uow, project, gold, given=given)
            ):
                gold = None
            if gold is not None:
                given[gold.task_id] += 1
            reach = reach_of(standing, project.rules, crowd.accuracy, answers=crowd.answers)
            chosen[worker_id] = replace(wish, gold=gold, reach=reach)
        lent = await self.lending.lend(uow, project, list(chosen.values()), now, wait=wait)
        questions = dict(lent.questions)
        if project.has_gold:
            unserved = [one for one in chosen.values() if one.worker_id not in {*questions, *lent.busy}]
            for wish in unserved:
                # One after the other, so that they do not all get the same.
                standing = wishes[wish.worker_id][1]
                gold = await self._left_over(uow, project, standing, crowd.levels.bad, given=given)
                if gold is not None and await _is_free(uow, project, gold, given=given):
                    given[gold.task_id] += 1
                    left = replace(wish, gold=gold)
                    questions |= (await self.lending.lend(uow, project, [left], now)).questions
        golds = {task_id: GoldChange(shown=count) for task_id, count in given.items()}
        return Asked(questions, lent.busy, lent.kept, golds)

    async def _left_over(
        self, uow: UnitOfWork, project: Project, standing: Standing, bad: float, *, given: Counter[TaskId]
    ) -> Gold | None:
        """A gold for somebody for whom nothing else is left.

        Whoever was told that she is taught again gets her lessons first, and is not tested instead.
        """
        left = await uow.golds.find_left_over(project, standing.worker_id)
        if left is None or standing.step is not Step.REFRESHING:
            return left
        lesson = await self._next_gold(uow, project, standing, bad, given=given)
        return lesson if lesson is not None and lesson.role is Purpose.TEACHING else left

    async def _next_gold(
        self, uow: UnitOfWork, project: Project, standing: Standing, bad: float, *, given: Counter[TaskId]
    ) -> Gold | None:
        """A gold for her, if one is due; ``given`` are those that others get just now."""
        wanted = dose(standing, project.gold_share, bad=bad)
        drawn = self.chance.random()
        if drawn >= wanted:
            return None
        role = wanted_role(standing)
        pool = await _pool(uow, project, standing, role, given=given)
        if not pool and role is Purpose.TEACHING:
            # There is no lesson (left) for her. She is measured instead, and no more often than a newcomer.
            wanted = min(wanted, first_share(project.gold_share))
            pool = await _pool(uow, project, standing, Purpose.SILENT, given=given)
        if drawn >= spared(wanted, len(pool)):
            return None
        asked = await uow.golds.count_asked(project.id, standing.worker_id, ASKED_LOOKED_AT)
        return choose(pool, asked=asked, chance=self.chance)


async def _pool(
    uow: UnitOfWork, project: Project, standing: Standing, role: Purpose, *, given: Counter[TaskId]
) -> Sequence[Gold]:
    """The golds that she may get."""
    pool = await uow.golds.list_unseen(project.id, standing.worker_id, role=role, limit=POOL_LOOKED_AT)
    return [gold for gold in pool if not _is_limited(gold) or gold.shown < _most(project, gold, given=given)]


async def _is_free(uow: UnitOfWork, project: Project, gold: Gold, *, given: Counter[TaskId]) -> bool:
    """Whether it can be lent once more; a limited one is held from here on, others may be lending it too."""
    return not _is_limited(gold) or await uow.golds.hold_place(
        gold.task_id, below=_most(project, gold, given=given)
    )


def _is_limited(gold: Gold) -> bool:
    """What was earned is a picture of the client's order: it is never paid more often than the client said,
    while those whose answer the client told are there to be asked.
    """
    return gold.origin is GoldOrigin.EARNED


def _most(project: Project, gold: Gold, *, given: Counter[TaskId]) -> int:
    """So often a limited gold may have been shown before; ``given`` are not counted there yet."""
    return project.rules.max - given[gold.task_id]


def merged(
    one: Mapping[TaskId, GoldChange], other: Mapping[TaskId, GoldChange]
) -> Mapping[TaskId, GoldChange]:
    """Both changes at once."""
    both = dict(one)
    for task_id, change in other.items():
        before = both.get(task_id, GoldChange())
        both[task_id] = GoldChange(
            shown=before.shown + change.shown,
            contradicted=before.contradicted + change.contradicted,
            state=change.state or before.state,
        )
    return both


async def share_out_roles(uow: UnitOfWork, project: Project) -> Project:
    """What an import calls in the end: says which golds teach; the project, which may have gold now."""
    shares = await uow.golds.list_shares(project.id)
    given = roles(shares)
    before = {share.task_id: share.role for share in shares}
    await uow.golds.set_roles({task: role for task, role in given.items() if role is not before[task]})
    if shares and not project.has_gold:
        await uow.projects.set_has_gold(project.id)
        return replace(project, has_gold=True)
    return project


async def earn_gold(uow: UnitOfWork, project: Project, task: Task, choice: str) -> bool:
    """Makes a silent gold of a surely decided task; False if it is one. Whoever answered it or is just doing
    so has one of its places.

    The caller has locked the task, and decides what is sure enough.
    """
    added = await uow.golds.add_earned(project.id, task.id, choice, shown=task.taken)
    if added and not project.has_gold:
        await uow.projects.set_has_gold(project.id)
    return added

"""The client is to hear of golds that able workers contradict: the programme's supervisors are told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tasks.model.gold import Gold
from tasks.model.identifiers import ProjectId
from tasks.model.place import PROGRAMME
from tasks.model.project import Project
from tasks.model.worker import Worker
from tasks.noticing.clocks import AT_ONCE
from tasks.noticing.own_messages import GOLD_CONTRADICTED
from tasks.ports import Clock, Store, UnitOfWork, UntoldGold
from tasks.supervising import Scopes
from tasks.suspending import ANSWERS_LOOKED_AT, said_by_able

UNTOLD_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class TellOfGolds:
    """Tells them once of each suspended gold, and of those of one project together; returns of how many.

    As long as no supervisor of the whole programme can be reached, nothing is told and nothing is forgotten.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self) -> int:
        async with self.store.read() as uow:
            untold = await uow.golds.list_untold(UNTOLD_AT_ONCE)
            heads = await self._find_heads(uow) if untold else ()
        by_project: dict[ProjectId, list[UntoldGold]] = {}
        for one in untold if heads else ():
            by_project.setdefault(one.gold.project_id, []).append(one)
        return sum([await self._tell(project_id, golds, heads) for project_id, golds in by_project.items()])

    async def _find_heads(self, uow: UnitOfWork) -> Collection[Worker]:
        accounts = {one.account for one in await uow.supervisors.list_around(PROGRAMME)}
        known = await uow.workers.list_by_account(accounts | self.scopes.named)
        return [worker for worker in known.values() if worker.reachable]

    async def _tell(
        self, project_id: ProjectId, golds: Sequence[UntoldGold], heads: Collection[Worker]
    ) -> int:
        async with self.store.write() as uow:
            # Another process may be telling of the same ones: each is told by the one that marks it.
            marked = await uow.golds.mark_told([one.gold.task_id for one in golds])
            new = [one for one in golds if one.gold.task_id in marked]
            project = await uow.projects.find(project_id)
            if not new or project is None:
                return 0
            said, count = await _most_said(uow, new[0].gold)
            for head in heads:
                await self._say(uow, project, new, head, said=said, count=count)
            await uow.commit()
        return len(new)

    async def _say(
        self,
        uow: UnitOfWork,
        project: Project,
        golds: Sequence[UntoldGold],
        head: Worker,
        *,
        said: str,
        count: int,
    ) -> None:
        first = golds[0]
        facts = {
            "project": str(project.id),
            "title": project.say(project.titles, head.language),
            "task": first.key,
            "right": project.name_of(first.gold.choice, head.language),
            "said": project.name_of(said, head.language),
            "count": str(count),
            "others": str(len(golds) - 1),
        }
        # A gold that was put right and is contradicted again is told of again.
        key = f"{GOLD_CONTRADICTED}:{first.gold.task_id}:{head.id}:{int(self.clock.now().timestamp())}"
        await uow.deliveries.add(head.id, kind=GOLD_CONTRADICTED, facts=facts, key=key, due_at=AT_ONCE)


async def _most_said(uow: UnitOfWork, gold: Gold) -> tuple[str, int]:
    """What most able workers say instead, and how many they are."""
    answers = await uow.golds.list_answers_on(gold.task_id, ANSWERS_LOOKED_AT)
    standings = await uow.standings.list_of(gold.project_id, {answer.worker_id for answer in answers})
    said = said_by_able([answer for answer in answers if not answer.was_right], standings)
    return max(said.items(), key=lambda one: one[1], default=("", 0))

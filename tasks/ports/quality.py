"""Golds, standings and sanctions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tasks.model.gold import Gold, GoldAnswer, GoldState, Purpose
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.standing import Sanction, SanctionKind, Standing, Step
from tasks.quality.gold import Share

StandingKey = tuple[ProjectId, WorkerId]


@dataclass(frozen=True, slots=True)
class GoldChange:
    """What is added to what is known of a gold."""

    shown: int = 0
    contradicted: int = 0
    state: GoldState | None = None
    """The new state; None leaves it. Of a suspended gold the programme's supervisors are to be told."""
    suspended_at: datetime | None = None
    """When it was suspended, if it is now: it is to be learnt anew from then on."""


@dataclass(frozen=True, slots=True)
class UntoldGold:
    """A suspended gold of which somebody is to be told."""

    gold: Gold
    key: str
    """The client's own id of its task."""


@dataclass(frozen=True, slots=True)
class Recount:
    """Golds of one project whose keys have changed, and whose workers are being counted anew together."""

    ids: Sequence[int]
    """One for each change of a key."""
    after: WorkerId
    """Up to this one, in the order of their ids, they are done."""


class Recounts(Protocol):
    """Which workers are to be counted anew. ``Golds`` asks for it wherever a key changes."""

    async def list_projects(self) -> Sequence[ProjectId]:
        """Where somebody is to be counted anew."""

    async def find_first(self, project_id: ProjectId, limit: int) -> Recount | None:
        """What was asked for first there, with what else stands at the same worker: so many keys at most."""

    async def list_workers(self, recount: Recount, limit: int) -> Sequence[WorkerId]:
        """The next ones whom any of these golds measured, each once."""

    async def move_on(self, recount: Recount, after: WorkerId) -> None: ...

    async def end(self, recount: Recount) -> None: ...


class Golds(Protocol):
    """Tasks whose answer is known. What is said on a gold is guarded by the lock on its task.

    An answer does not count if it is *Can't tell*, or came when she was not to answer any more.
    """

    async def renew(self, project_id: ProjectId, keys: Collection[str]) -> Collection[TaskId]:
        """Makes the golds of those tasks what their rows say now. A gold whose choice changed is live again,
        and contradicted by those who said something else before; one that is no longer given is gone; new
        ones are silent until ``set_roles`` says otherwise. Returns those that are gone, which are to be
        decided by their answers like any other task.

        Whoever was measured by a gold whose key is another one by that is to be counted anew.
        """

    async def list_shares(self, project_id: ProjectId) -> Sequence[Share]:
        """What decides the roles of the client's golds, in the order of import."""

    async def set_roles(self, roles: Mapping[TaskId, Purpose]) -> None: ...

    async def add_earned(self, project_id: ProjectId, task_id: TaskId, choice: str, *, shown: int) -> bool:
        """A live, silent gold of a task of which so many places are used already; False if it is a gold.

        Whom it had measured as a gold before is to be counted anew.
        """

    async def list_of(self, task_ids: Collection[TaskId]) -> Mapping[TaskId, Gold]:
        """The golds among those tasks."""

    async def list_unseen(
        self, project_id: ProjectId, worker_id: WorkerId, *, role: Purpose, limit: int
    ) -> Sequence[Gold]:
        """Live golds of that role that she never had, those shown least first; not those whose picture is
        set aside, or whose choice is no longer offered.
        """

    async def find_left_over(self, project: Project, worker_id: WorkerId) -> Gold | None:
        """A live gold that she never had and that has fewer answers, with those that somebody is just
        giving, than each task is promised; never one whose choice is no longer offered.
        """

    async def hold_place(self, task_id: TaskId, *, below: int) -> bool:
        """Whether the gold may be lent once more, shown fewer than so many times; then nobody else lends it
        before this transaction ends. False, without waiting, as long as somebody else holds its task.
        """

    async def count_asked(self, project_id: ProjectId, worker_id: WorkerId, limit: int) -> Mapping[str, int]:
        """How many of the last golds that she was lent had which choice."""

    async def count_live(self, project_id: ProjectId, choice: str, role: Purpose) -> int: ...

    async def count_all_live(self, project_id: ProjectId) -> int:
        """How many there are that somebody may be asked: live ones whose choice is offered, but for those set
        aside or taken out.
        """

    async def change(self, changes: Mapping[TaskId, GoldChange]) -> None:
        """Changes golds, in the order of their ids; the last thing that a transaction locks.

        Whose state changes, its task must be locked: a suspended gold becomes work like any other, and whom
        it measured is to be counted anew.
        """

    async def list_answers_of(
        self, project_id: ProjectId, worker_id: WorkerId, *, since: datetime | None, limit: int
    ) -> Sequence[GoldAnswer]:
        """Her last answers that count on silent golds that are not suspended, oldest first."""

    async def count_tested(self, project_id: ProjectId, worker_id: WorkerId) -> tuple[int, int]:
        """(right, asked): all her answers that count on silent golds that are not suspended, by the keys as
        they are now.
        """

    async def list_answers_on(self, task_id: TaskId, limit: int) -> Sequence[GoldAnswer]:
        """What was said on that gold by those who were lent it as one, as far as it counts."""

    async def list_evidence(self, lease_ids: Collection[LeaseId]) -> Sequence[GoldAnswer]:
        """The answers on these leases that rest on golds which are not suspended, oldest first."""

    async def list_contradicted(self, at_least: int, limit: int, *, after: TaskId) -> Sequence[TaskId]:
        """Golds that are not suspended on which so many answers differ, by id from behind that one on."""

    async def list_untold(self, limit: int) -> Sequence[UntoldGold]:
        """Suspended golds of which nobody has been told yet, by id."""

    async def mark_told(self, task_ids: Collection[TaskId]) -> Collection[TaskId]:
        """Marks those as told that are suspended and were not yet; returns which of them it were."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of a worker; see ``Standing``."""

    rows: Sequence[float]
    """[seen, said], row by row: ``Standing.credit``."""
    accuracy: float
    accuracy_low: float
    information: float = 1.0
    voice: float = 1.0


class Standings(Protocol):
    """Standings, without what is learnt of each worker's confusions (``credit`` is empty here).

    They are locked after the tasks, in the order of worker ids, and before golds are changed.
    """

    async def lock(self, keys: Collection[StandingKey]) -> Mapping[StandingKey, Standing]:
        """The standings of those workers in those projects, made where there is none yet; locked."""

    async def find(self, project_id: ProjectId, worker_id: WorkerId) -> Standing:
        """Her standing there, that of a newcomer if there is none; not locked."""

    async def list_of(
        self, project_id: ProjectId, worker_ids: Collection[WorkerId]
    ) -> Mapping[WorkerId, Standing]:
        """The standings of those who have one; not locked."""

    async def save(self, standings: Collection[Standing]) -> None:
        """Writes locked standings; what the renewal of the model writes (``Learnt``) stays."""

    async def list_rows(
        self, project_id: ProjectId, worker_ids: Collection[WorkerId]
    ) -> Mapping[WorkerId, Sequence[float]]:
        """What was learnt of each of them (``Standing.credit``), as far as something was."""

    async def save_learnt(
        self, project_id: ProjectId, learnt: Mapping[WorkerId, Learnt], at: datetime
    ) -> None:
        """Writes what was learnt of workers, and nothing else of their standings, in the order of ids."""

    async def find_out(self, project_id: ProjectId, worker_id: WorkerId) -> Standing | None:
        """Her standing there if she is paused or removed; one look into a small index."""

    async def list_at_work(
        self, project_id: ProjectId, since: datetime, limit: int
    ) -> Sequence[tuple[Step, float | None]]:
        """(step, information) of each of those who gave the last answers there, so many at most, since then,
        and have a question open there now.
        """

    async def list_records(self, project_id: ProjectId, limit: int) -> Sequence[tuple[int, int]]:
        """(right, asked) on silent gold of those who came first.

        Not of those who were asked most: these are the ones who are doubted.
        """

    async def count(self, project_id: ProjectId) -> int:
        """How many have worked there."""

    async def count_said(self, project_id: ProjectId, limit: int) -> Mapping[str, int]:
        """How many of the last answers there were which choice, *Can't tell* aside."""


@dataclass(frozen=True, slots=True)
class NewSanction:
    """A sanction to be written."""

    project_id: ProjectId
    worker_id: WorkerId
    kind: SanctionKind
    reason: str
    evidence: Sequence[LeaseId]
    made_at: datetime


class Sanctions(Protocol):
    """Sanctions. Whoever changes one has locked the standing that it is about, or the sanction itself."""

    async def add(self, sanction: NewSanction) -> Sanction: ...

    async def find(self, sanction_id: int) -> Sanction | None: ...

    async def lock(self, sanction_id: int) -> Sanction | None: ...

    async def find_last(
        self, project_id: ProjectId, worker_id: WorkerId, kinds: Collection[SanctionKind]
    ) -> Sanction | None:
        """The newest of those kinds, ended or not."""

    async def find_forgiven(self, project_id: ProjectId, worker_id: WorkerId) -> datetime | None:
        """When a person ended a sanction of hers there last: what she answered before is held against her no
        more. What the test itself took back forgives nothing.
        """

    async def save(self, sanction: Sanction) -> None:
        """Writes what became of it: appeal and end."""

    async def list_pauses(self, project_id: ProjectId, *, after: int, limit: int) -> Sequence[Sanction]:
        """Pauses there that hold and that no supervisor has kept, by id from behind that one on."""

    async def list_holding(self, scope: str, *, after: int, limit: int) -> Sequence[Sanction]:
        """Pauses that hold, and removals that somebody is to look at, of workers who live within the scope.

        Those with an appeal come first and those that a supervisor has kept last, the oldest first of each.
        So many of them are passed over.
        """

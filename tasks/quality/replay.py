"""The engine over recorded answers: who comes when is recorded, what she is asked is ours to say."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import numpy as np

from tasks.model.gold import Purpose
from tasks.model.identifiers import ProjectId, TaskId, WorkerId
from tasks.model.project import AnswerRules
from tasks.model.standing import OUT, Standing, Step
from tasks.quality import doubt, gold
from tasks.quality.calibrating import calibrate
from tasks.quality.columns import Answers, gather
from tasks.quality.copying import TESTED_LOOKED_AT, shared_mistakes, voices
from tasks.quality.evidence import Tested
from tasks.quality.fitting import Fitted, believe_few, fit
from tasks.quality.knowledge import Flags, Indices, Knowledge, Numbers
from tasks.quality.recorded import Label, Order, RecordedCrowd
from tasks.quality.selection import Reach, reach_of
from tasks.quality.skill import accuracy_of, information_of, lower_bound
from tasks.quality.stopping import look_ahead

LEARNS_AFTER = 20
"""At least so many new answers lie between two times of learning…"""
LEARNS_SHARES = ((3_000, 0.06), (20_000, 0.15), (sys.maxsize, 0.3))
"""…and such a share of all that there are, up to so many."""
CALIBRATES_SHARE = 0.2
"""Calibration waits for such a share of new answers."""
WINDOW = 256
"""So many of her tasks are looked at for the best next one."""
ONE_TASK = np.zeros(1, dtype=np.int64)
"""Where the answers begin if all are to one task."""
BEGUN_MAX = 3
PASSES_MAX = 5
"""So often those who found nothing to do come again, since tasks may open once more."""


class Replay:
    """One run; everything that chance decides follows from the seed."""

    def __init__(self, crowd: RecordedCrowd, gold_truth: Sequence[int], order: Order, *, seed: int) -> None:
        """``gold_truth`` is [task]: the known choice of each gold, -1 for all others."""
        self.crowd = crowd
        # Nobody can be asked beyond what was recorded: whatever had all of it is decided, as at the maximum.
        recorded = int(np.bincount(crowd.task).max(initial=1))
        self.order = replace(order, max_answers=min(order.max_answers, recorded))
        self._rules = AnswerRules(order.min_answers, self.order.max_answers, 1 - order.target_risk)
        self.gold_truth: Indices = np.array(gold_truth, dtype=np.int64)
        self.is_gold: Flags = self.gold_truth >= 0
        self._chance = Random(seed)
        self._roles = _roles(self.gold_truth)
        self._has_gold = bool(self.is_gold.any()) and order.gold_share > 0
        self._said: list[dict[int, int]] = [{} for _ in range(crowd.worker_count)]
        for task, worker, label in zip(
            crowd.task.tolist(), crowd.worker.tolist(), crowd.label.tolist(), strict=True
        ):
            self._said[worker].setdefault(task, label)
        self._golds_left = [[task for task in said if self.is_gold[task]] for said in self._said]
        self._work_left = [
            np.array([task for task in said if not self.is_gold[task]], dtype=np.int64) for said in self._said
        ]
        self.standings = [Standing(ProjectId(0), WorkerId(number)) for number in range(crowd.worker_count)]
        self.answers: list[tuple[int, int, int]] = []
        """(task, worker, label) of everything that was asked, in its order."""
        self._of_task: list[list[tuple[int, int]]] = [[] for _ in range(crowd.task_count)]
        self._tested: list[Tested] = []
        self._voice = np.ones(crowd.worker_count + 1)
        """Of each worker, and of the machine: see ``copying``."""
        self.counts = np.zeros(crowd.task_count, dtype=np.int64)
        self.is_open: Flags = ~self.is_gold
        self.wants_more: Flags = ~self.is_gold
        self.gain = np.full(crowd.task_count, np.inf)
        self.choice = np.full(crowd.task_count, -1)
        self.confidence = np.zeros(crowd.task_count)
        self._learnt_at = self._calibrated_at = 0
        self._refreshed: set[int] = set()
        self._others_are_at_work = True
        self._usual: float | None = None
        self._adopt(Knowledge.usual(crowd.choice_count), np.zeros((0, 0, 0)))

    def run(self, on_answers: Callable[[int], None] = lambda _answers: None) -> None:
        """Lets all workers come as often as they did, in a random order, until no task wants more.

        Whoever found nothing comes again when all others have gone.
        """
        arrivals = self.crowd.worker.tolist()
        self._chance.shuffle(arrivals)
        for number in range(PASSES_MAX):
            self._others_are_at_work = number == 0
            idle = []
            for worker in arrivals:
                if not self._serve(worker):
                    idle.append(worker)
                on_answers(1)
            self.learn(is_last=True)
            if not self.is_open.any() or not idle or len(idle) == len(arrivals):
                return
            arrivals = idle

    def labels(self) -> Sequence[Label]:
        """What the answers of each task that is no gold add up to."""
        columns = (self.choice, self.confidence, self.counts, self.wants_more)
        tasks = np.flatnonzero(~self.is_gold)
        return [
            Label(*row) for row in zip(tasks.tolist(), *(one[tasks].tolist() for one in columns), strict=True)
        ]

    def _serve(self, worker: int) -> bool:
        """Asks her one question; False if there was none for her."""
        standing = self.standings[worker]
        if standing.step in OUT:
            return False
        task = self._choose_task(worker)
        if task is None:
            return False  # Gold is asked among other questions, never instead of them.
        task = _first(self._choose_gold(worker, standing), task)
        label = self._said[worker][task]
        self.answers.append((task, worker, label))
        self._of_task[task].append((worker, label))
        self.counts[task] += 1
        if self.is_gold[task]:
            self._golds_left[worker].remove(task)
            self._heard_gold(worker, task, label)
        else:
            work = self._work_left[worker]
            self._work_left[worker] = work[work != task]
            self.standings[worker] = replace(standing, questions=standing.questions + 1)
            self._judge_one(task)
        total = len(self.answers)
        share = next(share for most, share in LEARNS_SHARES if total <= most)
        if total - self._learnt_at >= max(LEARNS_AFTER, share * total):
            self.learn()
        return True

    def _choose_gold(self, worker: int, standing: Standing) -> int | None:
        if not self._has_gold:
            return None
        left = self._golds_left[worker]
        # What was recorded of her is all that she will ever answer: her golds need last no longer.
        wanted = gold.spared(
            gold.dose(standing, self.order.gold_share, bad=self._between().bad),
            len(left),
            lasts=min(gold.LASTS_QUESTIONS, len(left) + len(self._work_left[worker])),
        )
        if not left or self._chance.random() >= wanted:
            return None
        role = gold.wanted_role(standing)
        if standing.step is Step.REFRESHING and not any(self._roles[task] is role for task in left):
            # There is nothing left to teach her with: the test goes on.
            self.standings[worker] = replace(
                standing, refreshers=0, step=doubt.after_refresher(standing.doubt)
            )
        of_role = [task for task in left if self._roles[task] is role] or left
        # One that others have begun comes first, so that golds come to be answered as often as other tasks.
        begun = [task for task in of_role if 0 < self.counts[task] < BEGUN_MAX]
        return self._chance.choice(begun or of_role)

    def _choose_task(self, worker: int) -> int | None:
        """One of those that fit her, and of these the one that one more answer helps most."""
        mine = self._work_left[worker]
        mine = mine[self.is_open[mine]]
        if not len(mine):
            return None
        if len(mine) > WINDOW:
            mine = mine[self._chance.sample(range(len(mine)), WINDOW)]
        reach = reach_of(self.standings[worker], self._rules, self._usual, answers=len(self.answers))
        fresh, begun = mine[self.counts[mine] == 0], mine[self.counts[mine] > 0]
        if reach.is_limited and self._others_are_at_work:
            begun = begun[self.counts[begun] == 1] if reach is Reach.SECOND_LOOKS else begun[:0]
        first, then = (begun, fresh) if reach is Reach.ABLE else (fresh, begun)
        fitting = first if len(first) else then
        if not len(fitting):
            return None
        gain = self.gain[fitting]
        best = fitting[gain >= gain.max()]
        return int(best[self._chance.randrange(len(best))])

    def _heard_gold(self, worker: int, task: int, label: int) -> None:
        before, truth = self.standings[worker], int(self.gold_truth[task])
        now = replace(before, questions=before.questions + 1)
        if self._roles[task] is Purpose.TEACHING:
            now = now.taught()
            if now.step is Step.REFRESHING and not now.refreshers:
                now = replace(now, step=doubt.after_refresher(now.doubt))
        else:
            self._tested.append(Tested(WorkerId(worker), TaskId(task), str(label), str(truth)))
            right = label == truth
            after = doubt.add(now.doubt, right=right, between=self._between())
            step = doubt.climb(now.step, after, refreshed=worker in self._refreshed)
            if step is Step.REFRESHING is not now.step:
                self._refreshed.add(worker)
                now = replace(now, refreshers=gold.REFRESHERS)
            now = replace(now.tested(right=right, doubt=after), step=step)
        self.standings[worker] = now

    def _between(self) -> doubt.Levels:
        return doubt.levels(self.crowd.choice_count, self._usual)

    def _judge_one(self, task: int) -> None:
        """What the last answer means for its task."""
        said = [*self._of_task[task], *self._guess(task)]
        workers, labels = (np.array(column) for column in zip(*said, strict=True))
        weight, known = self._voice[workers], self.knowledge
        beliefs, floor = believe_few(self._rows[workers], labels, weight, starts=ONE_TASK, knowledge=known)
        self._judge(np.array([task]), beliefs, floor)

    def _judge(self, tasks: Indices, beliefs: Numbers, floor: Numbers) -> None:
        outlook = look_ahead(beliefs, floor, self.knowledge, target_risk=self.order.target_risk)
        self.choice[tasks], self.confidence[tasks] = outlook.choice, outlook.confidence
        self.gain[tasks] = outlook.gain
        self.wants_more[tasks] = outlook.wants_more(self.order.target_risk)
        self.is_open[tasks] = self.order.wants_more(outlook, self.counts[tasks])

    def learn(self, *, is_last: bool = False) -> None:
        """Learns from everything that was said so far, and looks at all tasks again."""
        self._learnt_at = len(self.answers)
        if not self.answers:
            return
        answers, tasks = self._gather()
        fitted = fit(answers)
        known = replace(fitted.knowledge, bend=self.knowledge.bend)
        if is_last or len(self.answers) >= (1 + CALIBRATES_SHARE) * self._calibrated_at:
            self._calibrated_at = len(self.answers)
            known = calibrate(answers, known, self.order)
        self._adopt(known, fitted.rows)
        self._usual = doubt.usual_accuracy((one.golds_right, one.golds) for one in self.standings)
        self._remember(fitted)
        ordinary = ~self.is_gold[tasks]
        self._judge(tasks[ordinary], fitted.beliefs[ordinary], fitted.floor[ordinary])

    def _gather(self) -> tuple[Answers, Indices]:
        """Everything that was said so far, and the tasks; who copies is one voice."""
        self._voice[:] = 1.0
        for worker, voice in voices(shared_mistakes(self._tested[-TESTED_LOOKED_AT:])).items():
            self._voice[worker] = voice
        guesses = [
            (task, worker, label)
            for task in np.flatnonzero(self.counts).tolist()
            for worker, label in self._guess(task)
        ]
        columns = np.array(self.answers + guesses).T
        return gather(
            columns[0],
            columns[1],
            columns[2],
            truth=self.gold_truth,
            worker_count=self.crowd.worker_count + 1,
            choice_count=self.crowd.choice_count,
            weight=self._voice[columns[1]],
        )

    def _remember(self, fitted: Fitted) -> None:
        """What was learnt of each worker."""
        mix = self.knowledge.mix
        accuracy = accuracy_of(fitted.rows, mix)
        heard = fitted.credit.sum(axis=(1, 2))
        low, information = lower_bound(accuracy, heard), information_of(fitted.rows, self.knowledge)
        for number, standing in enumerate(self.standings):
            if heard[number] > 0:
                self.standings[number] = replace(
                    standing,
                    accuracy=float(accuracy[number]),
                    accuracy_low=float(low[number]),
                    information=float(information[number]),
                    voice=float(self._voice[number]),
                )

    def _guess(self, task: int) -> list[tuple[int, int]]:
        """The machine is one more worker, the last one, whose answers cost nothing."""
        guess = int(self.crowd.machine[task])
        return [(self.crowd.worker_count, guess)] if guess >= 0 else []

    def _adopt(self, known: Knowledge, rows: Numbers) -> None:
        self.knowledge = known
        usual = np.broadcast_to(known.population, (self.crowd.worker_count + 1, *known.population.shape))
        self._rows = rows if len(rows) else usual


def _first(one: int | None, other: int) -> int:
    return other if one is None else one


def _roles(gold_truth: Indices) -> dict[int, Purpose]:
    golds: Sequence[int] = np.flatnonzero(gold_truth >= 0).tolist()
    given = gold.roles(
        gold.Share(TaskId(task), str(gold_truth[task]), explained=False, role=Purpose.SILENT, is_fixed=False)
        for task in golds
    )
    return {int(task): role for task, role in given.items()}

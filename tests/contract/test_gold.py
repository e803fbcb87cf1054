"""Gold on a real store: lent once, counted once, and what follows from it."""

import asyncio
from dataclasses import replace

import pytest

from storage.tables import frontier, leases, tasks
from storage.unit_of_work import SqlStore
from tasks.answering import Press
from tasks.golding import earn_gold, share_out_roles
from tasks.model.gold import Gold, GoldOrigin, GoldState, Purpose
from tasks.model.identifiers import TaskId
from tasks.model.standing import SanctionKind, Step
from tasks.model.work import LeaseState, Question, TaskStatus
from tasks.outcomes import AlreadyAnswered, AnswerAccepted, AnswerNotNeeded, AnswerUndone, Paused, UndoTooLate
from tasks.ports import GoldChange
from tasks.quality.doubt import LIMIT, levels
from tests.builders import a_new_task
from tests.contract.schoolroom import Schoolroom
from tests.contract.village import CAT, DOG, PRICE, is_over


async def test_every_gold_comes_once_and_takes_no_place(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=6, tasks=4, quota=1)
    worker, question = await room.begins("anna")
    seen: list[Question] = []
    while True:
        seen.append(question)
        outcome = await room.says(worker, question, right=True)
        if is_over(outcome):
            break
        question = outcome.next  # type: ignore[assignment]
    assert len({question.task_id for question in seen}) == len(seen) == 10
    for row in await room.rows(tasks):
        assert row.answers == 1
        if row.gold is not None:
            assert (row.taken, row.status) == (0, "open")
    standing = await room.standing(worker)
    assert (standing.questions, standing.golds, standing.golds_right) == (10, 6, 6)
    assert await room.village.approved(worker) == 10 * PRICE.micros


async def test_a_gold_is_counted_once_however_often_it_is_pressed(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=6)
    worker, question = await room.begins("anna")
    assert await room.purpose(question.lease_id) is Purpose.SILENT
    presses = [Press(worker, question.lease_id, DOG)] * 2
    first, second = await room.village.submit(presses)
    assert isinstance(first, AnswerAccepted)
    assert isinstance(second, AlreadyAnswered)
    again = await room.village.says(worker, question, CAT)
    assert isinstance(again, AlreadyAnswered)
    assert again.current == first.next
    standing = await room.standing(worker)
    assert (standing.questions, standing.golds) == (1, 1)
    gold = await room.gold_of(question)
    assert gold is not None
    assert gold.shown == 1


async def test_two_golds_of_one_worker_in_one_batch(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=6)
    worker, first = await room.begins("anna")
    undone = await room.says(worker, first, right=True)
    back = await room.village.undo(worker, first.lease_id)
    assert isinstance(back, AnswerUndone)
    assert isinstance(undone.next, Question)
    presses = [Press(worker, lease, CAT) for lease in (back.next.lease_id, undone.next.lease_id)]
    outcomes = await room.village.submit(presses)
    assert all(isinstance(outcome, AnswerAccepted) for outcome in outcomes)
    assert (await room.standing(worker)).golds == 2


async def test_cant_tell_on_gold_is_not_held_against_her(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=6)
    worker, question = await room.begins("anna")
    outcome = await room.village.says(worker, question, None)
    assert isinstance(outcome, AnswerAccepted)
    assert outcome.lesson is None
    standing = await room.standing(worker)
    assert (standing.questions, standing.golds, standing.doubt) == (0, 0, 0.0)


async def test_a_gold_that_nobody_can_tell_is_set_aside_like_any_other_picture(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=3, tasks=3, quota=2)
    for name, expected in (("anna", {"open"}), ("berta", {"unclear"})):
        worker, question = await room.begins(name)
        outcome = await room.village.says(worker, question, None)
        while not is_over(outcome):
            outcome = await room.village.says(worker, outcome.next, None)  # type: ignore[union-attr]
        assert {row.status for row in await room.rows(tasks)} == expected


async def test_a_silent_gold_may_be_undone_and_leaves_no_trace(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=12)
    worker, question = await room.begins("anna")
    for right in (False, True, False):
        outcome = await room.says(worker, question, right=right)
        before, question = question, outcome.next  # type: ignore[assignment]
    again = await room.village.undo(worker, before.lease_id)
    assert isinstance(again, AnswerUndone)
    assert await room.purpose(again.next.lease_id) is Purpose.SILENT
    between = levels(2)
    standing = await room.standing(worker)
    assert (standing.questions, standing.golds, standing.golds_right) == (2, 2, 1)
    assert standing.doubt == pytest.approx(between.step(right=False) + between.step(right=True))
    assert await room.village.approved(worker) == 2 * PRICE.micros
    tally = [row for row in await room.rows(tasks) if row.id == before.task_id]
    assert [(row.answers, row.taken) for row in tally] == [(0, 0)]


async def test_undo_comes_too_late_for_gold_as_often_as_for_what_is_decided(store: SqlStore) -> None:
    """Else whoever answers carelessly, and with care only what *Undo* brings back, is right on every gold."""
    room = await Schoolroom.open(store, silent=30, tasks=30, quota=1)
    worker, question = await room.begins("anna")
    could = []
    for number in range(12):
        room.dice.gold = number % 2 == 1
        outcome = await room.says(worker, question, right=True)
        undone = await room.village.undo(worker, question.lease_id)
        could.append((await room.purpose(question.lease_id), isinstance(undone, AnswerUndone)))
        if isinstance(undone, AnswerUndone):
            outcome = await room.says(worker, undone.next, right=True)
        question = outcome.next  # type: ignore[assignment]
    assert could[0] == (Purpose.SILENT, True), "nothing was decided yet"
    assert could[1:].count((Purpose.WORK, False)) > 3
    assert could[2:].count((Purpose.SILENT, False)) > 3
    assert not any(could_undo for _, could_undo in could[2:])


async def test_undo_of_gold_stays_possible_where_others_are_undecided(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=30, tasks=30, quota=3)
    worker, question = await room.begins("anna")
    for number in range(8):
        room.dice.gold = number % 2 == 1
        question = (await room.says(worker, question, right=True)).next  # type: ignore[assignment]
    assert await room.purpose(question.lease_id) is Purpose.SILENT
    await room.says(worker, question, right=True)
    assert isinstance(await room.village.undo(worker, question.lease_id), AnswerUndone)


async def test_a_lesson_is_told_and_cannot_be_undone(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=4, silent=6)
    worker, question = await room.begins("anna")
    assert await room.purpose(question.lease_id) is Purpose.TEACHING
    outcome = await room.says(worker, question, right=False)
    lesson = outcome.lesson
    assert lesson is not None
    assert not lesson.was_right
    assert lesson.image_id == question.image_id
    assert lesson.explanations == {"en": "Look at the ears."}
    assert outcome.earned == PRICE
    assert isinstance(outcome.next, Question)
    assert outcome.next.previous_id is None
    again = await room.village.says(worker, question, CAT)
    assert isinstance(again, AlreadyAnswered)
    assert (again.lesson, again.current) == (lesson, outcome.next)
    assert isinstance(await room.village.undo(worker, question.lease_id), UndoTooLate)
    following = await room.says(worker, outcome.next, right=True)
    assert following.lesson is not None
    assert following.lesson.was_right
    late = await room.village.says(worker, question, CAT)
    assert isinstance(late, AlreadyAnswered)
    assert late.lesson is None, "she has gone on"
    standing = await room.standing(worker)
    assert (standing.lessons, standing.golds) == (2, 0)
    assert isinstance(following.next, Question)
    assert await room.purpose(following.next.lease_id) is Purpose.SILENT


async def test_the_ladder_more_gold_a_refresher_a_pause(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=12, silent=20)
    worker, question = await room.begins("anna")
    steps: list[Step] = []
    while True:
        outcome = await room.says(worker, question, right=False)
        steps.append((await room.standing(worker)).step)
        if isinstance(outcome.next, Paused):
            break
        question = outcome.next  # type: ignore[assignment]
    once = list(dict.fromkeys(steps))
    assert once == [Step.WORKING, Step.WATCHED, Step.REFRESHING, Step.PAUSED]
    kinds = [row.kind for row in await room.sanctions()]
    assert kinds == [SanctionKind.REFRESHER, SanctionKind.PAUSE]
    standing = await room.standing(worker)
    assert standing.lessons == 2 + 3
    assert standing.doubt >= LIMIT
    pause = outcome.next
    assert isinstance(pause, Paused)
    assert pause.wrong == pause.asked == len(pause.sanction.evidence) == standing.golds
    assert outcome.earned == PRICE, "what she answered is hers"


async def test_who_is_told_that_she_is_taught_again_cannot_take_that_answer_back(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=12, silent=20)
    worker, question = await room.begins("anna")
    while (await room.standing(worker)).step is not Step.REFRESHING:
        last = question
        outcome = await room.says(worker, question, right=False)
        question = outcome.next  # type: ignore[assignment]
    assert outcome.refresher
    assert question.previous_id is None, "her card offers no Undo"
    assert await room.village.undo(worker, last.lease_id) == UndoTooLate(room.project, question)
    standing = await room.standing(worker)
    assert (standing.step, standing.refreshers) == (Step.REFRESHING, 3)
    (refresher,) = await room.sanctions()
    assert refresher.ended_at is None


async def test_the_lessons_of_a_refresher_come_also_when_only_golds_are_left(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=12, silent=20, tasks=1)
    worker, question = await room.begins("anna")
    while (await room.standing(worker)).step is not Step.REFRESHING:
        question = (await room.says(worker, question, right=False)).next  # type: ignore[assignment]
    room.dice.gold = False
    for name in ("mei", "li"):
        other, last_ordinary = await room.begins(name)
        await room.village.report(other, last_ordinary.lease_id)
    for _ in range(3):
        assert await room.purpose(question.lease_id) is Purpose.TEACHING
        question = (await room.says(worker, question, right=True)).next  # type: ignore[assignment]
    assert (await room.standing(worker)).step is Step.WATCHED


async def test_a_lesson_passed_over_holds_nobody_in_a_refresher(store: SqlStore) -> None:
    room = await Schoolroom.open(store, teaching=5, silent=20, tasks=40)
    worker, question = await room.begins("anna")
    while (await room.standing(worker)).step is not Step.REFRESHING:
        question = (await room.says(worker, question, right=False)).next  # type: ignore[assignment]
    assert await room.purpose(question.lease_id) is Purpose.TEACHING
    passed = await room.village.says(worker, question, None)
    for _ in range(3):
        passed = await room.says(worker, passed.next, right=True)  # type: ignore[union-attr, arg-type]
    standing = await room.standing(worker)
    assert (standing.step, standing.refreshers) == (Step.WATCHED, 0), "there is no lesson left for her"


async def test_without_a_lesson_there_is_no_refresher(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, question = await room.begins("anna")
    outcome = await room.is_wrong_until_paused(worker, question)
    assert not outcome.refresher
    assert [row.kind for row in await room.sanctions()] == [SanctionKind.PAUSE]


async def test_a_paused_worker_gets_nothing_there_until_a_supervisor_lets_her(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    other = await room.village.project(tasks=2, slug="other")
    worker, question = await room.begins("anna")
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    assert outcome.next.more_elsewhere
    taken = await room.village.take_task(worker, room.project.id)
    assert isinstance(taken, Paused)
    assert taken.sanction == outcome.next.sanction
    offers = await room.village.offers(worker)
    assert [(offer.project.id, offer.sanction) for offer in offers] == [
        (other.id, None),
        (room.project.id, taken.sanction),
    ]
    states = {row.state for row in await room.rows(leases)}
    assert LeaseState.OPEN not in states


async def test_what_she_had_open_goes_back_and_is_not_paid_later(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, question = await room.begins("anna")
    first = await room.says(worker, question, right=False)
    room.dice.gold = False
    undone = await room.village.undo(worker, question.lease_id)
    assert isinstance(undone, AnswerUndone)
    assert isinstance(first.next, Question)
    after = await room.says(worker, undone.next, right=False)
    waiting = await room.says(worker, after.next, right=False)  # type: ignore[arg-type]
    assert isinstance(waiting.next, Question)
    room.dice.gold = True
    outcome = await room.is_wrong_until_paused(worker, waiting.next)
    assert isinstance(outcome.next, Paused)
    late = await room.village.says(worker, waiting.next, CAT)
    assert isinstance(late, AlreadyAnswered)
    assert isinstance(late.current, Paused)


@pytest.mark.parametrize("gold", [False, True])
async def test_a_left_question_of_a_paused_worker_comes_too_late(store: SqlStore, gold: bool) -> None:
    room = await Schoolroom.open(store, silent=20)
    room.dice.gold = gold
    worker, left = await room.begins("anna")
    await room.village.stop(worker, left.lease_id)
    room.dice.gold = True
    room.village.clock.advance(minutes=1)
    async with store.write() as uow:
        key = (room.project.id, worker.id)
        standing = (await uow.standings.lock([key]))[key]
        await uow.standings.save([type(standing)(*key, step=Step.PAUSED)])
        await uow.commit()
    outcome = await room.village.says(worker, left, CAT)
    assert isinstance(outcome, AnswerNotNeeded)
    assert await room.village.approved(worker) == 0
    async with store.read() as uow:
        assert not await uow.golds.list_answers_of(room.project.id, worker.id, since=None, limit=9)
        assert not await uow.golds.list_answers_on(left.task_id, 9)


async def test_whoever_is_paused_takes_nothing_back(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, question = await room.begins("anna")
    for _ in range(5):
        outcome = await room.says(worker, question, right=False)
        question = outcome.next  # type: ignore[assignment]
    room.dice.gold = False
    work = await room.says(worker, question, right=False)
    assert isinstance(work.next, Question)
    last = work.next
    assert await room.purpose(last.lease_id) is Purpose.WORK
    async with store.write() as uow:
        key = (room.project.id, worker.id)
        standing = (await uow.standings.lock([key]))[key]
        await uow.standings.save([replace(standing, doubt=LIMIT, step=Step.PAUSED)])
        await uow.commit()
    await room.village.says(worker, last, CAT)
    assert isinstance(await room.village.undo(worker, last.lease_id), UndoTooLate)


async def test_gold_that_lacks_answers_comes_when_there_is_nothing_else(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=3, tasks=1, quota=2)
    room.dice.gold = False
    worker, question = await room.begins("anna")
    asked = 0
    while True:
        asked += 1
        outcome = await room.says(worker, question, right=True)
        if is_over(outcome):
            break
        question = outcome.next  # type: ignore[assignment]
    assert asked == 4
    assert (await room.standing(worker)).golds == 3


async def test_gold_that_lacks_one_answer_goes_to_one_of_those_who_wait(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=2, tasks=1, quota=1)
    room.dice.gold = False
    anna, last = await room.begins("anna")
    first = (await room.says(anna, last, right=True)).next
    bo, second = await room.begins("bo")
    assert isinstance(first, Question)
    assert first.task_id != second.task_id
    for outcome in (await room.says(anna, first, right=True), await room.says(bo, second, right=True)):
        assert is_over(outcome)


async def test_no_gold_at_all_is_no_trouble(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=2, quota=1)
    assert not room.project.has_gold
    worker, question = await room.begins("anna")
    outcome = await room.village.says(worker, question, CAT)
    assert isinstance(outcome, AnswerAccepted)
    assert (await room.standing(worker)).questions == 1


async def test_an_import_changes_and_removes_gold(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=0)
    await room.imports({"g0": "cat", "g1": "cat", "g2": "dog", "g3": "dog"})
    golds = {gold.task_id: gold for gold in await room.golds()}
    assert {gold.role for gold in golds.values()} == {Purpose.SILENT, Purpose.TEACHING}
    first = min(golds)
    async with store.write() as uow:
        await uow.golds.change({first: GoldChange(shown=2, state=GoldState.SUSPENDED)})
        await uow.commit()
    async with store.read() as uow:
        untold = await uow.golds.list_untold(10)
    assert [(one.gold.task_id, one.key) for one in untold] == [(first, "g0")]
    await room.imports({"g0": "dog", "g1": None, "g2": "cat", "g4": "cat"})
    after = {gold.task_id: gold for gold in await room.golds()}
    assert len(after) == 4, "one is gone and one is new"
    assert (after[first].choice, after[first].state, after[first].shown) == ("dog", GoldState.LIVE, 2)
    assert after[first].role is golds[first].role, "people know it"
    async with store.read() as uow:
        assert not await uow.golds.list_untold(10)


async def test_a_gold_that_able_workers_contradict_is_suspended_and_forgiven(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=30, tasks=3, quota=99)
    bad = (await room.golds())[0]
    able = []
    for number in range(4):
        worker, question = await room.begins(f"able{number}")
        for _ in range(29):
            outcome = await room.says(worker, question, right=question.task_id != bad.task_id)
            if not isinstance(outcome.next, Question):
                break
            question = outcome.next
        able.append(worker)
    before = await room.standing(able[0])
    assert before.golds_right == before.golds - 1
    assert await room.suspend() == 1
    assert await room.suspend() == 0
    assert await room.recount() == 4
    after = await room.standing(able[0])
    assert (after.golds, after.golds_right) == (before.golds - 1, before.golds_right)
    async with store.read() as uow:
        (untold,) = await uow.golds.list_untold(10)
    told = untold.gold
    assert (told.task_id, told.state, told.contradicted) == (bad.task_id, GoldState.SUSPENDED, 4)


async def test_a_retired_gold_is_suspended_too_if_it_is_contradicted(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20, tasks=3, quota=99)
    bad = (await room.golds())[0]
    await room.three_able_contradict(bad.task_id)
    async with store.write() as uow:
        await uow.tasks.lock(bad.task_id)
        await uow.golds.change({bad.task_id: GoldChange(state=GoldState.RETIRED)})
        await uow.commit()
    assert await room.suspend() == 1
    assert (await room.golds())[0].state is GoldState.SUSPENDED
    assert await room.recount() == 3
    assert (await room.standing(await room.village.worker("able0"))).golds_right == 19


NO_GOLD = TaskId(0)


async def test_a_key_that_is_corrected_wrongly_is_contradicted_by_those_who_answered_before(
    store: SqlStore,
) -> None:
    room = await Schoolroom.open(store, silent=20, tasks=3, quota=99)
    await room.three_able_contradict(NO_GOLD)
    assert await room.suspend() == 0
    await room.imports({"g0": "dog"})
    assert await room.suspend() == 1
    await room.imports({"g0": None})
    await room.imports({"g0": "dog"})
    assert await room.suspend() == 0, "the client still holds it to be right"


async def test_a_pause_that_rested_on_a_bad_gold_is_lifted(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20, tasks=3, quota=99)
    worker, question = await room.begins("anna")
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    evidence = outcome.next.sanction.evidence
    (bad,) = {row.task_id for row in await room.rows(leases) if row.id == evidence[0]}
    await room.three_able_contradict(bad)
    assert await room.suspend() == 1
    await room.recount()
    standing = await room.standing(worker)
    assert standing.step is not Step.PAUSED
    assert isinstance(await room.village.take_task(worker, room.project.id), Question)
    assert await room.reasons_told(worker) == ["keys"]


async def test_an_earned_gold_is_silent_and_new_to_those_who_never_had_it(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=1, quota=1)
    anna, question = await room.begins("anna")
    await room.village.says(anna, question, CAT)
    async with store.write() as uow:
        task = await uow.tasks.lock(question.task_id)
        assert task.status is not TaskStatus.OPEN
        assert await earn_gold(uow, room.project, task, "cat")
        assert not await earn_gold(uow, room.project, task, "cat")
        await uow.commit()
    (gold,) = await room.golds()
    assert (gold.role, gold.origin, gold.shown) == (Purpose.SILENT, GoldOrigin.EARNED, 1)
    async with store.read() as uow:
        mei = await room.village.worker("mei")
        unseen = [
            await uow.golds.list_unseen(room.project.id, one.id, role=Purpose.SILENT, limit=9)
            for one in (anna, mei)
        ]
    assert [len(pool) for pool in unseen] == [0, 1]


async def test_an_earned_gold_is_never_paid_more_often_than_was_ordered(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=30, quota=3)
    room.dice.gold = False
    anna, question = await room.begins("anna")
    await room.village.says(anna, question, CAT)
    await room.earns(question, "cat")
    room.dice.gold = True
    for name in ("mei", "li", "wu", "fang"):
        worker, question = await room.begins(name)
        for _ in range(3):
            outcome = await room.village.says(worker, question, CAT)
            assert isinstance(outcome, AnswerAccepted)
            assert isinstance(outcome.next, Question)
            question = outcome.next
    (gold,) = await room.golds()
    assert (gold.origin, gold.shown) == (GoldOrigin.EARNED, 3)
    assert max(row.answers for row in await room.rows(tasks)) <= 3


async def test_whoever_is_just_answering_has_a_place_of_an_earned_gold(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=1, quota=3)
    room.dice.gold = False
    (anna, question), (mei, hers) = [await room.begins(name) for name in ("anna", "mei")]
    await room.village.says(anna, question, CAT)
    await room.earns(question, "cat")
    assert isinstance(await room.village.says(mei, hers, CAT), AnswerAccepted)
    (gold,) = await room.golds()
    assert gold.shown == 2


async def test_the_last_place_of_an_earned_gold_goes_to_one_of_those_who_ask_at_once(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=30, quota=2)
    room.dice.gold = False
    anna, question = await room.begins("anna")
    await room.village.says(anna, question, CAT)
    workers = [await room.village.worker(name) for name in ("mei", "li", "wu", "fang", "hong", "yan")]
    await room.earns(question, "cat")
    room.dice.gold = True
    await asyncio.gather(*(room.village.question(worker, room.project) for worker in workers))
    (gold,) = await room.golds()
    assert gold.shown == 2


async def test_an_import_takes_tasks_out_of_play_and_brings_them_back(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=0, tasks=0, quota=3)
    await room.imports({"g0": None, "g1": None})
    anna, question = await room.begins("anna")
    assert sorted((await in_play(room)).values()) == [2, 3]
    await room.imports({"g0": "cat", "g1": "cat"})
    assert await in_play(room) == {}
    outcome = await room.village.says(anna, question, CAT)
    assert isinstance(outcome, AnswerAccepted)
    assert isinstance(outcome.next, Question), "the other one, as gold that lacks answers"
    await room.imports({"g0": None, "g1": None})
    kept = await room.rows(tasks)
    assert sorted((row.answers, row.taken) for row in kept) == [(0, 1), (1, 1)]
    assert await in_play(room) == {row.id: 2 for row in kept}


async def test_a_suspended_gold_is_work_for_whoever_holds_it(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=1, quota=3)
    people = [await room.begins(f"worker{number}") for number in range(3)]
    (gold,) = await room.golds()
    assert [await room.purpose(question.lease_id) for _, question in people] == [Purpose.SILENT] * 3
    await room.village.says(*people[0], CAT)
    async with store.write() as uow:
        await uow.tasks.lock(gold.task_id)
        await uow.golds.change({gold.task_id: GoldChange(state=GoldState.SUSPENDED)})
        await uow.commit()
    assert [await room.purpose(question.lease_id) for _, question in people[1:]] == [Purpose.WORK] * 2
    assert await taken(room, gold) == 3
    await room.village.stop(people[1][0], people[1][1].lease_id)
    await room.village.says(*people[2], CAT)
    assert await taken(room, gold) == 2
    assert (await in_play(room))[gold.task_id] == 1
    again = await room.village.undo(people[0][0], people[0][1].lease_id)
    assert isinstance(again, AnswerUndone)
    assert await room.purpose(again.next.lease_id) is Purpose.WORK
    assert await taken(room, gold) == 2


async def test_a_retired_gold_is_known_still_and_no_work(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=1, quota=3)
    people = [await room.begins(f"worker{number}") for number in range(2)]
    (gold,) = await room.golds()
    async with store.write() as uow:
        await uow.tasks.lock(gold.task_id)
        await uow.golds.change({gold.task_id: GoldChange(state=GoldState.RETIRED)})
        await uow.commit()
    assert [await room.purpose(question.lease_id) for _, question in people] == [Purpose.SILENT] * 2
    await room.village.says(*people[0], CAT)
    others = await in_play(room)
    assert others
    assert gold.task_id not in others, "nobody else is paid to say what is known"
    again = await room.village.undo(people[0][0], people[0][1].lease_id)
    assert isinstance(again, AnswerUndone)
    assert await room.purpose(again.next.lease_id) is Purpose.SILENT


async def in_play(room: Schoolroom) -> dict[TaskId, int]:
    """How many leases of each task may be lent now."""
    return {row.task_id: row.need for row in await room.rows(frontier)}


async def taken(room: Schoolroom, gold: Gold) -> int:
    (row,) = [row for row in await room.rows(tasks) if row.id == gold.task_id]
    return int(row.taken)


async def test_many_answer_the_same_gold_at_once(store: SqlStore) -> None:
    """Locks are taken in one order: nobody waits in a circle, and nothing is counted twice."""
    room = await Schoolroom.open(store, silent=3, tasks=20, quota=20)
    people = [await room.begins(f"worker{number}") for number in range(10)]

    async def works(number: int) -> None:
        worker, question = people[number]
        for _ in range(6):
            outcome = await room.village.says(worker, question, CAT)
            if not isinstance(outcome, AnswerAccepted) or not isinstance(outcome.next, Question):
                return
            question = outcome.next

    await asyncio.gather(*(works(number) for number in range(10)))
    answered = [row for row in await room.rows(leases) if row.purpose != "work" and row.choice]
    for gold in await room.golds():
        on_it = [row for row in answered if row.task_id == gold.task_id]
        assert len(on_it) == 10
        assert gold.shown == 10
    for worker, _ in people:
        assert (await room.standing(worker)).golds == 3


async def test_a_new_task_without_gold_is_none(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=1, tasks=0)
    async with store.write() as uow:
        await uow.tasks.upsert(room.project, [a_new_task("plain")])
        await uow.golds.renew(room.project.id, ["plain"])
        await uow.golds.renew(room.project.id, [])
        await share_out_roles(uow, room.project)
        await uow.commit()
    assert len(await room.golds()) == 1

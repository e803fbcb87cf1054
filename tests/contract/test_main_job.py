"""The main job's rules, on every engine: lend, answer, undo, report, stop, end."""

import asyncio

import pytest

from tasks.answering import Press
from tasks.model.identifiers import LeaseId
from tasks.model.money import Money
from tasks.model.work import AnswerStatus, Question, TaskStatus
from tasks.outcomes import (
    NOT_YOURS,
    AlreadyAnswered,
    AlreadyUndone,
    AnswerAccepted,
    AnswerNotNeeded,
    AnswerUndone,
    NothingToDo,
    PictureReported,
    UndoTooLate,
    WorkStopped,
)
from tests.contract.village import CAT, DOG, PRICE, Village, following, is_over


@pytest.fixture
def village(store):
    return Village(store)


async def test_an_answer_counts_is_paid_and_brings_the_next_question(village):
    project = await village.project(tasks=2)
    anna = await village.worker("anna")
    first = await village.question(anna, project)

    outcome = await village.says(anna, first)

    assert isinstance(outcome, AnswerAccepted)
    assert (outcome.earned, outcome.today, outcome.late) == (PRICE, PRICE, False)
    assert following(outcome).task_id != first.task_id
    assert following(outcome).previous_id == first.lease_id
    assert await village.approved(anna) == PRICE.micros


async def test_the_same_press_again_changes_nothing_and_shows_the_same_next_question(village):
    project = await village.project(tasks=3)
    anna = await village.worker("anna")
    first = await village.question(anna, project)
    accepted = await village.says(anna, first)

    again = await village.says(anna, first, DOG)

    assert isinstance(again, AlreadyAnswered)
    assert following(again) == following(accepted)
    assert await village.approved(anna) == PRICE.micros


async def test_two_presses_on_one_lease_in_one_batch(village):
    project = await village.project(tasks=3)
    anna = await village.worker("anna")
    first = await village.question(anna, project)

    one, two = await village.submit([Press(anna, first.lease_id, CAT), Press(anna, first.lease_id, DOG)])

    assert isinstance(one, AnswerAccepted)
    assert isinstance(two, AlreadyAnswered)
    assert following(two) == following(one)
    assert await village.approved(anna) == PRICE.micros


async def test_a_press_at_the_same_moment_in_two_batches(village):
    project = await village.project(tasks=3)
    anna = await village.worker("anna")
    first = await village.question(anna, project)

    outcomes = await asyncio.gather(*(village.says(anna, first) for _ in range(5)))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyAnswered"] * 4 + [
        "AnswerAccepted"
    ]
    assert await village.approved(anna) == PRICE.micros


async def test_somebody_elses_button_and_an_invented_one(village):
    project = await village.project(tasks=3)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    first = await village.question(anna, project)

    assert await village.says(mei, first) is NOT_YOURS
    assert (await village.submit([Press(anna, LeaseId(10**15), CAT)]))[0] is NOT_YOURS
    assert await village.undo(mei, first.lease_id) is NOT_YOURS
    assert await village.report(mei, first.lease_id) is NOT_YOURS
    assert await village.stop(mei, first.lease_id) is NOT_YOURS
    assert isinstance(await village.says(anna, first), AnswerAccepted)


async def test_nobody_gets_a_task_twice_and_no_quota_is_exceeded(village):
    project = await village.project(tasks=5, quota=2)
    workers = [await village.worker(name) for name in ("anna", "mei", "wanjiru")]
    asked = {worker.id: [] for worker in workers}
    answers = 0
    for _ in range(6):
        for worker in workers:
            taken = await village.take_task(worker, project.id)
            if isinstance(taken, Question):
                asked[worker.id].append(taken.task_id)
                answers += isinstance(await village.says(worker, taken), AnswerAccepted)

    assert answers == 10
    for tasks in asked.values():
        assert sorted(tasks) == sorted(set(tasks))


async def test_what_nobody_has_answered_comes_first(village):
    project = await village.project(tasks=6, quota=3)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    answered = []
    for worker in (anna, anna, mei, mei):
        question = await village.question(worker, project)
        await village.says(worker, question)
        answered.append(question.task_id)
        if len(answered) == 2:
            await village.stop(anna, (await village.question(anna, project)).lease_id)

    assert len(set(answered)) == 4


async def test_twenty_at_once_in_one_batch_and_the_last_places(village):
    project = await village.project(tasks=30, quota=1)
    workers = [await village.worker(f"w{n}") for n in range(20)]
    first = [await village.question(worker, project) for worker in workers]

    outcomes = await village.submit(
        [Press(worker, question.lease_id, CAT) for worker, question in zip(workers, first, strict=True)]
    )

    assert all(isinstance(outcome, AnswerAccepted) for outcome in outcomes)
    lent = [outcome.next.task_id for outcome in outcomes if isinstance(outcome.next, Question)]
    assert len(lent) == len(set(lent)) == 10


async def test_cant_tell_is_stored_unpaid_and_gives_the_place_back(village):
    project = await village.project(tasks=1)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    question = await village.question(anna, project)

    outcome = await village.says(anna, question, None)

    assert isinstance(outcome, AnswerAccepted)
    assert outcome.earned == Money.zero("CNY")
    assert is_over(outcome)
    assert (await village.statement(anna)).recent[0].status is AnswerStatus.UNPAID
    assert isinstance(await village.take_task(mei, project.id), Question) is False, (
        "as many as the quota could not"
    )


async def test_a_task_that_nobody_can_tell_waits_for_a_supervisor(village):
    project = await village.project(tasks=1, quota=2)
    for name in ("anna", "mei"):
        worker = await village.worker(name)
        await village.says(worker, await village.question(worker, project), None)

    async with village.store.read() as uow:
        (task,) = await uow.tasks.list_set_aside(10)
    assert task.status is TaskStatus.UNCLEAR
    assert task.taken == 0


async def test_undo_takes_answer_and_pay_back_and_asks_again(village):
    project = await village.project(tasks=3, quota=2)
    anna = await village.worker("anna")
    first = await village.question(anna, project)
    second = following(await village.says(anna, first))

    undone = await village.undo(anna, first.lease_id)

    assert isinstance(undone, AnswerUndone)
    assert (undone.returned, undone.today) == (PRICE, Money.zero("CNY"))
    assert undone.next.task_id == first.task_id
    assert await village.approved(anna) == 0
    again = await village.says(anna, undone.next, DOG)
    assert following(again).lease_id == second.lease_id, "the question that was on the card follows"
    assert following(again).previous_id == undone.next.lease_id
    assert await village.approved(anna) == PRICE.micros
    assert isinstance(await village.undo(anna, first.lease_id), AlreadyUndone)


async def test_an_undo_that_comes_again_finds_it_done(village):
    """The same press comes twice when the bot dies before it has confirmed it, and from an eager thumb."""
    project = await village.project(tasks=3, quota=2)
    anna = await village.worker("anna")
    first = await village.question(anna, project)
    await village.says(anna, first)

    undone = await village.undo(anna, first.lease_id)

    assert isinstance(undone, AnswerUndone)
    assert await village.undo(anna, first.lease_id) == AlreadyUndone(project, undone.next)
    assert await village.approved(anna) == 0


async def test_undo_twice_in_a_row_walks_back(village):
    project = await village.project(tasks=5, quota=2)
    anna = await village.worker("anna")
    first = await village.question(anna, project)
    second = following(await village.says(anna, first))
    third = following(await village.says(anna, second))

    undone = await village.undo(anna, third.previous_id)
    assert isinstance(undone, AnswerUndone)
    back = await village.undo(anna, undone.next.previous_id)

    assert isinstance(back, AnswerUndone)
    assert back.next.task_id == first.task_id
    assert await village.approved(anna) == 0
    card = back.next
    for expected in (second.task_id, third.task_id):
        card = following(await village.says(anna, card))
        assert card.task_id == expected


async def test_undo_of_a_decided_task_is_too_late(village):
    project = await village.project(tasks=3, quota=1)
    anna = await village.worker("anna")
    first = await village.question(anna, project)
    second = following(await village.says(anna, first))

    outcome = await village.undo(anna, first.lease_id)

    assert isinstance(outcome, UndoTooLate)
    assert outcome.current is not None
    assert outcome.current.lease_id == second.lease_id
    assert await village.approved(anna) == PRICE.micros


async def test_undo_of_cant_tell_needs_a_free_place(village):
    project = await village.project(tasks=1, quota=2)
    anna, mei, li = [await village.worker(name) for name in ("anna", "mei", "li")]
    question = await village.question(anna, project)
    await village.says(anna, question, None)
    await village.question(mei, project)
    await village.question(li, project)

    assert isinstance(await village.undo(anna, question.lease_id), UndoTooLate)


async def test_a_broken_picture_leaves_her_and_after_two_everybody(village):
    project = await village.project(tasks=2, quota=3)
    anna, mei, li = [await village.worker(name) for name in ("anna", "mei", "li")]
    broken = await village.question(anna, project)

    outcome = await village.report(anna, broken.lease_id)
    assert isinstance(outcome, PictureReported)
    assert following(outcome).task_id != broken.task_id
    assert isinstance(await village.report(anna, broken.lease_id), AlreadyAnswered)
    mei_card = await village.question(mei, project)
    if mei_card.task_id != broken.task_id:
        mei_card = following(await village.says(mei, mei_card))
    assert mei_card.task_id == broken.task_id
    await village.report(mei, mei_card.lease_id)

    li_card = await village.question(li, project)
    assert li_card.task_id != broken.task_id
    assert is_over(await village.says(li, li_card))


async def test_a_lease_that_ended_returns_its_task_and_a_late_answer_still_counts(village):
    project = await village.project(tasks=1)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    question = await village.question(anna, project)
    assert isinstance(await village.take_task(mei, project.id), NothingToDo)
    village.clock.advance(minutes=61)

    assert await village.end_overdue() == 1
    late = await village.says(anna, question)

    assert isinstance(late, AnswerAccepted)
    assert late.late
    assert await village.approved(anna) == PRICE.micros
    assert isinstance(await village.take_task(mei, project.id), NothingToDo)


async def test_a_late_answer_never_takes_a_promised_place(village):
    project = await village.project(tasks=1)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    old = await village.question(anna, project)
    village.clock.advance(minutes=61)
    await village.end_overdue()
    new = await village.question(mei, project)

    late = await village.says(anna, old)

    assert isinstance(late, AnswerNotNeeded)
    assert await village.approved(anna) == 0
    assert (await village.statement(anna)).recent[0].status is AnswerStatus.UNPAID
    assert isinstance(await village.says(mei, new), AnswerAccepted)


async def test_her_own_ended_question_is_offered_first(village):
    project = await village.project(tasks=5, quota=2)
    anna = await village.worker("anna")
    left = await village.question(anna, project)
    stopped = await village.stop(anna, left.lease_id)
    assert isinstance(stopped, WorkStopped)

    again = await village.question(anna, project)

    assert again.lease_id == left.lease_id
    assert isinstance(await village.says(anna, again), AnswerAccepted)


async def test_an_overdue_lease_that_was_not_swept_is_still_hers(village):
    project = await village.project(tasks=1)
    anna = await village.worker("anna")
    question = await village.question(anna, project)
    village.clock.advance(hours=5)

    outcome = await village.says(anna, question)

    assert isinstance(outcome, AnswerAccepted)
    assert not outcome.late


async def test_stopping_gives_the_place_to_others(village):
    project = await village.project(tasks=1)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    left = await village.question(anna, project)
    await village.stop(anna, left.lease_id)

    assert isinstance(await village.take_task(mei, project.id), Question)


async def test_leaving_gives_open_questions_back_and_keeps_the_money(village):
    project = await village.project(tasks=2)
    anna, mei = await village.worker("anna"), await village.worker("mei")
    await village.says(anna, await village.question(anna, project))
    await village.leave(anna)

    assert await village.approved(anna) == PRICE.micros
    assert isinstance(await village.take_task(mei, project.id), Question)


async def test_statement_counts_days_where_she_lives(village):
    project = await village.project(tasks=9, quota=2)
    anna = await village.worker("anna")
    card = await village.question(anna, project)
    card = following(await village.says(anna, card))
    village.clock.advance(hours=8)  # midnight has passed in Shanghai

    outcome = await village.says(anna, card)
    statement = await village.statement(anna)

    assert outcome.today == PRICE
    (cny,) = statement.currencies
    assert (cny.today, cny.last_7_days, cny.last_30_days) == (PRICE, PRICE * 2, PRICE * 2)
    assert [day.amount.micros for day in cny.days][-2:] == [50_000, 50_000]


async def test_racing_takers_never_exceed_a_quota(village):
    project = await village.project(tasks=2, quota=3)
    workers = [await village.worker(f"w{n}") for n in range(12)]

    taken = await asyncio.gather(*(village.take_task(worker, project.id) for worker in workers))

    assert sum(isinstance(one, Question) for one in taken) == 6


async def test_offers_tell_price_and_pace(village):
    await village.project(tasks=40, quota=2)
    anna = await village.worker("anna")
    (offer,) = await village.offers(anna)

    assert (offer.seconds, offer.measured, offer.hourly) == (10, False, Money(18_000_000, "CNY"))

    card = await village.question(anna, offer.project)
    for _ in range(30):
        village.clock.advance(seconds=4)
        card = following(await village.says(anna, card))
    (offer,) = await village.offers(anna)
    assert (offer.seconds, offer.measured) == (4, True)

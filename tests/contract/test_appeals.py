"""A paused worker asks a person, and a supervisor around her decides."""

import pytest

from storage.tables import deliveries
from storage.unit_of_work import SqlStore
from tasks.appealing import Decision
from tasks.enrolling import MarkReachable
from tasks.errors import NotSupervisor, OutsideScope
from tasks.model.identifiers import AccountKey
from tasks.model.standing import Appeal, Sanction, SanctionKind, Step
from tasks.model.work import Question
from tasks.model.worker import Worker
from tasks.noticing.own_messages import APPEAL_MADE
from tasks.noticing.sending import TakeDeliveries
from tasks.outcomes import Paused
from tests.contract.schoolroom import HEAD, Schoolroom


async def paused(room: Schoolroom, name: str = "anna") -> tuple[Worker, Sanction]:
    worker, question = await room.begins(name)
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    return worker, outcome.next.sanction


async def live_in(room: Schoolroom, worker: Worker, place: str) -> None:
    async with room.store.write() as uow:
        await uow.workers.set_place(worker.id, place, None)
        await uow.commit()


async def supervisor(room: Schoolroom, name: str, scope: str) -> AccountKey:
    account = (await room.village.worker(name)).account
    async with room.store.write() as uow:
        await uow.supervisors.add(account, scope, room.village.clock.now())
        await uow.commit()
    return account


async def test_she_sees_what_it_rests_on_and_nobody_else_does(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    seen = await room.evidence(worker, pause.id)
    assert seen is not None
    assert len(seen.wrong) == seen.asked == len(pause.evidence)
    assert all(answer.said != answer.right for answer in seen.wrong)
    mei = await room.village.worker("mei")
    assert await room.evidence(mei, pause.id) is None
    assert await room.appeal(mei, pause.id) is None
    assert await room.evidence(worker, 404) is None
    assert await room.appeal(worker, 404) is None


async def test_a_supervisor_reads_the_same_day_as_she_whom_it_is_about(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, question = await room.begins("anna")
    began = room.village.clock.now()
    first = await room.says(worker, question, right=False)
    room.village.clock.advance(days=3)
    assert isinstance(first.next, Question)
    outcome = await room.is_wrong_until_paused(worker, first.next)
    assert isinstance(outcome.next, Paused)
    # Taken out of the project later still, for what she answered then.
    room.village.clock.advance(days=3)
    await room.decide(HEAD, outcome.next.sanction.id, Decision.REMOVE)
    (removal,) = [one for one in await room.sanctions() if one.kind == SanctionKind.REMOVAL]
    await room.appeal(worker, removal.id)
    for seen in (
        await room.evidence(worker, outcome.next.sanction.id),
        await room.look(HEAD, removal.id),
    ):
        assert seen is not None
        assert seen.since == outcome.next.since == began


async def test_an_appeal_is_made_once_and_told_to_those_around_her(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    near = await supervisor(room, "sun", "tongren")
    far = await supervisor(room, "li", "zunyi")
    await live_in(room, worker, "tongren/wanshan")
    worker = await room.village.worker("anna")
    appealed = await room.appeal(worker, pause.id)
    assert appealed is not None
    assert appealed.appeal is Appeal.MADE
    again = await room.appeal(worker, pause.id)
    assert again == appealed
    assert await room.said_to(await room.worker_of(near)) == ["appeal_made"]
    assert await room.said_to(await room.worker_of(far)) == []


async def test_scopes_decide_who_sees_and_decides(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    mei, other = await paused(room, "mei")
    near = await supervisor(room, "sun", "tongren")
    await live_in(room, worker, "tongren/wanshan")
    assert [each.sanction.id for each in await room.pauses(near, limit=9)] == [pause.id]
    assert [each.sanction.id for each in await room.pauses(HEAD, limit=9)] == [pause.id, other.id]
    await room.appeal(mei, other.id)
    assert [each.sanction.id for each in await room.pauses(HEAD, limit=9)] == [other.id, pause.id]
    assert [each.sanction.id for each in await room.pauses(HEAD, after=1, limit=9)] == [pause.id]
    seen = await room.look(near, pause.id)
    assert seen is not None
    assert seen.worker.id == worker.id
    for act in (room.look(near, other.id), room.decide(near, other.id, Decision.REMOVE)):
        with pytest.raises(OutsideScope):
            await act
    for act in (room.pauses(mei.account), room.decide(mei.account, other.id, Decision.LET_GO_ON)):
        with pytest.raises(NotSupervisor):
            await act
    assert await room.look(HEAD, 404) is None
    assert await room.decide(HEAD, 404, Decision.KEEP) is None


async def test_nobody_decides_about_herself(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    own = await supervisor(room, "anna", "")
    assert own == worker.account
    with pytest.raises(OutsideScope):
        await room.decide(own, pause.id, Decision.LET_GO_ON)


async def test_let_go_on_begins_anew(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=60)
    worker, pause = await paused(room)
    await room.appeal(worker, pause.id)
    decided = await room.decide(HEAD, pause.id, Decision.LET_GO_ON)
    assert decided is not None
    assert (decided.appeal, decided.ended_at) == (Appeal.GRANTED, room.village.clock.now())
    assert await room.said_to(worker) == ["pause_over"]
    assert await room.reasons_told(worker) == ["person"]
    assert await room.decide(HEAD, pause.id, Decision.REMOVE) is None, "it is over"
    assert await room.appeal(worker, pause.id) is None
    assert await room.look(HEAD, pause.id) is None
    standing = await room.standing(worker)
    assert (standing.step, standing.doubt) == (Step.WORKING, 0.0)
    room.village.clock.advance(minutes=1)
    question = await room.village.question(worker, room.project)
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    assert len(outcome.next.sanction.evidence) == len(pause.evidence), "only what came since"


async def test_kept_and_removed(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    await room.appeal(worker, pause.id)
    kept = await room.decide(HEAD, pause.id, Decision.KEEP)
    assert kept is not None
    assert (kept.appeal, kept.ended_at) == (Appeal.REFUSED, None)
    again = await room.appeal(worker, pause.id)
    assert again == kept, "one appeal for each pause"
    removed = await room.decide(HEAD, pause.id, Decision.REMOVE)
    assert removed is not None
    assert removed.kind is SanctionKind.REMOVAL
    assert removed.evidence == pause.evidence
    assert await room.said_to(worker) == ["pause_kept", "removed"]
    taken = await room.village.take_task(worker, room.project.id)
    assert isinstance(taken, Paused)
    assert taken.sanction == removed
    assert [offer.sanction for offer in await room.village.offers(worker)] == [removed]
    assert await room.pauses(HEAD) == []
    appealed = await room.appeal(worker, removed.id)
    assert appealed is not None
    assert appealed.appeal is Appeal.MADE
    assert [each.sanction.id for each in await room.pauses(HEAD)] == [removed.id]
    back = await room.decide(HEAD, removed.id, Decision.LET_GO_ON)
    assert back is not None
    assert await room.reasons_told(worker) == ["person"]
    assert isinstance(await room.village.take_task(worker, room.project.id), Question)


async def test_a_removal_is_old_news_after_thirty_days_unless_somebody_is_to_look(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    removed = await room.decide(HEAD, pause.id, Decision.REMOVE)
    assert removed is not None
    for days, is_old_news in ((29, False), (1, True)):
        room.village.clock.advance(minutes=days * 24 * 60)
        (offer,) = await room.village.offers(worker)
        assert offer.is_old_news is is_old_news
    assert isinstance(await room.village.take_task(worker, room.project.id), Paused), "it is not forgiven"
    await room.appeal(worker, removed.id)
    (offer,) = await room.village.offers(worker)
    assert not offer.is_old_news


async def test_her_supervisor_is_told_that_the_appeal_is_of_somebody_taken_out(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    await supervisor(room, "sun", "")
    removed = await room.decide(HEAD, pause.id, Decision.REMOVE)
    assert removed is not None
    await room.appeal(worker, removed.id)
    (told,) = [row for row in await room.rows(deliveries) if row.kind == APPEAL_MADE]
    assert told.facts["against"] == SanctionKind.REMOVAL


async def test_a_pause_that_was_kept_unasked_may_still_be_appealed_against(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    kept = await room.decide(HEAD, pause.id, Decision.KEEP)
    assert kept is not None
    assert (kept.appeal, kept.ended_at) == (Appeal.CONFIRMED, None)
    appealed = await room.appeal(worker, pause.id)
    assert appealed is not None
    assert appealed.appeal is Appeal.MADE
    refused = await room.decide(HEAD, pause.id, Decision.KEEP)
    assert refused is not None
    assert refused.appeal is Appeal.REFUSED
    assert await room.said_to(worker) == ["pause_kept", "pause_kept"]


async def test_what_was_kept_comes_last_and_is_told_once(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, first = await paused(room)
    _, second = await paused(room, "mei")
    _, third = await paused(room, "lan")
    await room.appeal(await room.village.worker("lan"), third.id)
    kept = await room.decide(HEAD, first.id, Decision.KEEP)
    assert [each.sanction.id for each in await room.pauses(HEAD, limit=9)] == [third.id, second.id, first.id]
    assert await room.decide(HEAD, first.id, Decision.KEEP) == kept
    assert await room.said_to(worker) == ["pause_kept"]
    over = await room.decide(HEAD, first.id, Decision.LET_GO_ON)
    assert over is not None
    assert (over.appeal, over.ended_at) == (Appeal.CONFIRMED, room.village.clock.now())


async def test_what_is_decided_otherwise_before_she_can_hear_it_is_not_said(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=60)
    worker, pause = await paused(room)
    await supervisor(room, "sun", "")
    assert await room.appeal(worker, pause.id)
    assert await room.decide(HEAD, pause.id, Decision.KEEP)
    assert await goes_out(room) == ["pause_kept"], "nobody has to look at it any more"
    assert await room.decide(HEAD, pause.id, Decision.LET_GO_ON)
    room.village.clock.advance(minutes=1)
    question = await room.village.question(worker, room.project)
    outcome = await room.is_wrong_until_paused(worker, question)
    assert isinstance(outcome.next, Paused)
    assert await goes_out(room) == [], "she is paused again"
    assert await room.decide(HEAD, outcome.next.sanction.id, Decision.KEEP)
    assert await room.decide(HEAD, outcome.next.sanction.id, Decision.REMOVE)
    assert await goes_out(room) == ["removed"]


async def test_a_supervisor_who_is_away_hears_of_an_appeal_when_she_is_back(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    worker, pause = await paused(room)
    sun = await supervisor(room, "sun", "")
    await is_reachable(room, sun, reachable=False)
    assert await room.appeal(worker, pause.id)
    assert await goes_out(room) == []
    await is_reachable(room, sun, reachable=True)
    assert await goes_out(room) == ["appeal_made"]


async def is_reachable(room: Schoolroom, account: AccountKey, *, reachable: bool) -> None:
    await MarkReachable(room.store, room.village.clock)(account, reachable=reachable)


async def goes_out(room: Schoolroom) -> list[str]:
    """What the program says now to whoever it concerns."""
    taken = await TakeDeliveries(room.store, room.village.clock)(None, 20)
    return [each.kind for each in taken.deliveries]


async def test_others_are_not_touched(store: SqlStore) -> None:
    room = await Schoolroom.open(store, silent=20)
    await paused(room)
    mei = await room.village.worker("mei")
    assert isinstance(await room.village.take_task(mei, room.project.id), Question)

"""From a raw update to what the person sees: order, bounds, faults and outages."""

import asyncio
import re

import pytest

import bot.intake
from bot.intake import AnswerInReply, Done, Failed
from handlers.screens import Choice, Event, MessageRef, Refused, RefusedWhy, Reply, Screen
from tasks.model.identifiers import AccountKey
from tests.runtime_parts import ChannelInMemory, make_intake, pressed, said


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.intake, "BACK_OFF_SECONDS_MIN", 0.01)
    monkeypatch.setattr(bot.intake, "START_PATIENCE_SECONDS", 0.05)


async def echo(event: Event) -> Reply:
    return Reply((Screen(event.text or event.data), Screen("second")), toast="+1")


async def test_a_press_gets_its_toast_and_only_the_first_screen_replaces_the_message() -> None:
    channel = ChannelInMemory()
    assert await make_intake(echo, channel).intake.take(pressed(1, 1001, "a")) == Done("done")
    assert channel.shown == [("1001", "a", True), ("1001", "second", False)]
    assert channel.toasts == ["+1"]


async def test_a_fresh_reply_replaces_nothing() -> None:
    async def fresh(_event: Event) -> Reply:
        return Reply((Screen("new"),), fresh=True)

    channel = ChannelInMemory()
    await make_intake(fresh, channel).intake.take(pressed(1, 1001, "a"))
    assert channel.shown == [("1001", "new", False)]


@pytest.mark.parametrize("in_reply", [None, lambda _event, toast, _alert: {"text": toast}])
async def test_the_buttons_of_the_pressed_message_change_beside_screen_and_toast(
    in_reply: AnswerInReply | None,
) -> None:
    rows = ((Choice("Seen", "s"),),)

    async def seen(event: Event) -> Reply:
        return Reply((Screen("more"),) if event.data == "more" else (), buttons=rows)

    channel = ChannelInMemory()
    intake = make_intake(seen, channel, in_reply).intake
    for number, update in enumerate([pressed(1, 1001, "a"), pressed(2, 1001, "more"), said(3, 1001, "hi")]):
        await intake.take(update)
        # Whoever writes has pressed no message.
        assert len(channel.buttons) == min(number + 1, 2)
    assert channel.buttons == [(MessageRef("1001", "7", has_picture=True), rows)] * 2
    assert channel.shown == [("1001", "more", True)]


async def test_one_persons_updates_keep_their_order_and_others_go_side_by_side() -> None:
    running: set[AccountKey] = set()
    together = 0

    async def handle(event: Event) -> Reply:
        nonlocal together
        assert event.person not in running
        running.add(event.person)
        together = max(together, len(running))
        await asyncio.sleep(0.005)
        running.discard(event.person)
        return Reply((Screen(event.text),))

    channel = ChannelInMemory()
    intake = make_intake(handle, channel).intake
    updates = [said(10 * turn + person, person, str(turn)) for turn in range(5) for person in range(1, 101)]
    await asyncio.gather(*(intake.take(update) for update in updates))
    for person in range(1, 101):
        assert [text for who, text, _ in channel.shown if who == str(person)] == list("01234")
    assert together == bot.intake.SIDE_BY_SIDE_MAX
    assert len(intake._persons) == 0


async def test_start_is_answered_though_her_earlier_event_hangs() -> None:
    hanging = asyncio.Event()

    async def handle(event: Event) -> Reply:
        if event.text == "slow":
            await hanging.wait()
        return Reply((Screen(event.command or event.text),))

    channel = ChannelInMemory()
    intake = make_intake(handle, channel).intake
    slow = asyncio.ensure_future(intake.take(said(1, 1001, "slow")))
    await asyncio.sleep(0)
    assert await intake.take(said(2, 1001, "/start")) == Done("done")
    hanging.set()
    await slow
    assert [text for _, text, _ in channel.shown] == ["start", "slow"]


@pytest.mark.parametrize("why", [RefusedWhy.BLOCKED, RefusedWhy.GONE])
async def test_who_blocked_the_bot_is_marked_and_it_is_done(why: RefusedWhy) -> None:
    channel = ChannelInMemory(refusing={"1001": Refused(why)})
    around = make_intake(echo, channel)
    assert await around.intake.take(said(1, 1001, "hi")) == Done("done")
    assert around.unreachable == [AccountKey("telegram", "1001")]


async def test_what_cannot_be_read_goes_into_quarantine() -> None:
    around = make_intake(echo)
    assert await around.intake.take({"update_id": 3, "message": 5}) == Done("quarantined")
    assert around.quarantine.kept == [("3", "unreadable: message is no object")]
    assert await around.intake.take({"update_id": 4, "message": {"x": "\ud800"}}) == Done("quarantined")
    assert await around.intake.take({"update_id": 5, "poll": {}}) == Done("ignored")


async def test_a_fault_is_tried_three_times_and_then_put_aside() -> None:
    async def broken(_event: Event) -> Reply:
        raise ZeroDivisionError

    around = make_intake(broken)
    results = [await around.intake.take(said(1, 1001, "hi")) for _ in range(3)]
    assert results == [Failed(outage=False), Failed(outage=False), Done("quarantined")]
    assert around.quarantine.kept == [("1", "failed 3 times: ZeroDivisionError")]


async def test_an_outage_is_tried_for_as_long_as_it_lasts_and_in_order() -> None:
    failures = 5

    async def handle(event: Event) -> Reply:
        nonlocal failures
        if failures:
            failures -= 1
            raise ConnectionRefusedError
        return Reply((Screen(event.text),))

    channel = ChannelInMemory()
    around = make_intake(handle, channel)
    assert await around.intake.take(said(1, 1001, "one")) == Failed(outage=True)
    stopping = asyncio.Event()
    updates = [said(1, 1001, "one"), said(2, 1001, "two")]
    await asyncio.gather(*(around.intake.take(update, stopping=stopping) for update in updates))
    assert [text for _, text, _ in channel.shown] == ["one", "two"]
    assert around.quarantine.kept == []


async def test_a_stop_ends_the_trying() -> None:
    async def gone(_event: Event) -> Reply:
        raise ConnectionRefusedError

    stopping = asyncio.Event()
    taking = asyncio.ensure_future(make_intake(gone).intake.take(said(1, 1001, "x"), stopping=stopping))
    await asyncio.sleep(0.05)
    stopping.set()
    assert await taking == Failed(outage=True)


async def test_an_update_that_takes_too_long_must_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.intake, "UPDATE_SECONDS_MAX", 0.05)

    async def slow(_event: Event) -> Reply:
        await asyncio.sleep(5)
        return Reply()

    intake = make_intake(slow).intake
    updates = [said(1, 1001, "a"), said(2, 1001, "b")]
    outcomes = await asyncio.gather(*(intake.take(update) for update in updates))
    assert outcomes == [Failed(outage=True)] * 2
    assert len(intake._persons) == 0


async def test_figures_name_kinds_and_outcomes_but_nobody() -> None:
    around = make_intake(echo)
    await around.intake.take(pressed(1, 1001, "a"))
    await around.intake.take({"update_id": 3, "message": 5})
    figures = around.metrics.render().decode()
    assert 'tapwork_updates_total{kind="press",outcome="done"} 1.0' in figures
    assert 'tapwork_updates_total{kind="none",outcome="quarantined"} 1.0' in figures
    assert "tapwork_updates_open 0.0" in figures
    assert not re.search(r"\b1001\b", figures)


async def test_a_screen_that_came_too_fast_follows_unless_she_moved_on() -> None:
    channel = ChannelInMemory(refusing={"1001": Refused(RefusedWhy.RATE, 0.05)})
    around = make_intake(echo, channel)
    await around.intake.take(said(1, 1001, "first"))
    assert len(around.late) == 1
    await around.intake.take(said(2, 1001, "later"))
    channel.refusing.clear()
    async with asyncio.timeout(30):
        while len(around.late):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert channel.shown == [("1001", "second", False)]
    await around.nursery.stop()

from __future__ import annotations

import pytest

from bot.emulator.clock import Clock
from bot.emulator.errors import ApiError
from bot.emulator.faults import Fault, Faults
from bot.emulator.keyboards import check_inline_keyboard
from bot.emulator.limits import Limits, SendMeter
from bot.emulator.updates import Pending, UpdateQueue


async def test_a_chat_may_burst_and_then_one_a_second() -> None:
    clock = Clock(start=0)
    meter = SendMeter(Limits(chat_per_second=1, chat_burst=2), clock)
    meter.spend(1)
    meter.spend(1)
    meter.spend(2)
    with pytest.raises(ApiError) as refused:
        meter.spend(1)
    assert refused.value.retry_after == 1
    clock.advance(1)
    meter.spend(1)
    assert (meter.sent, meter.refused, meter.most_in_a_second) == (4, 1, 3)


async def test_an_album_must_fit_as_a_whole() -> None:
    meter = SendMeter(Limits(chat_per_second=1, chat_burst=2), Clock())
    with pytest.raises(ApiError) as refused:
        meter.spend(1, 10)
    assert refused.value.retry_after == 8


async def test_any_sliding_second_over_all_chats() -> None:
    clock = Clock(start=0)
    meter = SendMeter(Limits(total_per_second=3), clock)
    for chat in range(3):
        meter.spend(chat)
        clock.advance(0.3)
    with pytest.raises(ApiError):
        meter.spend(9)
    clock.advance(0.11)
    meter.spend(9)


def pending(queue: UpdateQueue, expires_at: float = 1e12) -> Pending:
    update_id = queue.take_id()
    made = Pending(update_id, {"update_id": update_id}, "message:1", expires_at)
    queue.add(made)
    return made


async def test_confirming_forgets_only_what_is_below() -> None:
    queue = UpdateQueue(Clock())
    first, second, third = (pending(queue) for _ in range(3))
    queue.confirm_below(second.update_id)
    assert [body["update_id"] for body in queue.batch(10)] == [second.update_id, third.update_id]
    assert first.update_id == second.update_id - 1
    assert queue.is_far_off(third.update_id + 100)


async def test_expired_updates_are_passed_over() -> None:
    clock = Clock(start=0)
    queue = UpdateQueue(clock)
    pending(queue, expires_at=150)
    kept = pending(queue)
    clock.advance(151)
    assert [body["update_id"] for body in queue.batch(10)] == [kept.update_id]
    assert (len(queue), queue.expired) == (1, 1)


async def test_ids_begin_anew_after_a_quiet_week() -> None:
    clock = Clock()
    queue = UpdateQueue(clock)
    first = queue.take_id()
    assert queue.take_id() == first + 1
    clock.advance(8 * 86_400)
    assert queue.take_id() != first + 2


def test_faults_happen_as_often_as_asked() -> None:
    faults = Faults()
    faults.add(Fault("error", "sendMessage", times=2, match={"chat_id": "5"}))
    assert faults.for_call("sendPhoto", {"chat_id": "5"}) is None
    assert faults.for_call("SENDMESSAGE", {"chat_id": "6"}) is None
    assert faults.for_call("sendMessage", {"chat_id": 5})
    assert faults.for_call("sendMessage", {"chat_id": 5})
    assert faults.for_call("sendMessage", {"chat_id": 5}) is None
    with pytest.raises(ValueError, match="unknown kind of fault"):
        Fault("nonsense")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[{"text": "A", "callback_data": "猫" * 22}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "A", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": " ", "callback_data": "a"}]], "inline keyboard button text must be non-empty"),
        (
            [[{"text": "A"}]],
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ([[{"text": "A", "callback_data": "a"}] * 9], "reply markup is too long"),
        ([[{"text": "A", "callback_data": "a"}]] * 101, "reply markup is too long"),
        ("x", 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ],
)
def test_keyboards_that_are_refused(rows: object, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_inline_keyboard({"inline_keyboard": rows})
    assert refused.value.description == f"Bad Request: {words}"


def test_keyboards_that_pass() -> None:
    keyboard = {
        "inline_keyboard": [
            [{"text": "A", "callback_data": "x" * 64}],
            [{"text": "B", "url": "https://a.org"}],
        ]
    }
    assert check_inline_keyboard(keyboard) == keyboard
    assert check_inline_keyboard({"inline_keyboard": []}) is None

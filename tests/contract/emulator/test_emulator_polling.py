from __future__ import annotations

import asyncio
import time

from bot.emulator import Emulator
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import AiogramClient, Client, refusal
from tests.waiting import until_told


async def somebody_polls(emulator: Emulator) -> None:
    """Returns when a poll has come that waits for updates."""

    async def waits() -> bool:
        return emulator.service.polling._waiting is not None

    await until_told(waits)


async def test_updates_come_again_until_requested_past(client: Client, anna: Actor) -> None:
    (first,) = await client.call("get_updates")
    assert (await client.call("get_updates"))[0].update_id == first.update_id
    assert not await client.call("get_updates", offset=first.update_id + 1)
    await anna.says("two")
    await anna.says("three")
    one = await client.call("get_updates", offset=first.update_id + 1, limit=1)
    assert [update.message.text for update in one] == ["two"]
    last = await client.call("get_updates", offset=-1)
    assert [update.message.text for update in last] == ["three"]


async def test_long_poll_waits_for_words(client: Client, anna: Actor, emulator: Emulator) -> None:
    (first,) = await client.call("get_updates")
    began = time.monotonic()
    poll = asyncio.create_task(client.call("get_updates", offset=first.update_id + 1, timeout=15))
    await somebody_polls(emulator)
    await anna.says("now")
    (update,) = await poll
    assert update.message.text == "now"
    assert time.monotonic() - began < 10


async def test_two_pollers_are_in_conflict(client: Client, anna: Actor, emulator: Emulator) -> None:
    (first,) = await client.call("get_updates")
    poll = {"offset": first.update_id + 1, "timeout": 15}
    older = asyncio.create_task(refusal(client, "get_updates", **poll))
    await somebody_polls(emulator)
    newer = asyncio.create_task(client.call("get_updates", **poll))
    refused = await older
    assert refused.kind == "conflict"
    assert refused.words == (
        "conflict: terminated by other getupdates request; make sure that only one bot instance is running"
    )
    await anna.says("x")
    assert len(await newer) == 1


async def test_no_poll_beside_a_webhook(client: Client) -> None:
    await client.call("set_webhook", url="http://127.0.0.1:1/none")
    assert (await refusal(client, "get_updates")).words.startswith(
        "conflict: can't use getupdates method while"
    )
    await client.call("delete_webhook", drop_pending_updates=True)
    assert not await client.call("get_updates")


async def test_allowed_updates_are_kept(client: Client, anna: Actor) -> None:
    (first,) = await client.call("get_updates", allowed_updates=["callback_query"])
    await anna.says("not wanted")
    assert not await client.call("get_updates", offset=first.update_id + 1)


async def test_block_and_unblock_are_told(client: Client, anna: Actor) -> None:
    (first,) = await client.call("get_updates")
    await anna.blocks()
    await anna.unblocks()
    members = [
        update.my_chat_member
        for update in await client.call("get_updates", offset=first.update_id + 1)
    ]  # fmt: skip
    assert [member.new_chat_member.status for member in members] == ["kicked", "member"]
    assert [member.old_chat_member.status for member in members] == ["member", "kicked"]


async def test_updates_expire_after_a_day(client: Client, anna: Actor, world: TelegramWorld) -> None:
    await world.advance(86_401)
    assert not await client.call("get_updates")
    await anna.says("fresh")
    assert len(await client.call("get_updates")) == 1


async def test_disordered_updates(emulator: Emulator, anna: Actor, world: TelegramWorld) -> None:
    client = AiogramClient(emulator.base_url, emulator.token)
    (first,) = await client.call("get_updates")
    await world.breaks("update_twice", "message")
    await anna.says("a")
    await world.breaks("update_swapped", "message")
    await anna.says("b")
    await anna.says("c")
    await world.inject(skip=50)
    await world.breaks("update_unknown_type")
    await anna.says("d")
    updates = await client.call("get_updates", offset=first.update_id + 1)
    assert [update.message.text if update.message else None for update in updates] == [
        "a",
        "a",
        "c",
        "b",
        None,
    ]
    assert updates[-1].update_id - updates[2].update_id > 50
    assert not await client.call("get_updates", offset=updates[-1].update_id + 1)
    await client.close()

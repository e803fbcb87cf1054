"""The parts that a Bot API method may touch, and the dispatch from a method's name to its work."""

from __future__ import annotations

import copy
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.emulator.calls import CallLog
from bot.emulator.clock import Clock
from bot.emulator.errors import ApiError, bad_request, forbidden
from bot.emulator.faults import Fault, Faults
from bot.emulator.limits import Limits, SendMeter
from bot.emulator.params import Params
from bot.emulator.polling import Polling
from bot.emulator.updates import Pending, UpdateQueue
from bot.emulator.webhook import Webhook
from bot.emulator.world import Chat, World


@dataclass(frozen=True, slots=True)
class Described:
    """A result that is told in words as well."""

    result: Any
    description: str


Method = Callable[["Service", Params], Awaitable[Any]]


class Service:
    """One bot's Telegram: what happens when a method is called."""

    def __init__(
        self, world: World, limits: Limits, methods: Mapping[str, tuple[str, Method]],
        *, strict_webhook_urls: bool = False,
    ) -> None:  # fmt: skip
        self.world = world
        self.limits = limits
        self.clock: Clock = world.clock
        self.strict_webhook_urls = strict_webhook_urls
        self.meter = SendMeter(limits, self.clock)
        self.faults = Faults()
        self.calls = CallLog()
        self.updates = UpdateQueue(self.clock)
        self.polling = Polling(self.updates, self.clock)
        self.webhook = Webhook(self.updates, self.clock, self.call_from_webhook)
        self._methods = methods
        self._held: list[Pending] = []

    async def call(
        self, name: str, params: Params, *, via: str = "http", fault: Fault | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the body of the answer; the call is logged."""
        began = time.perf_counter()
        official, method = self._methods.get(name.lower(), (name, None))
        try:
            result = await self._result_of(method, params, fault)
            status = int(HTTPStatus.OK)
            body: dict[str, Any] = {"ok": True, "result": result}
            if isinstance(result, Described):
                body = {"ok": True, "result": result.result, "description": result.description}
        except ApiError as error:
            status, body = error.code, error.body()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # A parameter of a shape that no method expects, such as a list where an object should stand.
            refusal = bad_request(f"can't parse parameters: {error!r}")
            status, body = refusal.code, refusal.body()
        call = self.calls.add(
            at=self.clock.now(), method=official, params=params.for_log(), status=status,
            description=str(body.get("description", "")), seconds=time.perf_counter() - began, via=via,
            fault=fault.kind if fault else "",
        )  # fmt: skip
        self.world.publish("call", call=call)
        return status, body

    async def _result_of(self, method: Method | None, params: Params, fault: Fault | None) -> Any:
        if fault is not None and fault.kind == "error":
            raise ApiError(fault.code, fault.description, retry_after=fault.retry_after)
        if method is None:
            raise ApiError(HTTPStatus.NOT_FOUND, "Not Found: method not found")
        return await method(self, params)

    def note_unserved(self, name: str, params: Params, *, status: int, fault: Fault) -> None:
        """Log a call that a fault kept from being served; status 0 stands for no answer at all."""
        official, _ = self._methods.get(name.lower(), (name, None))
        call = self.calls.add(
            at=self.clock.now(), method=official, params=params.for_log(), status=status,
            description=f"fault: {fault.kind}", seconds=0.0, via="http", fault=fault.kind,
        )  # fmt: skip
        self.world.publish("call", call=call)

    async def call_from_webhook(self, name: str, params: Params) -> object:
        return await self.call(name, params, via="webhook")

    def chat_of(self, params: Params) -> Chat:
        """The chat that a call names."""
        if not params.text("chat_id"):
            raise bad_request("chat_id is empty")
        chat_id = params.number("chat_id")
        chat = self.world.chats.get(chat_id) if chat_id is not None else None
        if chat is None:
            if params.flag("allow_paid_broadcast") and chat_id is not None:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, params: Params) -> Chat:
        """The chat to send into, or why nothing can be sent there."""
        chat = self.chat_of(params)
        self.check_alive(chat)
        if not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.person.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    @staticmethod
    def check_alive(chat: Chat) -> None:
        if chat.person.deactivated:
            raise forbidden("user is deactivated")

    def add_update(self, kind: str, body: dict[str, Any], lane: str) -> int | None:
        """Queue an update; its id, or None if the bot did not ask for this kind."""
        if not self.updates.allows(kind):
            return None
        fault = self.faults.for_update(kind)
        if fault is not None and fault.kind == "update_without":
            body = copy.deepcopy(body)
            for name in fault.fields:
                body.pop(name, None)
        life = self.limits.callback_seconds if kind == "callback_query" else self.limits.update_seconds
        shown = "novel_update" if fault is not None and fault.kind == "update_unknown_type" else kind
        update_id = self.updates.take_id()
        pending = Pending(
            update_id, {"update_id": update_id, shown: body}, f"{kind}:{lane}", self.clock.now() + life
        )
        if fault is not None and fault.kind == "update_swapped":
            self._held.append(pending)
            return update_id
        self.updates.add(pending)
        if fault is not None and fault.kind == "update_twice":
            self.updates.add(copy.copy(pending))
        while self._held:
            self.updates.add(self._held.pop())
        return update_id

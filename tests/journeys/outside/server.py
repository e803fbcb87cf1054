"""A small, strict Bot API server, written from the manual alone and sharing nothing with `bot.emulator`."""

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from tests.journeys.outside.arrivals import COUNTED, Arrival, Arrivals
from tests.journeys.outside.delivery import PRESS_LIVES_SECONDS, Delivery
from tests.journeys.outside.faults import Faults
from tests.journeys.outside.manners import Manners, Refusal
from tests.journeys.outside.messages import BOT, SENT_AT, Chat, Messages, Params

TOKEN = "4242:AAH-outside_stranger-Token0123456789ab"


def _now() -> float:
    return asyncio.get_running_loop().time()


class BotApi:
    """The server. People act by `say` and `press`; the bot by HTTP."""

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self.delivery = Delivery(self.manners)
        self.chats: dict[int, Chat] = {}
        self.messages = Messages(self.manners)
        self.arrivals = Arrivals()
        self.faults = Faults(self.manners.random)
        self.queries: dict[str, tuple[int, float]] = {}
        self.refused: list[tuple[str, int, str]] = []
        self.calls: list[str] = []
        # What shall go wrong with the next calls: (method or "", "429" | "500" | "html" | "close" | "cut").
        self.troubles: list[tuple[str, str]] = []

    async def start(self) -> str:
        """Serves on a free port and returns the base address."""
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        await self.delivery.close()
        await self._runner.cleanup()

    # People

    def join(self, number: int, name: str, language: str | None) -> Chat:
        person: Params = {"id": self.manners.first_person + number, "is_bot": False, "first_name": name}
        if language:
            person["language_code"] = language
        burst = self.manners.burst or 0.0
        chat = Chat(person=person, tokens=burst, refilled=_now())
        self.chats[person["id"]] = chat
        return chat

    def say(self, chat: Chat, text: str) -> None:
        chat.last_id += 1
        message = {"message_id": chat.last_id, "from": chat.person, "chat": chat.card, "date": SENT_AT}
        entities = (
            [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
            if text[:1] == "/"
            else []
        )
        message |= {"text": text} | ({"entities": entities} if entities else {})
        self.delivery.put({"message": message}, f"chat {chat.person['id']}")

    def press(self, chat: Chat, message_id: int, data: str) -> str:
        """Presses a button and returns the query's id; the data may be forged."""
        query_id = str(self.manners.random.randrange(10**17, 10**18))
        self.queries[query_id] = (chat.person["id"], _now())
        query: Params = {"id": query_id, "from": chat.person, "data": data}
        if self.manners.pressed_message == "full" and message_id in chat.messages:
            query["message"] = self.messages.shown(chat, message_id)
        elif self.manners.pressed_message == "inaccessible" or message_id not in chat.messages:
            query["message"] = {"chat": chat.card, "message_id": message_id, "date": 0}
        if self.manners.chat_instance:
            query["chat_instance"] = str(chat.person["id"] * 7)
        self.delivery.put({"callback_query": self.manners.dress(query)}, f"user {chat.person['id']}")
        return query_id

    def block(self, chat: Chat, *, blocked: bool) -> None:
        chat.blocked = blocked
        statuses = ("member", "kicked") if blocked else ("kicked", "member")
        old, new = (
            {"user": BOT, "status": s} | ({"until_date": 0} if s == "kicked" else {}) for s in statuses
        )
        event = {"chat": chat.card, "from": chat.person, "date": SENT_AT}
        member = event | {"old_chat_member": old, "new_chat_member": new}
        self.delivery.put({"my_chat_member": member}, f"member {chat.person['id']}")

    # The bot

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        try:
            if request.match_info["token"] != TOKEN:
                raise Refusal(401, "Unauthorized")  # noqa: TRY301 - it goes where all refusals go
            params = await self._parameters(request)
            cut = await self._trouble(method, request)
            result = await self._perform(method, params)
        except Refusal as refusal:
            self.refused.append((method, refusal.code, refusal.description))
            return self._refusal(refusal)
        except _Html:
            return web.Response(
                status=502, text="<html><body>Bad Gateway</body></html>", content_type="text/html"
            )
        if cut or (method != "getupdates" and self.manners.happens(self.manners.cut)):
            self._close(request)
        extra = {"description": "Webhook was set"} if method == "setwebhook" else {}
        return web.json_response({"ok": True, "result": result, **extra})

    async def _trouble(self, method: str, request: web.Request) -> bool:
        for trouble in self.troubles:
            if trouble[0] in ("", method) and method != "getupdates":
                self.troubles.remove(trouble)
                match trouble[1]:
                    case "429":
                        raise Refusal(429, "Too Many Requests: retry after 1", 1)
                    case "500":
                        raise Refusal(500, "Internal Server Error: restart")
                    case "html":
                        raise _Html
                    case "close":
                        self._close(request)
                        raise Refusal(500, "closed")
                return True
        return False

    def _close(self, request: web.Request) -> None:
        if request.transport is not None:
            request.transport.abort()

    def _refusal(self, refusal: Refusal) -> web.Response:
        body: Params = {
            "ok": False,
            "error_code": refusal.code,
            "description": self.manners.describe(refusal.description),
        }
        headers = {}
        if refusal.retry_after_seconds:
            headers["Retry-After"] = str(refusal.retry_after_seconds)
            if self.manners.retry_after_in_body:
                body["parameters"] = {"retry_after": refusal.retry_after_seconds}
            else:
                body["description"] = self.manners.describe("Too Many Requests")
        return web.json_response(body, status=refusal.code, headers=headers)

    async def _parameters(self, request: web.Request) -> Params:
        params: Params = dict(request.query)
        if request.content_type == "application/json":
            params |= await request.json()
        elif request.method == "POST":
            for name, value in (await request.post()).items():
                params[name] = value.file.read() if isinstance(value, web.FileField) else value
        for name in ("reply_markup", "media", "commands", "scope", "allowed_updates", "entities"):
            if isinstance(params.get(name), str):
                try:
                    params[name] = json.loads(params[name])
                except ValueError:
                    raise Refusal(400, f"Bad Request: can't parse {name} JSON object") from None
        return params

    async def _perform(self, method: str, params: Params) -> Any:
        self.calls.append(method)
        if method == "getupdates":
            waits = float(params.get("timeout", 0))
            return await self.delivery.poll(
                int(params.get("offset", 0)), int(params.get("limit", 100)), waits
            )
        act = METHODS.get(method)
        if act is None:
            raise Refusal(404, "Not Found: method not found")
        if method == "answercallbackquery":
            return await self.answer(params)
        if "chat_id" not in params:
            return act(self, params)
        if method in COUNTED:
            self.arrivals.admit(_now())
        chat = self._reachable(params)
        held_seconds = self.faults.meet(method, chat.person["id"])
        async with chat.changed:
            result = act(self.messages, params, chat)
            if method in COUNTED:
                text = result.get("text") or result.get("caption", "")
                arrival = Arrival(_now(), chat.person["id"], method, text, result["message_id"])
                self.arrivals.seen.append(arrival)
            chat.changed.notify_all()
        await asyncio.sleep(held_seconds)
        return result

    def _reachable(self, params: Params) -> Chat:
        chat = self.chats.get(int(params["chat_id"]))
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if self.manners.burst is not None:
            now = _now()
            chat.tokens = min(self.manners.burst, chat.tokens + (now - chat.refilled) * self.manners.refill)
            chat.refilled = now
            if chat.tokens < 1:
                raise Refusal(429, "Too Many Requests: retry after 1", 1)
            chat.tokens -= 1
        return chat

    # What the methods do

    def get_me(self, _: Params) -> Params:
        return self.manners.dress(BOT | {"can_join_groups": True, "can_read_all_group_messages": False})

    async def answer(self, params: Params) -> bool:
        person, born = self.queries.get(str(params.get("callback_query_id")), (0, -1e9))
        text = params.get("text", "")
        if len(text) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        chat = self.chats.get(person)
        query_id = str(params.get("callback_query_id"))
        if chat is None or _now() - born > PRESS_LIVES_SECONDS or query_id in chat.toasts:
            raise Refusal(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        async with chat.changed:
            chat.toasts[query_id] = text
            chat.changed.notify_all()
        return True

    def set_commands(self, params: Params) -> bool:
        for command in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: command description must be non-empty")
        if params.get("language_code") and not re.fullmatch("[a-z]{2}", params["language_code"]):
            raise Refusal(400, "Bad Request: invalid language code specified")
        return True

    def set_webhook(self, params: Params) -> bool:
        url = params.get("url", "")
        if url and not re.match(r"https://|http://(127\.0\.0\.1|localhost)\b", url):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", params.get("secret_token", "")):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self.delivery.set_webhook({"url": url, "secret_token": params.get("secret_token", "")} if url else {})
        return True

    def webhook_info(self, _: Params) -> Params:
        info = {"url": self.delivery.webhook.get("url", ""), "has_custom_certificate": False}
        info["pending_update_count"] = self.delivery.pending
        return info | (
            {"last_error_message": self.delivery.last_error, "last_error_date": 1}
            if self.delivery.last_error
            else {}
        )


class _Html(Exception):  # noqa: N818
    """The front layer answers, not the server."""


METHODS: dict[str, Any] = {
    "getme": BotApi.get_me,
    "answercallbackquery": BotApi.answer,
    "setmycommands": BotApi.set_commands,
    "setwebhook": BotApi.set_webhook,
    "deletewebhook": lambda api, _: api.set_webhook({}),
    "getwebhookinfo": BotApi.webhook_info,
    "sendmessage": Messages.send,
    "sendphoto": Messages.send,
    "sendvoice": Messages.send,
    "senddocument": Messages.send,
    "editmessagemedia": Messages.edit,
    "editmessagetext": Messages.edit,
    "editmessagecaption": Messages.edit,
    "editmessagereplymarkup": Messages.edit,
    "deletemessage": Messages.delete,
}

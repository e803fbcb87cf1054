"""`/sim`: what people do and see, as JSON over HTTP, for journeys and the phone page."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.emulator.errors import ApiError
from bot.emulator.files import picture_type
from bot.emulator.phone import Button, PhoneError, Phones
from bot.emulator.service import Service
from bot.emulator.views import chat_view, message_view, person_view, phone_view
from bot.emulator.world import Chat, Media, Person

DEFAULT_WAIT_SECONDS = 10.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A mistake in a `/sim` request is told in one sentence with status 400."""
    if not request.path.startswith("/sim"):
        return await handler(request)
    try:
        return await handler(request)
    except (PhoneError, ApiError, KeyError, TypeError, ValueError) as error:
        words = f"missing {error}" if isinstance(error, KeyError) else str(error)
        return web.json_response({"error": words}, status=400)


async def body_of(request: web.Request) -> dict[str, Any]:
    if not request.can_read_body:
        return {}
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


class SimFace:
    def __init__(self, service: Service, phones: Phones) -> None:
        self._service = service
        self._world = service.world
        self._phones = phones

    def add_routes(self, app: web.Application) -> None:
        person = r"/sim/people/{id:\d+}"
        app.router.add_get("/sim/people", self.list_people)
        app.router.add_post("/sim/people", self.add_person)
        app.router.add_get(person, self.show_person)
        app.router.add_post(f"{person}/say", self.say)
        app.router.add_post(f"{person}/press", self.press)
        app.router.add_post(f"{person}/send", self.send)
        app.router.add_post(person + "/{deed:block|unblock|deactivate|activate}", self.change_standing)
        app.router.add_get(f"{person}/chat", self.show_chat)
        app.router.add_get(f"{person}/phone", self.show_phone)
        app.router.add_get(f"{person}/toasts", self.show_toasts)
        app.router.add_get(r"/sim/presses/{id:\d+}", self.show_press)
        app.router.add_get("/sim/wait", self.wait)
        app.router.add_get(r"/sim/files/{number:\d+}", self.show_file)

    def _person(self, request: web.Request) -> Person:
        return self._phones.get_person(int(request.match_info["id"]))

    def _chat(self, request: web.Request) -> Chat:
        return self._world.chats[self._person(request).id]

    async def list_people(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"people": [person_view(each) for each in self._world.people.values()]})

    async def add_person(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        facts: dict[str, str] = {name: str(body[name]) for name in ("last_name", "username") if name in body}
        if language := body.get("language_code", body.get("language")):
            facts["language"] = str(language)
        person_id = int(body["id"]) if body.get("id") else None
        return web.json_response(person_view(self._world.add_person(person_id, str(body["name"]), **facts)))

    async def show_person(self, request: web.Request) -> web.Response:
        return web.json_response(person_view(self._person(request)))

    async def say(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        message = self._phones.say(self._person(request), str(body["text"]))
        return web.json_response(message_view(message))

    async def press(self, request: web.Request) -> web.Response:
        """Press by `label`, `index` or raw `data`; `as` is another person who presses (forged)."""
        body = await body_of(request)
        chat = self._chat(request)
        presser = self._phones.get_person(int(body["as"])) if "as" in body else chat.person
        version = chat.version
        message_id = int(body["message_id"]) if "message_id" in body else None
        if "data" in body and message_id is not None:
            data = str(body["data"])
            query = self._phones.press_data(presser, data, chat_id=chat.person.id, message_id=message_id)
        else:
            button = self._find_button(chat, body, message_id)
            if button.data is None and "data" not in body:
                return web.json_response({"url": button.url, "version": version})
            query = self._phones.press(button, presser, data=body.get("data"))
        answer = await self._answer_to(query.id, float(body.get("wait", 0)))
        pressed = {"query_id": query.id, "message_id": query.message_id, "version": version}
        return web.json_response({**pressed, "answer": answer})

    def _find_button(self, chat: Chat, body: dict[str, Any], message_id: int | None) -> Button:
        if "label" in body:
            return self._phones.find_button(chat, label=str(body["label"]), message_id=message_id)
        return self._phones.get_button(chat, int(body.get("index", 0)), message_id)

    async def _answer_to(self, query_id: str, seconds: float) -> dict[str, Any] | None:
        """What the bot answered to a press; None if nothing came in time."""
        query = self._world.queries.get(query_id)
        if query is None:
            raise PhoneError(f"there was no press {query_id}")
        if seconds > 0:
            await asyncio.wait({query.answered}, timeout=seconds)
        return query.answered.result() if query.answered.done() else None

    async def show_press(self, request: web.Request) -> web.Response:
        seconds = float(request.query.get("wait", 0))
        answer = await self._answer_to(request.match_info["id"], seconds)
        return web.json_response({"query_id": request.match_info["id"], "answer": answer})

    async def send(self, request: web.Request) -> web.Response:
        """A photo, voice or document as base64, or a location."""
        body = await body_of(request)
        message = self._phones.send(self._person(request), self._media(body), str(body.get("caption", "")))
        return web.json_response(message_view(message))

    def _media(self, body: dict[str, Any]) -> Media:
        if "location" in body:
            place = body["location"]
            return Media("location", None, float(place["latitude"]), float(place["longitude"]))
        kinds = {"photo": "image/jpeg", "voice": "audio/ogg", "document": "application/octet-stream"}
        kind = next((kind for kind in kinds if kind in body), None)
        if kind is None:
            raise PhoneError("send one of photo, voice, document or location")
        try:
            content = base64.b64decode(body[kind], validate=True)
        except binascii.Error as error:
            raise PhoneError(f"the {kind} is not base64") from error
        stored = self._world.files.add(
            kind,
            content,
            name=str(body.get("name", kind)),
            mime_type=str(body.get("mime_type", kinds[kind])),
            duration=int(body.get("duration", 0)),
        )
        return Media(kind, stored)

    async def change_standing(self, request: web.Request) -> web.Response:
        person, deed = self._person(request), request.match_info["deed"]
        if deed in {"block", "unblock"}:
            self._phones.set_blocked(person, blocked=deed == "block")
        else:
            self._phones.set_deactivated(person, deactivated=deed == "deactivate")
        return web.json_response(person_view(person))

    async def show_chat(self, request: web.Request) -> web.Response:
        after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 50))
        chat = self._chat(request)
        return web.json_response(chat_view(self._world, chat, after_version=after, limit=limit))

    async def show_phone(self, request: web.Request) -> web.Response:
        return web.json_response(phone_view(self._service, self._phones, self._chat(request)))

    async def show_toasts(self, request: web.Request) -> web.Response:
        return web.json_response({"toasts": list(self._chat(request).toasts)})

    async def wait(self, request: web.Request) -> web.Response:
        """Answers when the chat is newer than version `after`, or when the time is over."""
        person = self._phones.get_person(int(request.query["person"]))
        chat = self._world.chats[person.id]
        after = int(request.query.get("after", chat.version))
        seconds = float(request.query.get("timeout", DEFAULT_WAIT_SECONDS))
        changed = await self._world.changed(chat, after, seconds)
        view = chat_view(self._world, chat, after_version=after)
        return web.json_response({**view, "changed": changed})

    async def show_file(self, request: web.Request) -> web.Response:
        stored = self._world.files.get(int(request.match_info["number"]))
        # Few bots say that a voice note is one, and a browser plays nothing that is not said to be a sound.
        sound = stored.mime_type if stored.mime_type.startswith("audio/") else "audio/ogg"
        kinds = {"photo": picture_type(stored.content), "voice": sound}
        content_type = kinds.get(stored.kind, "application/octet-stream")
        headers = {"Cache-Control": "max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.content, content_type=content_type, headers=headers)

"""People for journeys: they speak, tap and look, and the bot cannot tell them from real ones.

async with TelegramWorld(base_url) as telegram:
anna = await telegram.person("Anna", language="en")
await anna.says("/start")
card = await anna.sees(button="Cat")
toast = await anna.taps("Cat")
"""

# ruff: noqa: ASYNC109 - how long a person waits is hers to say, and the words stay short in a journey
from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

WAIT_SECONDS = 30.0
"""So long she waits for what must come, however busy the machine is."""
OK = 200


class NotSeen(AssertionError):  # noqa: N818 - in a journey this is what a person did not see
    """A person waited in vain; says what she sees instead."""


class Refused(Exception):  # noqa: N818 - the phone refused what the person wanted
    """A person could not do that, such as tapping a button that is not there."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a person sees it. `text` is the caption if there is a picture."""

    message_id: int
    from_bot: bool
    text: str
    rows: list[list[dict[str, Any]]]
    media: dict[str, Any] | None
    edits: int
    version: int
    view: dict[str, Any]
    world: TelegramWorld = field(repr=False)

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]

    @property
    def has_photo(self) -> bool:
        return self.media is not None and self.media["kind"] == "photo"

    def has_button(self, label: str) -> bool:
        """Whether a button has this label or contains it."""
        return any(label in each for each in self.buttons)

    def data_of(self, label: str) -> str:
        """What the bot put into a button; for forging presses."""
        for row in self.rows:
            for button in row:
                if label in button["text"]:
                    return str(button["callback_data"])
        raise Refused(f"there is no button {label!r} in {self.buttons}")

    async def photo_bytes(self) -> bytes:
        if self.media is None or "path" not in self.media:
            raise Refused("there is no picture in this message")
        return await self.world.download(self.media["path"])


class TelegramWorld:
    """The emulator from outside. Use it as an async context manager."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(self, method: str, path: str, **facts: Any) -> Any:
        """One `/sim` request; Refused with the emulator's words if it does not like it."""
        assert self._session is not None, "use TelegramWorld with `async with`"
        async with self._session.request(method, self._base_url + path, **facts) as response:
            answer = await response.json()
            if response.status != OK:
                raise Refused(str(answer.get("error", answer)))
            return answer

    async def download(self, path: str) -> bytes:
        assert self._session is not None, "use TelegramWorld with `async with`"
        async with self._session.get(self._base_url + path) as response:
            response.raise_for_status()
            return await response.read()

    async def person(
        self, name: str, *, language: str = "en", person_id: int | None = None, username: str = ""
    ) -> Actor:
        """A new person, or the one with this id."""
        body = {"name": name, "language_code": language, "id": person_id, "username": username}
        return Actor(self, await self.request("POST", "/sim/people", json=body))

    async def advance(self, seconds: float) -> None:
        """Move the emulator's clock ahead."""
        await self.request("POST", "/sim/clock", json={"advance": seconds})

    async def breaks(self, kind: str, method: str = "*", **facts: Any) -> int:
        """Let something go wrong (see README.md, faults); its id."""
        fault = await self.request("POST", "/sim/faults", json={"kind": kind, "method": method, **facts})
        return int(fault["id"])

    async def is_whole_again(self) -> None:
        await self.request("DELETE", "/sim/faults")

    async def calls(self, method: str = "", **filters: Any) -> list[dict[str, Any]]:
        """What the bot called, the oldest first."""
        query = {"method": method, **filters}
        answer = await self.request("GET", "/sim/log", params=query)
        return list(answer["calls"])

    async def stats(self) -> dict[str, Any]:
        return dict(await self.request("GET", "/sim/stats"))

    async def forget_stats(self) -> None:
        await self.request("DELETE", "/sim/stats")

    async def inject(self, update: Any = None, **facts: Any) -> int:
        """Send the bot anything as an update; `raw` text, `skip` ids. Its update_id."""
        body = {**facts, **({} if update is None else {"update": update})}
        return int((await self.request("POST", "/sim/updates", json=body))["update_id"])


class Actor:
    """One person with a phone."""

    def __init__(self, world: TelegramWorld, facts: dict[str, Any]) -> None:
        self._world = world
        self.id = int(facts["id"])
        self.name = str(facts["name"])
        self.last_message: Bubble | None = None
        """What she saw last."""
        self._acted_at = 0

    @property
    def _path(self) -> str:
        return f"/sim/people/{self.id}"

    async def _post(self, deed: str, **body: Any) -> Any:
        return await self._world.request("POST", f"{self._path}/{deed}", json=body)

    async def says(self, text: str) -> None:
        self._acted_at = int((await self._post("say", text=text))["version"])

    async def sends_photo(self, content: bytes, *, caption: str = "") -> None:
        await self._sends(photo=base64.b64encode(content).decode(), caption=caption)

    async def sends_voice(self, content: bytes, *, duration_seconds: int = 1, caption: str = "") -> None:
        voice = base64.b64encode(content).decode()
        await self._sends(voice=voice, duration=duration_seconds, caption=caption)

    async def sends_document(self, content: bytes, *, name: str = "file.bin", caption: str = "") -> None:
        await self._sends(document=base64.b64encode(content).decode(), name=name, caption=caption)

    async def sends_location(self, latitude: float, longitude: float) -> None:
        await self._sends(location={"latitude": latitude, "longitude": longitude})

    async def _sends(self, **body: Any) -> None:
        self._acted_at = int((await self._post("send", **body))["version"])

    async def chat(self, *, limit: int = 50) -> list[Bubble]:
        """What is on her phone, the oldest first."""
        view = await self._world.request("GET", f"{self._path}/chat", params={"limit": limit})
        return [self._bubble(message) for message in view["messages"]]

    async def toasts(self) -> list[dict[str, Any]]:
        """Every answer to her presses so far, with `text` and `show_alert`."""
        return list((await self._world.request("GET", f"{self._path}/toasts"))["toasts"])

    async def sees(
        self, text: str = "", *, button: str = "", photo: bool | None = None,
        where: Callable[[Bubble], bool] | None = None, fresh: bool = False, timeout: float = WAIT_SECONDS,
    ) -> Bubble:  # fmt: skip
        """Wait for a message of the bot that has all of this; the newest one. `fresh` leaves out what
        has not changed since she last said or tapped something.
        """

        def fits(bubble: Bubble) -> bool:
            return (
                bubble.from_bot
                and text in bubble.text
                and (not button or bubble.has_button(button))
                and (photo is None or bubble.has_photo == photo)
                and (not fresh or bubble.version > self._acted_at)
                and (where is None or where(bubble))
            )

        ends = time.monotonic() + timeout
        while True:
            view = await self._world.request("GET", f"{self._path}/chat", params={"limit": 50})
            bubbles = [self._bubble(message) for message in reversed(view["messages"])]
            for bubble in bubbles:
                if fits(bubble):
                    self.last_message = bubble
                    return bubble
            left = ends - time.monotonic()
            if left <= 0:
                raise NotSeen(self._in_vain(text, button, bubbles))
            wanted = {"person": self.id, "after": view["version"], "timeout": min(left, 1.0)}
            await self._world.request("GET", "/sim/wait", params=wanted)

    def _in_vain(self, text: str, button: str, bubbles: list[Bubble]) -> str:
        shown = "\n".join(
            f"  {'bot' if each.from_bot else self.name}: {each.text!r} {each.buttons or ''}"
            for each in reversed(bubbles[:6])
        )
        wanted = " ".join(filter(None, (repr(text) if text else "", f"button {button!r}" if button else "")))
        return f"{self.name} waited in vain for {wanted or 'it'}; she sees\n{shown or '  nothing'}"

    async def taps(self, label: str, *, on: Bubble | None = None, timeout: float = WAIT_SECONDS) -> str:
        """Tap the newest button with this label and wait for the answer; the toast's text, often empty."""
        answer = await self.press(label=label, on=on, timeout=timeout)
        return str(answer["text"])

    async def press(
        self, *, on: Bubble | None = None, timeout: float = WAIT_SECONDS, **what: Any
    ) -> dict[str, Any]:
        """Press by `label`, `index` or raw `data`; the whole answer (text, show_alert, …)."""
        pressed = await self.presses_without_waiting(on=on, wait=timeout, **what)
        if "url" in pressed:
            return {"text": "", "show_alert": False, "url": pressed["url"]}
        if pressed["answer"] is None:
            raise NotSeen(f"{self.name} pressed {what}, and nothing answered within {timeout:g} s")
        return dict(pressed["answer"])

    async def presses_without_waiting(self, *, on: Bubble | None = None, **what: Any) -> dict[str, Any]:
        """Press and go on; `as_person` presses in the name of another person (forged)."""
        if on is not None:
            what["message_id"] = on.message_id
        if (other := what.pop("as_person", None)) is not None:
            what["as"] = other.id
        pressed = dict(await self._post("press", **what))
        self._acted_at = int(pressed["version"])
        return pressed

    async def answer_to(
        self, pressed: dict[str, Any], *, timeout: float = WAIT_SECONDS
    ) -> dict[str, Any] | None:
        """What the bot answered to an earlier press, or None."""
        path = f"/sim/presses/{pressed['query_id']}"
        answer = await self._world.request("GET", path, params={"wait": timeout})
        found = answer["answer"]
        return None if found is None else dict(found)

    async def blocks(self) -> None:
        await self._post("block")

    async def unblocks(self) -> None:
        await self._post("unblock")

    async def deletes_account(self) -> None:
        await self._post("deactivate")

    def _bubble(self, view: dict[str, Any]) -> Bubble:
        return Bubble(
            message_id=view["message_id"], from_bot=view["from"] == "bot", text=view["text"],
            rows=view["buttons"], media=view["media"], edits=view["edits"], version=view["version"],
            view=view, world=self._world,
        )  # fmt: skip

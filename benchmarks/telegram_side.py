"""The other side of a press benchmark: a static Bot API server, and workers who press when they see a card.

It is written on bare asyncio protocols so that it costs far less than any bot. Each worker presses the first
button of her newest message, waits for the edit (or message) that answers it, and presses again. A press is
timed from the moment its request is handed to the socket until the call with the next card arrived.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvloop

BOT = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
FILE_ID = "AgAC-bench-photo"
EDITS = ("editmessagemedia",)
SENDS = {"sendmessage", "sendphoto", "editmessagemedia", "editmessagetext", "editmessagecaption"}


@dataclass(slots=True)
class Person:
    """One worker: her newest message and the press she waits on."""

    id: int
    message: dict[str, object] | None = None
    pressed_at: float = 0.0
    presses: int = 0


@dataclass(slots=True)
class Side:
    """Everything the server and the workers share."""

    people: dict[int, Person]
    seconds: float
    warmup: float
    started: float = 0.0
    webhook: str = ""
    secret: str = ""
    next_update: int = 1000
    next_message: int = 1
    latencies: list[float] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    not_ok: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    working: set[int] = field(default_factory=set)
    """Who has seen a picture."""
    all_working: asyncio.Event = field(default_factory=asyncio.Event)
    poster: "Poster | None" = None

    def call(self, method: str, params: dict[str, object]) -> object:
        """Answers one Bot API call."""
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getme":
            return BOT
        if method == "setwebhook":
            self.webhook = str(params["url"])
            self.secret = str(params.get("secret_token") or "")
            self.ready.set()
            return True
        if method in SENDS:
            return self._show(method, params)
        return True

    def _show(self, method: str, params: dict[str, object]) -> dict[str, object]:
        chat = int(str(params["chat_id"]))
        message = {
            "message_id": int(str(params["message_id"])) if "message_id" in params else self.next_message,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "W"},
            "from": BOT,
        }
        self.next_message += 1
        if method in {"sendphoto", "editmessagemedia", "editmessagecaption"}:
            sizes = {
                "file_id": FILE_ID,
                "file_unique_id": "u",
                "width": 224,
                "height": 224,
                "file_size": 9000,
            }
            message |= {"photo": [sizes], "caption": "q"}
        else:
            message["text"] = "t"
        markup = params.get("reply_markup")
        keyboard = json.loads(markup) if isinstance(markup, str) else markup
        if keyboard:
            message["reply_markup"] = keyboard
            self._seen(chat, message)
        return message

    def _seen(self, chat: int, message: dict[str, object]) -> None:
        person = self.people.get(chat)
        if person is None:
            return
        now = time.perf_counter()
        if "photo" in message:
            self.working.add(chat)
            if len(self.working) == len(self.people):
                self.all_working.set()
        if person.pressed_at and "photo" in message and now - self.started > self.warmup:
            self.latencies.append(now - person.pressed_at)
        person.message = message
        if now - self.started < self.warmup + self.seconds:
            asyncio.get_running_loop().call_soon(self.press, person)
        else:
            self.done.set()

    def press(self, person: Person) -> None:
        """Presses the first button of the newest message."""
        message = person.message or {}
        rows = message["reply_markup"]["inline_keyboard"]  # type: ignore[index]
        person.presses += 1
        sender = {"id": person.id, "is_bot": False, "first_name": "W", "language_code": "en"}
        query = {
            "id": str(self.next_update),
            "from": sender,
            "chat_instance": str(person.id),
            "message": message,
            "data": rows[0][0]["callback_data"],
        }
        person.pressed_at = time.perf_counter()
        self.post({"callback_query": query})

    def say(self, person: Person, text: str) -> None:
        """Writes a command."""
        sender = {"id": person.id, "is_bot": False, "first_name": "W", "language_code": "en"}
        entity = {"type": "bot_command", "offset": 0, "length": len(text)}
        chat = {"id": person.id, "type": "private", "first_name": "W"}
        message = {"message_id": self.next_message, "date": 1_700_000_000, "chat": chat, "from": sender}
        self.next_message += 1
        self.post({"message": message | {"text": text, "entities": [entity]}})

    def post(self, update: dict[str, object]) -> None:
        self.next_update += 1
        assert self.poster is not None
        self.poster.send(json.dumps({"update_id": self.next_update} | update).encode())


class HttpLines(asyncio.Protocol):
    """Reads HTTP/1.1 messages with a content length or in chunks; hands over head and body."""

    def __init__(self, on_message: Callable[["HttpLines", bytes, bytes], None]) -> None:
        self.on_message = on_message
        self.buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            cut = _body_end(head, self.buffer, end + 4)
            if cut is None:
                return
            body, rest = cut
            head, self.buffer = self.buffer[:end], rest
            self.on_message(self, head, body)


def _body_end(head: bytes, buffer: bytes, start: int) -> tuple[bytes, bytes] | None:
    if b"transfer-encoding: chunked" in head:
        body = b""
        while True:
            line = buffer.find(b"\r\n", start)
            if line < 0:
                return None
            size = int(buffer[start:line], 16)
            if len(buffer) < line + 2 + size + 2:
                return None
            body += buffer[line + 2 : line + 2 + size]
            start = line + 2 + size + 2
            if size == 0:
                return body, buffer[start:]
    place = head.find(b"content-length:")
    length = int(head[place + 15 :].split(b"\r\n")[0]) if place >= 0 else 0
    if len(buffer) < start + length:
        return None
    return buffer[start : start + length], buffer[start + length :]


def read_params(head: bytes, body: bytes) -> dict[str, object]:
    """The parameters of a call, whichever way they were sent."""
    lowered = head.lower()
    if b"application/json" in lowered:
        return dict(json.loads(body or b"{}"))
    if b"multipart/form-data" in lowered:
        place = lowered.index(b"boundary=") + 9
        boundary = b"--" + head[place:].split(b"\r\n")[0].split(b";")[0].strip(b'"')
        params: dict[str, object] = {}
        for part in body.split(boundary):
            top, _, value = part.partition(b"\r\n\r\n")
            if b'name="' in top and b"filename=" not in top:
                params[top.split(b'name="')[1].split(b'"')[0].decode()] = value.rstrip(b"\r\n").decode()
        return params
    return dict(urllib.parse.parse_qsl(body.decode()))


class Poster:
    """Keep-alive connections to the webhook; a worker's update goes out on any of them."""

    def __init__(self, side: Side, connections: int) -> None:
        self.side = side
        self.connections = connections
        self.idle: list[HttpLines] = []
        self.waiting: list[bytes] = []
        url = urllib.parse.urlsplit(side.webhook)
        self.host, self.port = url.hostname or "127.0.0.1", url.port or 80
        head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
        if side.secret:
            head += f"X-Telegram-Bot-Api-Secret-Token: {side.secret}\r\n"
        self.head = head.encode()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(self.connections):
            _, protocol = await loop.create_connection(
                lambda: HttpLines(self._answered), self.host, self.port
            )
            self.idle.append(protocol)

    def send(self, body: bytes) -> None:
        if self.idle:
            self._write(self.idle.pop(), body)
        else:
            self.waiting.append(body)

    def _write(self, line: HttpLines, body: bytes) -> None:
        assert line.transport is not None
        line.transport.write(self.head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def _answered(self, line: HttpLines, head: bytes, body: bytes) -> None:
        if b" 200 " not in head[:16]:
            self.side.not_ok += 1
        if body and b"application/json" in head and b'"method"' in body:
            call = json.loads(body)
            self.side.call(call.pop("method").lower(), call)
        if self.waiting:
            self._write(line, self.waiting.pop(0))
        else:
            self.idle.append(line)


def _serve(side: Side) -> Callable[[], HttpLines]:
    def on_call(line: HttpLines, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        method = path.partition("?")[0].rsplit("/", 1)[1].lower()
        params = read_params(head, body) | dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        answer = json.dumps({"ok": True, "result": side.call(method, params)}).encode()
        assert line.transport is not None
        line.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(answer)}\r\n\r\n".encode()
            + answer
        )

    return lambda: HttpLines(on_call)


def read_pid(path: Path) -> int:
    """The process id that stands in a file."""
    return int(path.read_text())


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has spent, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(
    *, port: int, workers: int, seconds: float, warmup: float, start: str, pid_file: Path
) -> dict[str, object]:
    """Serves, waits for the webhook, lets the workers press, and returns the figures."""
    side = Side({100 + n: Person(100 + n) for n in range(workers)}, seconds, warmup)
    server = await asyncio.get_running_loop().create_server(_serve(side), "127.0.0.1", port)
    await asyncio.wait_for(side.ready.wait(), 60)
    await asyncio.sleep(1)
    side.poster = Poster(side, connections=workers)
    await side.poster.open()
    side.started = float("inf")
    for person in side.people.values():
        side.say(person, start)
    # To read the promise and agree is another kind of work than to answer, and takes a slow machine longer.
    await asyncio.wait_for(side.all_working.wait(), 120)
    side.started = time.perf_counter()
    pid = read_pid(pid_file)
    await asyncio.sleep(warmup)
    before, spent = sum(side.calls.get(name, 0) for name in EDITS), cpu_seconds(pid)
    await asyncio.sleep(seconds)
    edits, spent = sum(side.calls.get(name, 0) for name in EDITS) - before, cpu_seconds(pid) - spent
    await asyncio.sleep(0.5)
    server.close()
    times = sorted(side.latencies)
    if not times:
        return {"presses": 0, "calls": side.calls, "not_ok": side.not_ok}
    return {
        "presses": len(times),
        "presses_per_second": round(len(times) / seconds, 1),
        "p50_ms": round(statistics.median(times) * 1000, 2),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2),
        "cpu_ms_per_press": round(spent / max(edits, 1) * 1000, 3),
        "not_ok": side.not_ok,
        "calls": side.calls,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--warmup", type=float, default=3)
    parser.add_argument("--start", default="/start", help="what each worker writes first")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pid-file", type=Path, required=True, help="where the bot's process id stands")
    options = parser.parse_args()
    figures = uvloop.run(
        measure(
            port=options.port,
            workers=options.workers,
            seconds=options.seconds,
            warmup=options.warmup,
            start=options.start,
            pid_file=options.pid_file,
        )
    )
    options.out.write_text(json.dumps(figures))


if __name__ == "__main__":
    main()

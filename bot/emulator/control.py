"""`/sim` for whoever runs the test: faults, the log of calls, statistics, the clock, raw updates, events."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from bot.emulator.faults import Fault
from bot.emulator.service import Service
from bot.emulator.sim import body_of
from bot.emulator.updates import Pending
from bot.emulator.views import change_view, stats_view
from bot.emulator.world import Watcher

HEARTBEAT_SECONDS = 15


class ControlFace:
    def __init__(self, service: Service) -> None:
        self._service = service

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sim/faults", self.list_faults)
        app.router.add_post("/sim/faults", self.add_fault)
        app.router.add_delete("/sim/faults", self.clear_faults)
        app.router.add_get("/sim/log", self.show_log)
        app.router.add_delete("/sim/log", self.clear_log)
        app.router.add_get("/sim/stats", self.show_stats)
        app.router.add_delete("/sim/stats", self.reset_stats)
        app.router.add_get("/sim/clock", self.show_clock)
        app.router.add_post("/sim/clock", self.advance_clock)
        app.router.add_post("/sim/updates", self.inject_update)
        app.router.add_get("/sim/events", self.stream_events)

    async def list_faults(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"faults": [asdict(fault) for fault in self._service.faults]})

    async def add_fault(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        known = {each.name for each in fields(Fault)} - {"id", "happened"}
        if unknown := body.keys() - known:
            raise ValueError(f"unknown fields of a fault: {', '.join(sorted(unknown))}")
        fault = Fault(**body)
        if fault.kind == "file_ids":
            self._service.world.files.broken.add(fault.file_id)
        else:
            self._service.faults.add(fault)
        return web.json_response(asdict(fault))

    async def clear_faults(self, request: web.Request) -> web.Response:
        del request
        self._service.faults.clear()
        self._service.world.files.broken.clear()
        return web.json_response({})

    async def show_log(self, request: web.Request) -> web.Response:
        query = request.query
        calls = self._service.calls.newest(
            method=query.get("method", ""),
            status=int(query["status"]) if "status" in query else None,
            chat_id=int(query["chat_id"]) if "chat_id" in query else None,
            after=int(query.get("after", 0)),
            limit=int(query.get("limit", 100)),
        )
        return web.json_response({"calls": [call.json() for call in calls]})

    async def clear_log(self, request: web.Request) -> web.Response:
        del request
        self._service.calls.clear()
        return web.json_response({})

    async def show_stats(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(stats_view(self._service))

    async def reset_stats(self, request: web.Request) -> web.Response:
        """Counts and rate limits begin anew."""
        del request
        self._service.meter.reset()
        self._service.calls.clear()
        return web.json_response({})

    async def show_clock(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"now": self._service.clock.now()})

    async def advance_clock(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        self._service.clock.advance(float(body["advance"]))
        return await self.show_clock(request)

    async def inject_update(self, request: web.Request) -> web.Response:
        """Any JSON as an update, or `raw` text for the webhook; `skip` lets the ids jump first."""
        body = await body_of(request)
        updates = self._service.updates
        updates.next_id += int(body.get("skip", 0))
        update: Any = body.get("update")
        update_id = updates.take_id()
        if isinstance(update, dict):
            update_id = update.setdefault("update_id", update_id)
        if "update" in body or "raw" in body:
            expires_at = self._service.clock.now() + self._service.limits.update_seconds
            raw = str(body["raw"]).encode() if "raw" in body else None
            lane = str(body.get("lane", "injected"))
            updates.add(Pending(int(update_id), update, lane, expires_at, raw=raw))
        return web.json_response({"update_id": update_id})

    async def stream_events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: everything that changes; `person` (repeatable) picks whose chats."""
        people = {int(person) for person in request.query.getall("person", [])}
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        watcher = Watcher()
        watchers = self._service.world.watchers
        watchers.add(watcher)
        try:
            while request.transport is not None and not request.transport.is_closing():
                await self._pass_on(watcher, people, response)
        except ConnectionError:
            pass
        finally:
            watchers.discard(watcher)
        return response

    async def _pass_on(self, watcher: Watcher, people: set[int], response: web.StreamResponse) -> None:
        try:
            change = await asyncio.wait_for(watcher.changes.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
            return
        if watcher.lost:
            # The page reads everything anew when it is told so.
            watcher.lost = False
            await response.write(b'data: {"kind": "lost", "person": 0}\n\n')
        if people and change.person_id and change.person_id not in people:
            return
        await response.write(f"data: {json.dumps(change_view(change))}\n\n".encode())

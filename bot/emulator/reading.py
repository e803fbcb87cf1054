"""Reads the parameters out of a request: query, form, JSON or multipart."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.multipart import MultipartResponseWrapper

from bot.emulator.errors import ApiError, bad_request, too_large
from bot.emulator.files import MOST_UPLOAD_BYTES
from bot.emulator.params import Params, Upload

MOST_PARAMETER_BYTES = 1024 * 1024
MOST_FILES = 50
FORM = "application/x-www-form-urlencoded"


async def read_params(request: web.Request) -> Params:
    """What the bot sent; refuses with 413 what the service would not read."""
    params = Params(dict(request.query))
    if not request.can_read_body:
        return params
    if request.content_type.startswith("multipart/"):
        try:
            await read_parts(await request.multipart(), params)
        except ValueError as error:
            raise bad_request("can't parse multipart body") from error
        return params
    body = await request.read()
    if len(body) > MOST_PARAMETER_BYTES:
        raise too_large()
    params.values.update(read_body(body, request.content_type))
    return params


def read_body(body: bytes, content_type: str) -> dict[str, Any]:
    """The parameters in a body of JSON or a form."""
    if content_type == FORM:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    if content_type != "application/json" or not body.strip():
        return {}
    try:
        values = json.loads(body)
    except ValueError as error:
        raise ApiError(HTTPStatus.BAD_REQUEST, "Bad Request: can't parse request: invalid JSON") from error
    if not isinstance(values, dict):
        raise bad_request("can't parse request: expected an Object")
    return values


async def read_parts(reader: MultipartReader | MultipartResponseWrapper, params: Params) -> None:
    """Fields into values, and whatever has a file name into uploads."""
    field_bytes = 0
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read())
        if part.filename is None:
            field_bytes += len(content)
            params.values[part.name] = content.decode()
        else:
            mime_type = part.headers.get("Content-Type", "application/octet-stream")
            params.uploads[part.name] = Upload(part.filename, content, mime_type)
        too_many = len(params.uploads) > MOST_FILES
        if too_many or field_bytes > MOST_PARAMETER_BYTES or len(content) > MOST_UPLOAD_BYTES:
            raise too_large()

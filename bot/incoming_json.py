"""Reads JSON from outside: fast where it is proper, patient where it is not."""

import json
from typing import Any

import orjson


def read_json(content: bytes) -> Any:
    """The value; raises ValueError if it is no JSON.

    Half an emoji in one person's text is refused by the fast reader. It must not cost everybody else the
    whole batch, so the patient one has the last word.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error

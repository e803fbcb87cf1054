"""What the service answers when it refuses, with its exact words."""

from __future__ import annotations

from http import HTTPStatus

MESSAGE_IS_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
QUERY_IS_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
CANCELED_BY_NEW_EDIT = "Bad Request: canceled by new edit message request"
TWO_POLLERS = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_IS_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
ENDED_BY_SET_WEBHOOK = "Conflict: terminated by setWebhook request"


class ApiError(Exception):
    """A refusal that goes back to the bot: its HTTP status, its words, and when to try again."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(words: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    return ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {words}")


def conflict(description: str) -> ApiError:
    return ApiError(HTTPStatus.CONFLICT, description)


def too_large() -> ApiError:
    return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")


def flood(retry_after: int) -> ApiError:
    words = f"Too Many Requests: retry after {retry_after}"
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, words, retry_after=retry_after)

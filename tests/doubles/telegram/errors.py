"""How the Bot API says no: one exception that carries the HTTP status and the JSON body of a refusal."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Refusal(Exception):
    """A request the Bot API refuses: `status` is the HTTP status, `description` the text in the body."""

    def __init__(
        self,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def body(self) -> Json:
        """The JSON answer, with `parameters` only when there are any."""
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        parameters: Json = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
        if parameters:
            answer["parameters"] = parameters
        return answer


def _lowered(text: str) -> str:
    """The server lowers the first letter, but lets upper-case codes such as BUTTON_DATA_INVALID through."""
    first_word = text.split(" ", 1)[0]
    return text if first_word.isupper() and len(first_word) > 1 else text[:1].lower() + text[1:]


def bad_request(text: str) -> Refusal:
    return Refusal(400, "Bad Request: " + _lowered(text))


def forbidden(text: str) -> Refusal:
    return Refusal(403, "Forbidden: " + _lowered(text))


def conflict(text: str) -> Refusal:
    return Refusal(409, "Conflict: " + text)


def too_many_requests(retry_after: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)

"""Discord's refusals: JSON error codes, their HTTP status, and the nested body of a form error.

Codes and texts follow Discord's "Opcodes and Status Codes" page. The inner names of form errors
(``BASE_TYPE_MAX_LENGTH`` and its kind) are those known from the real service; the page lists few of them.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]

INVALID_FORM = 50035
ERRORS: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30015: (400, "Maximum number of attachments in a message reached (10)"),
    30032: (400, "Maximum number of application commands reached (100)."),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has exceeded its maximum number of follow up messages (5)"),
    40333: (403, "internal network error"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50045: (400, "File uploaded exceeds the maximum size"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
}


class ApiError(Exception):
    """A refused request: what Discord answers instead of the wanted result."""

    def __init__(
        self, code: int, *, status: int | None = None, message: str | None = None, errors: Json | None = None
    ):
        usual_status, usual_message = ERRORS[code]
        self.code = code
        self.status = status or usual_status
        self.message = message or usual_message
        self.errors = errors
        super().__init__(f"{self.status} {code}: {self.message}")

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


class FormErrors:
    """Collects field errors and raises them as one 50035 answer, nested by field as Discord does."""

    def __init__(self, root: Path = ()) -> None:
        self._root = root
        self._tree: Json = {}

    def at(self, *path: str | int) -> FormErrors:
        """The same collection, seen from a field further in."""
        inner = FormErrors((*self._root, *path))
        inner._tree = self._tree
        return inner

    def add(self, path: Path, code: str, message: str) -> None:
        node = self._tree
        for key in (*self._root, *path):
            node = node.setdefault(str(key), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def check(self) -> None:
        """Raises ApiError 50035 when any field error was added."""
        if self._tree:
            raise ApiError(INVALID_FORM, errors=self._tree)

    def length(self, path: Path, value: object, low: int, high: int) -> None:
        """A text of ``low`` to ``high`` characters; a missing one (None, "") is an error when ``low`` > 0."""
        if value is None or value == "":
            if low:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        else:
            self.size(path, len(value), low, high)

    def size(self, path: Path, count: int, low: int, high: int) -> None:
        """A count (characters or list entries) between ``low`` and ``high``."""
        if low <= count <= high:
            return
        if low:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        else:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")

    def choice(self, path: Path, value: object, allowed: tuple[object, ...]) -> bool:
        """True when ``value`` is one of ``allowed``; ``True`` is not accepted for 1."""
        if value in allowed and isinstance(value, bool) == isinstance(allowed[0], bool):
            return True
        listed = ", ".join(str(one) for one in allowed)
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
        return False

    def integer(self, path: Path, value: object, low: int, high: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < low:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        elif value > high:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")

    def url(self, path: Path, value: object, schemes: tuple[str, ...] = ("http", "https")) -> None:
        scheme = str(value).partition("://")[0].lower()
        if "://" not in str(value):
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif scheme not in schemes:
            listed = ", ".join(f"'{one}'" for one in schemes)
            self.add(
                path,
                "URL_TYPE_INVALID_SCHEME",
                f'Scheme "{scheme}" is not supported. Must be one of ({listed}).',
            )

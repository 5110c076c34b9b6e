"""Notes: how long one may be, and how two become one without losing a word."""

from __future__ import annotations

from core.errors import UserError

LONGEST_NOTE = 2000
"""Letters of a note that is typed; an imported one may be longer."""


def checked(note: str | None) -> str | None:
    """A typed note, without space around it; None for an empty one.

    Raises:
        UserError: `note-too-long`.
    """
    note = note.replace("\0", "").encode("utf-8", "replace").decode().strip() if note else None
    if note and len(note) > LONGEST_NOTE:
        raise UserError("note-too-long", longest=LONGEST_NOTE)
    return note or None


def joined(one: str | None, other: str | None) -> str | None:
    if not one or not other or other in one:
        return one or other
    return other if one in other else f"{one}\n{other}"

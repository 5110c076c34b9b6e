"""Ids and addresses that people paste instead of a title."""

from __future__ import annotations

import re
from typing import Literal

_ID = re.compile(r"(?:#|mal(?: | ?[:#/] ?))(\d{1,9})", re.IGNORECASE)
_ANILIST_ID = re.compile(r"anilist(?: | ?[:#/] ?)(\d{1,9})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"<?(?:https?://)?(?:www\.)?(myanimelist\.net|anilist\.co)/anime/(\d{1,9})(?:[/?#]\S*)?>?", re.IGNORECASE
)


def mal_or_anilist_id(text: str) -> tuple[Literal["mal", "anilist"], int] | None:
    """("mal", 457) for "#457", "mal:457" and addresses on myanimelist.net, ("anilist", …) for AniList's; else
    None."""
    text = text.strip()
    if match := _ID.fullmatch(text):
        return "mal", int(match[1])
    if match := _ANILIST_ID.fullmatch(text):
        return "anilist", int(match[1])
    if match := _ADDRESS.fullmatch(text):
        return ("mal" if match[1].lower() == "myanimelist.net" else "anilist"), int(match[2])
    return None

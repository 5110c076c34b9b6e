"""/settings: a person's own preferences, and a server's for those who look after it."""

from __future__ import annotations

from bot.commands.declare import Command, Option
from bot.commands.parse import listed
from bot.commands.recommend import NOVELTY
from bot.reply import Json, Reply
from bot.request import Request
from bot.texts import LANGUAGES, Texts
from core.errors import UserError
from core.osusume import Osusume

OWN = (
    Option("language", "choice", choices=(*LANGUAGES, "auto")),
    Option("novelty", "choice", choices=tuple(NOVELTY), numeric=True),
    Option("private", "flag"),
    Option("spoilers", "flag"),
    Option("adult", "flag"),
    Option("min_members", "integer", minimum=0, maximum=10_000_000),
    Option("block"),
)
SERVER = (
    Option("language", "choice", choices=(*LANGUAGES, "auto")),
    Option("adult", "flag"),
    Option("block"),
)


def blocked(text: str) -> str | None:
    """Tags as they are kept; `-` empties the list."""
    return ", ".join(listed(text)) or None


async def own(request: Request, osusume: Osusume) -> Reply:
    """Changes the asker's settings; all of them afterwards."""
    changes: dict[str, str | float | bool | None] = {}
    for name, value in request.options.items():
        if name == "language":
            changes[name] = None if value == "auto" else str(value)
        elif name == "novelty":
            changes[name] = NOVELTY[value] if isinstance(value, str) else float(str(value))
        elif name == "block":
            changes["blocked_tags"] = blocked(str(value))
        elif isinstance(value, bool | int | float):
            changes[name] = value
    people = osusume.people
    now = await (
        people.set_preferences(request.person.key, **changes)
        if changes
        else people.preferences(request.person.key)
    )
    texts = Texts(now.language) if "language" in changes and now.language else request.texts
    novelty = osusume.settings.novelty if now.novelty is None else now.novelty
    nearest = min(NOVELTY, key=lambda name: abs(NOVELTY[name] - novelty))
    shown = {
        "language": texts(f"choice-{now.language or 'auto'}").split("|")[0],
        "novelty": texts(f"choice-{nearest}").split("|")[0],
        "private": _yes(texts, now.private),
        "spoilers": _yes(texts, now.spoilers),
        "adult": _yes(texts, now.adult),
        "min_members": str(now.min_members or 0),
        "blocked": now.blocked_tags or "-",
    }
    items = tuple(texts(f"setting-{name}") + f": {value}" for name, value in shown.items())
    data: Json = {
        "language": now.language, "novelty": now.novelty, "private": now.private, "spoilers": now.spoilers,
        "adult": now.adult, "min_members": now.min_members,
        "blocked_tags": now.blocked_tags,
    }  # fmt: skip
    return Reply(
        text=texts("settings-changed" if changes else "settings-now"), items=items, private=True, data=data
    )


def _yes(texts: Texts, value: bool) -> str:
    return texts("yes" if value else "no")


async def server(request: Request, osusume: Osusume) -> Reply:
    """Changes this server's settings; all of them afterwards.

    Raises:
        UserError: `server-only`.
    """
    if request.place.server is None:
        raise UserError("server-only")
    changes: dict[str, str | bool | None] = {}
    language, adult = request.options.get("language"), request.options.get("adult")
    if isinstance(language, str):
        changes["language"] = None if language == "auto" else language
    if isinstance(adult, bool):
        changes["adult"] = adult
    block = request.text("block")
    if block is not None:
        changes["blocked_tags"] = blocked(block)
    people, key = osusume.people, request.place.server
    now = await (people.set_server(key, **changes) if changes else people.server(key))
    texts = request.texts
    items = (
        texts("setting-language") + ": " + texts(f"choice-{now.language or 'auto'}").split("|")[0],
        texts("setting-server-adult") + ": " + _yes(texts, now.adult),
        texts("setting-blocked") + ": " + (now.blocked_tags or "-"),
    )
    return Reply(
        text=texts("settings-changed" if changes else "settings-server-now"), items=items, private=True
    )


COMMANDS = (
    Command("settings me", own, OWN, private=True, bare=True),
    Command("settings server", server, SERVER, private=True, admin=True, server=True),
)

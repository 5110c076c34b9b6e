"""/privacy show, export, erase; /link: what is kept about a person, and whose accounts belong together."""

from __future__ import annotations

import json

from bot.commands.declare import Action, Command, Option
from bot.reply import Choice, File, Reply
from bot.request import PressContext, Request
from core.osusume import Osusume


async def show(request: Request, osusume: Osusume) -> Reply:
    """How many rows are kept about the asker, by kind, and how long what belongs to a server stays.

    Raises:
        Unavailable: the database cannot be used.
    """
    kept = await osusume.people.everything(request.person.key)
    rows = {name: len(value) for name, value in kept.items() if isinstance(value, list)}
    items = [
        request.texts(f"privacy-{name.replace('_', '-')}", count=count)
        for name, count in rows.items()
        # The inbox holds this very question while it is being answered, and nothing else of the asker.
        if count and name != "inbox" and request.texts.has(f"privacy-{name.replace('_', '-')}")
    ]
    if not items:
        return Reply(text=request.texts("privacy-nothing"), private=True, data={})
    servers = request.texts("privacy-places", days=osusume.settings.left_days)
    return Reply(
        text=request.texts("privacy-kept"), items=(*items, servers, request.texts("privacy-never")),
        private=True, data=dict(rows),
    )  # fmt: skip


async def export(request: Request, osusume: Osusume) -> Reply:
    """Everything kept about the asker as a JSON file, for them alone."""
    kept = await osusume.people.everything(request.person.key)
    data = json.dumps(kept, ensure_ascii=False, indent=2, default=str)
    file = File("osusume-everything.json", "application/json", data.encode())
    return Reply(text=request.texts("privacy-exported"), files=(file,), private=True, data=json.loads(data))


async def erase(request: Request, _: Osusume) -> Reply:
    """Asks before everything about the asker is erased; the choices do it or leave it."""
    yes = Choice(request.texts("button-erase"), "privacy.erase", style="danger", emoji="🗑")
    no = Choice(request.texts("button-keep"), "privacy.keep")
    return Reply(text=request.texts("privacy-erase-sure"), choices=(yes, no), private=True)


async def _erase_action(context: PressContext, osusume: Osusume) -> Reply:
    await osusume.people.erase(context.press.person.key)
    return Reply(text=context.press.texts("privacy-erased"), update=True)


async def _keep_action(context: PressContext, _: Osusume) -> Reply:
    return Reply(text=context.press.texts("privacy-not-erased"), update=True)


async def link(request: Request, osusume: Osusume) -> Reply:
    """Without a code: makes one. With a code from another account: joins the two."""
    code = request.text("code")
    if code is None:
        made = await osusume.people.link_code(request.person.key)
        return Reply(text=request.texts("link-code", code=made), private=True, data={"code": made})
    await osusume.people.link(request.person.key, code.strip())
    profile = await osusume.people.profile(request.person.key)
    return Reply(text=request.texts("link-done", count=len(profile.favourites)), private=True)


COMMANDS = (
    Command("privacy show", show, private=True, bare=True),
    Command("privacy export", export, private=True),
    Command("privacy erase", erase, private=True),
    Command("link", link, (Option("code", maximum=20),), rest="code", private=True),
)
ACTIONS: dict[str, Action] = {"privacy.erase": _erase_action, "privacy.keep": _keep_action}

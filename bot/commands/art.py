"""/artchannel: channels that tag what is posted there; and the buttons with which people correct the tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.art_answer import art_names, art_reply, art_tags
from bot.commands.declare import Action, Command, Option
from bot.commands.naming import character_name
from bot.commands.parse import listed
from bot.reply import Choice, Json, Reply
from bot.request import PressContext, Request
from bot.texts import LANGUAGES, Texts
from core.art import ArtStyle
from core.errors import UserError
from core.osusume import Osusume
from core.pictures.tags import OFFERED, readable

MOST_TAGS = 40
MENU = 24
"""Lines of a menu; Discord's hold 25."""

STYLE = (
    Option("tags", "flag"),
    Option("characters", "flag"),
    Option("caption", "flag"),
    Option("alt", "flag"),
    Option("most", "integer", minimum=1, maximum=MOST_TAGS),
    Option("threshold", "number", minimum=0, maximum=1),
    Option("block"),
    Option("language", "choice", choices=(*LANGUAGES, "auto")),
)


def _here(request: Request) -> tuple[str, str]:
    """(channel, server) of a request.

    Raises:
        UserError: `art-server-only`.
    """
    place = request.place
    if place.channel is None or place.server is None:
        raise UserError("art-server-only")
    return place.channel, place.server


def _styled(request: Request, style: ArtStyle) -> ArtStyle:
    """The style with what was given changed."""
    changes: dict[str, object] = {}
    for name in ("tags", "characters", "caption", "alt"):
        if isinstance(request.options.get(name), bool):
            changes[name] = request.options[name]
    most, threshold = request.options.get("most"), request.options.get("threshold")
    if isinstance(most, int):
        changes["most"] = most
    if isinstance(threshold, int | float):
        changes["threshold"] = float(threshold)
    block = request.text("block")
    if block is not None:
        changes["blocked"] = listed(block)
    language = request.text("language")
    if language is not None:
        changes["language"] = None if language == "auto" else language
    return replace(style, **changes)  # type: ignore[arg-type]


def _described(style: ArtStyle, texts: Texts) -> tuple[str, ...]:
    def yes(value: bool) -> str:
        return texts("yes" if value else "no")

    return (
        f"{texts('fact-tags')}: {yes(style.tags)}",
        f"{texts('fact-characters')}: {yes(style.characters)}",
        f"{texts('fact-caption')}: {yes(style.caption)}",
        f"{texts('fact-alt')}: {yes(style.alt)}",
        texts("art-most", count=style.most, percent=round(style.threshold * 100)),
        texts("art-blocked", tags=", ".join(style.blocked) or "-"),
        texts("setting-language") + ": " + texts(f"choice-{style.language or 'auto'}").split("|")[0],
    )


async def enable(request: Request, osusume: Osusume) -> Reply:
    """Turns art on here, or says what the bot lacks for it.

    Raises:
        UserError: `art-server-only`.
    """
    channel, server = _here(request)
    texts = request.texts
    lacking = await request.lacking()
    if lacking:
        return Reply(
            text=texts("art-lacking"), items=tuple(texts(key) for key in lacking), private=True, error=True
        )
    before = await osusume.art.style((channel,))
    style = await osusume.art.enable(channel, server, _styled(request, before or ArtStyle()))
    return Reply(text=texts("art-enabled"), items=_described(style, texts))


async def disable(request: Request, osusume: Osusume) -> Reply:
    """Turns art off here and erases what was found in its pictures; no error where it was off.

    Raises:
        UserError: `art-server-only`.
    """
    channel, _ = _here(request)
    was_on = await osusume.art.disable(channel)
    await osusume.art_posts.forget_channel(channel)
    return Reply(text=request.texts("art-disabled" if was_on else "art-was-off"))


async def status(request: Request, osusume: Osusume) -> Reply:
    """Whether art is on here, how, and what the bot lacks for it.

    Raises:
        UserError: `art-server-only`.
    """
    channel, server = _here(request)
    texts, style = request.texts, await osusume.art.style((channel,))
    others = len([one for one in await osusume.art.of_server(server) if one != channel])
    items: tuple[str, ...] = _described(style, texts) if style is not None else ()
    lacking = await request.lacking()
    return Reply(
        text=texts("art-is-on" if style is not None else "art-is-off", others=others),
        items=(*items, *(texts(key) for key in lacking)),
        private=True,
        data={"on": style is not None, "others": others, "lacking": list(lacking)},
    )


async def settings(request: Request, osusume: Osusume) -> Reply:
    """Changes what the replies here show; all of it afterwards.

    Raises:
        UserError: `art-server-only`, `art-off-yet`.
    """
    channel, server = _here(request)
    before = await osusume.art.style((channel,))
    if before is None:
        raise UserError("art-off-yet")
    style = await osusume.art.enable(channel, server, _styled(request, before))
    return Reply(text=request.texts("settings-changed"), items=_described(style, request.texts), private=True)


async def ignore(request: Request, osusume: Osusume) -> Reply:
    """Leaves the named members' pictures alone here, or no more.

    Raises:
        UserError: `art-server-only`.
    """
    channel, server = _here(request)
    people = request.options.get("member")
    on = request.options.get("on") is not False
    for user in people if isinstance(people, tuple) else ():
        if isinstance(user, str):
            await osusume.art.ignore(channel, server, user, on=on)
    return Reply(text=request.texts("art-ignored" if on else "art-not-ignored"), private=True)


async def opt_out(request: Request, osusume: Osusume) -> Reply:
    """Leaves the asker's own pictures alone in every art channel, or no more."""
    out = request.options.get("on") is not False
    await osusume.art.opt_out(request.person.key, out=out)
    return Reply(text=request.texts("art-opted-out" if out else "art-opted-in"), private=True)


async def _may_correct(context: PressContext, osusume: Osusume) -> str:
    """The message that a press is about, when who pressed may correct it: its poster and moderators.

    Raises:
        UserError: `button-expired` (deleted meanwhile), `art-not-yours`.
    """
    message = context.state.get("art")
    post = await osusume.art_posts.post(message) if isinstance(message, str) else None
    if post is None:
        raise UserError("button-expired")
    if post.author != context.press.person.key and not await context.press.may_moderate():
        raise UserError("art-not-yours")
    return post.message


async def _style(osusume: Osusume, message: str) -> ArtStyle:
    post = await osusume.art_posts.post(message)
    found = await osusume.art.style((post.channel,)) if post is not None else None
    return found or ArtStyle()


async def _redrawn(context: PressContext, osusume: Osusume, message: str, note: str) -> Reply:
    shown = await osusume.art_posts.corrections(message)
    await osusume.open_characters()
    reply = art_reply(
        osusume, dict(context.state), await _style(osusume, message), shown, context.press.texts
    )
    return replace(reply, update=True, shared=True, note=note)


def _menu(texts: Texts, question: str, choices: list[Choice], state: Mapping[str, Json]) -> Reply:
    back = Choice(texts("button-done"), "art.done", audience="anyone")
    return Reply(
        text=texts(question), menu=tuple(choices), choices=(back,), state=state, update=True, shared=True
    )


async def _fix_action(context: PressContext, osusume: Osusume) -> Reply:
    """Remove a tag that is shown, or add one of a group."""
    message, texts = await _may_correct(context, osusume), context.press.texts
    shown = await osusume.art_posts.corrections(message)
    await osusume.open_characters()
    tags = [
        tag.name
        for found in art_tags(dict(context.state), await _style(osusume, message), shown)
        for tag in (*found.characters, *found.general)
    ]
    names = {
        name: character_name(osusume, name, texts.language) for name in art_names(dict(context.state), shown)
    }
    choices = [
        Choice(
            texts("art-remove", tag=names.get(tag) or readable(tag)),
            "art.remove",
            {"tag": tag},
            audience="anyone",
        )
        for tag in dict.fromkeys([*names, *tags])
    ][:MENU]
    add = Choice(texts("button-add-tag"), "art.groups", emoji="＋", style="primary", audience="anyone")
    reply = _menu(texts, "art-fix-which", choices, context.state)
    return replace(reply, choices=(add, *reply.choices))


async def _groups_action(context: PressContext, osusume: Osusume) -> Reply:
    await _may_correct(context, osusume)
    texts = context.press.texts
    choices = [
        Choice(texts(f"tag-group-{group}"), "art.offer", {"group": group}, audience="anyone")
        for group in OFFERED
    ]
    return _menu(texts, "art-add-which", choices, context.state)


async def _offer_action(context: PressContext, osusume: Osusume) -> Reply:
    await _may_correct(context, osusume)
    group = context.arguments.get("group")
    if not isinstance(group, str) or group not in OFFERED:
        raise UserError("button-expired")
    choices = [Choice(readable(tag), "art.add", {"tag": tag}, audience="anyone") for tag in OFFERED[group]]
    return _menu(context.press.texts, "art-add-which", choices, context.state)


async def _change(context: PressContext, osusume: Osusume, *, added: bool) -> Reply:
    message, tag = await _may_correct(context, osusume), context.arguments.get("tag")
    if not isinstance(tag, str):
        raise UserError("button-expired")
    await osusume.art_posts.correct(message, tag, added=added, user=context.press.person.key)
    note = context.press.texts("art-added" if added else "art-removed", tag=readable(tag))
    return await _redrawn(context, osusume, message, note)


async def _remove_action(context: PressContext, osusume: Osusume) -> Reply:
    return await _change(context, osusume, added=False)


async def _add_action(context: PressContext, osusume: Osusume) -> Reply:
    return await _change(context, osusume, added=True)


async def _done_action(context: PressContext, osusume: Osusume) -> Reply:
    message = await _may_correct(context, osusume)
    return replace(await _redrawn(context, osusume, message, ""), note=None)


_ON = Option("on", "flag")

COMMANDS = (
    Command("artchannel enable", enable, STYLE, admin=True, server=True),
    Command("artchannel disable", disable, admin=True, server=True),
    Command("artchannel status", status, private=True, server=True, bare=True),
    Command("artchannel settings", settings, STYLE, private=True, admin=True, server=True),
    Command(
        "artchannel ignore", ignore, (Option("member", "people", required=True, maximum=1), _ON), rest="member",
        private=True, admin=True, server=True,
    ),
    Command("artchannel optout", opt_out, (_ON,), private=True, server=True),
)  # fmt: skip
ACTIONS: dict[str, Action] = {
    "art.fix": _fix_action,
    "art.groups": _groups_action,
    "art.offer": _offer_action,
    "art.remove": _remove_action,
    "art.add": _add_action,
    "art.done": _done_action,
}

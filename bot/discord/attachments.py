"""What comes along with a command: attachments become files, people become keys."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

import discord

from bot.commands.declare import Command
from bot.commands.parse import shorten
from bot.discord import limits
from bot.reply import File
from bot.request import Value
from core.errors import UserError

log = logging.getLogger("osusume.discord")


class LinkExpired(UserError):
    """`file-gone`, where a fresh link may still lead to the file."""


async def read_options(
    command: Command, values: dict[str, Any], picture_mebibytes: int
) -> tuple[dict[str, Value], dict[str, str]]:
    """Discord's values as the options of a request, and the names of the people among them.

    Raises:
        UserError: `file-long` when an attachment is larger than its kind may be, `file-gone`.
    """
    options: dict[str, Value] = {}
    names: dict[str, str] = {}
    pictures: dict[str, list[File]] = {}
    for name, value in values.items():
        option = command.option(name) or command.option(re.sub(r"_\d$", "", name))
        if option is None:
            continue
        if isinstance(value, discord.User | discord.Member):
            key = f"discord:{value.id}"
            names[key] = value.display_name
            before = options.get(option.name, ())
            options[option.name] = (*before, key) if isinstance(before, tuple) else (key,)
        elif isinstance(value, discord.Attachment):
            if option.kind == "pictures":
                pictures.setdefault(option.name, []).append(await _file(value, picture_mebibytes))
            else:
                options[option.name] = await _file(value, limits.LIST_BYTES // 2**20)
        elif isinstance(value, str | int | float | bool):
            options[option.name] = value
    return {**options, **{name: tuple(files) for name, files in pictures.items()}}, names


async def read_pictures(message: discord.Message, mebibytes: int, most: int) -> tuple[File, ...]:
    """The pictures of a message, at most `most`. Where their links are not good any more, the message is fetched anew,
    once: Discord gives each reader links that last about a day.

    Raises:
        UserError: `file-long`, `file-gone`.
    """
    wanted = pictures_of(message)[:most]
    try:
        return await _files(wanted, mebibytes)
    except LinkExpired:
        again = {one.id: one for one in await _fetched(message)}
        if not any(one.id in again for one in wanted):
            raise
        return await _files([again.get(one.id, one) for one in wanted], mebibytes)


async def _fetched(message: discord.Message) -> list[discord.Attachment]:
    """The pictures of a message with fresh links; none where the bot may not read it (any more)."""
    try:
        return pictures_of(await message.fetch())
    except discord.HTTPException as problem:
        log.info("a message could not be fetched for fresh links (status %s)", problem.status)
        return []


async def _files(attached: Sequence[discord.Attachment], mebibytes: int) -> tuple[File, ...]:
    return tuple([await _file(one, mebibytes) for one in attached])


def pictures_of(message: discord.Message) -> list[discord.Attachment]:
    """What is attached to a message, also to one that was forwarded in it, and may be a picture."""
    snapshots = (one for shot in message.message_snapshots for one in shot.attachments)
    return [one for one in (*message.attachments, *snapshots) if is_picture(one)]


def is_picture(attachment: discord.Attachment) -> bool:
    """Whether it may be a picture or a video, going by what Discord says of it; the bytes decide later."""
    return (attachment.content_type or "image/").startswith(("image/", "video/"))


async def _file(attachment: discord.Attachment, mebibytes: int) -> File:
    if attachment.size > mebibytes * 2**20:
        raise UserError("file-long", name=shorten(attachment.filename), most=mebibytes)
    try:
        data = await attachment.read()
    except (discord.HTTPException, OSError) as problem:
        # Not its text: the address in it holds the file's name.
        log.warning(
            "an attachment could not be fetched (%s)", getattr(problem, "status", type(problem).__name__)
        )
        expired = isinstance(problem, discord.NotFound | discord.Forbidden)
        gone = LinkExpired if expired else UserError
        raise gone("file-gone", name=shorten(attachment.filename)) from problem
    return File(attachment.filename, attachment.content_type or "", data)

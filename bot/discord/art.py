"""Art channels on Discord: what happens to messages there, brought to the desk, and its answers brought back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

import discord

from bot.art import MOST_PICTURES, ArtDesk, Posted
from bot.discord.attachments import pictures_of, read_pictures
from bot.discord.render import render
from bot.reply import Answer, File
from bot.request import Person, Place
from core.osusume import Osusume

log = logging.getLogger("osusume.discord")

LOOK_BACK_SECONDS = 15 * 60
"""How old a message may be that a crash left without an answer."""

LOOK_BACK_MESSAGES = 50

NEEDED = {
    "view_channel": "art-needs-view",
    "send_messages": "art-needs-send",
    "embed_links": "art-needs-embed",
    "read_message_history": "art-needs-history",
}
"""Permissions, and the sentences that ask for them."""


def lacking(permissions: discord.Permissions, *, content: bool, in_thread: bool = False) -> tuple[str, ...]:
    """What art channels need and the bot does not have, as message keys."""
    missing = [] if content else ["art-needs-message-content"]
    for name, key in NEEDED.items():
        asked = "send_messages_in_threads" if in_thread and name == "send_messages" else name
        if not getattr(permissions, asked):
            missing.append(key)
    return tuple(missing)


class ArtFeed:
    """One for a client that may read messages."""

    def __init__(self, osusume: Osusume, desk: ArtDesk, mebibytes: int) -> None:
        self._osusume = osusume
        self._desk = desk
        self._mebibytes = mebibytes
        self._working: dict[str, asyncio.Task[None]] = {}

    async def posted(self, message: discord.Message) -> None:
        """Answers a new message, where that is wanted."""
        if message.guild is None or not pictures_of(message):
            return
        key = message_key(message.channel.id, message.id)
        await self._work(key, self._post(message, again=False))

    async def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        """Keeps our answer true to an edited message."""
        message = event.message
        if message.guild is None or message.author.bot:
            return
        key = message_key(event.channel_id, event.message_id)
        await self._work(key, self._edit(message))

    async def deleted(self, channel: int, message: int, client: discord.Client) -> None:
        """Takes our answer away with the message; work on it is given up."""
        key = message_key(channel, message)
        working = self._working.get(key)
        if working is not None:
            working.cancel()
        reply = await self._desk.deleted(key)
        if reply is not None:
            with suppress(discord.HTTPException):
                await _partial(client, reply).delete()

    async def catch_up(self, client: discord.Client) -> None:
        """Answers what was taken in hand before a crash and has no answer yet."""
        since = time.time() - LOOK_BACK_SECONDS
        for post in await self._osusume.art_posts.unanswered("discord", since):
            if post.message in self._working:
                continue  # not left by a crash: it has just come in
            channel_id, message_id = map(int, post.message.removeprefix("discord:").split("/"))
            try:
                channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
                assert isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.Thread)
                message = await channel.fetch_message(message_id)
                answered = await self._found_reply(client, message)
            except discord.HTTPException:
                await self._desk.deleted(post.message)
                continue
            if answered is not None:
                await self._desk.replied(post.message, f"{channel_id}/{answered}")
            else:
                await self._work(post.message, self._post(message, again=True))

    async def _found_reply(self, client: discord.Client, message: discord.Message) -> int | None:
        """Our answer to a message, if it was sent just before the crash."""
        async for later in message.channel.history(after=message, limit=LOOK_BACK_MESSAGES):
            ours = client.user is not None and later.author.id == client.user.id
            if ours and later.reference is not None and later.reference.message_id == message.id:
                return later.id
        return None

    async def _work(self, key: str, work: object) -> None:
        """One piece of work a message at a time; the newest waits for the one before."""
        assert asyncio.iscoroutine(work)
        before = self._working.get(key)
        if before is not None:
            await asyncio.wait({before})
        task = asyncio.ensure_future(work)
        self._working[key] = task
        try:
            await task
        except asyncio.CancelledError:
            log.info("a message went away while its picture was looked at")
        except discord.HTTPException as problem:
            log.warning("an art channel took no answer (status %s, code %s)", problem.status, problem.code)
        except Exception:
            log.exception("a bug while answering in an art channel")
        finally:
            if self._working.get(key) is task:
                del self._working[key]

    async def _post(self, message: discord.Message, *, again: bool) -> None:
        posted = self._told(message)
        answer = await (self._desk.again(posted) if again else self._desk.posted(posted))
        if answer is not None:
            await self._send(message, posted.message, answer)

    async def _send(self, message: discord.Message, key: str, answer: Answer) -> None:
        try:
            sent = await message.channel.send(
                **render(answer).for_sending(),
                reference=message.to_reference(fail_if_not_exists=True),
                mention_author=False,
                silent=True,
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except discord.HTTPException as problem:
            if problem.status == 400:  # the message is gone: there is nothing to answer
                await self._desk.deleted(key)
                return
            raise
        await self._desk.replied(key, f"{message.channel.id}/{sent.id}")

    async def _edit(self, message: discord.Message) -> None:
        posted = self._told(message)
        changed = await self._desk.edited(posted)
        if changed is None:
            if pictures_of(message):
                await self._post(message, again=False)
            return
        reply, answer = changed
        ours = message.channel.get_partial_message(int(reply.rpartition("/")[2]))  # type: ignore[union-attr]
        if answer is None:
            await self._desk.deleted(posted.message)
            await ours.delete()
        else:
            await ours.edit(**render(answer).for_editing())

    def _told(self, message: discord.Message) -> Posted:
        channel, guild = message.channel, message.guild
        assert guild is not None
        parent = getattr(channel, "parent_id", None)
        places = (channel.id,) if parent is None else (channel.id, parent)
        restricted = bool(getattr(channel, "nsfw", False))
        if isinstance(channel, discord.Thread):
            restricted = channel.is_nsfw()

        async def fetch() -> Sequence[File]:
            return await read_pictures(message, self._mebibytes, MOST_PICTURES)

        return Posted(
            message=message_key(channel.id, message.id),
            places=tuple(f"discord:{place}" for place in places),
            place=Place(f"discord:{guild.id}", restricted, channel=f"discord:{channel.id}"),
            author=Person(f"discord:{message.author.id}", message.author.display_name),
            by_bot=message.author.bot or message.webhook_id is not None,
            link=message.jump_url,
            posted_at=message.created_at.timestamp(),
            locale=str(guild.preferred_locale),
            fetch=fetch,
        )


def message_key(channel: int, message: int) -> str:
    return f"discord:{channel}/{message}"


def _partial(client: discord.Client, reply: str) -> discord.PartialMessage:
    channel, message = map(int, reply.split("/"))
    return client.get_partial_messageable(channel).get_partial_message(message)

"""Art channels on Telegram: what is posted in groups and channels, brought to the desk, and its answers brought back.

Telegram tells bots nothing of deleted messages. That one is gone shows when it is to be answered, when our answer to
it is edited, and when a button under that answer is pressed; then it is forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from telegram import Bot, ChatMemberAdministrator, Message
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, TelegramError

from bot.art import MOST_PICTURES, ArtDesk, Posted
from bot.reply import Answer, Fact, File
from bot.telegram import limits
from bot.telegram.attached import Albums, Attached, download
from bot.telegram.places import place_of, places, writer_of
from bot.telegram.render import cut, length
from bot.telegram.sending import Sender, Where
from core.errors import UserError
from core.osusume import Osusume

log = logging.getLogger("osusume.telegram")

BEING_SENT = "?"
"""Our reply while Telegram has not confirmed it: a crash in this moment must not lead to a second one."""


class ArtFeed:
    def __init__(self, osusume: Osusume, bot: Bot, desk: ArtDesk, sender: Sender, albums: Albums) -> None:
        self._posts = osusume.art_posts
        self._bot = bot
        self._desk = desk
        self._sender = sender
        self._albums = albums

    async def posted(self, message: Message) -> None:
        """Answers a new message, or the album that it is the first of, where that is wanted.

        Raises:
            TelegramError: the answer could not be delivered.
        """
        posted = self._told(message)
        answer = await self._desk.posted(posted)
        if answer is None:
            known = await self._posts.post(posted.message)
            if known is None:
                return
            if known.reply is not None:  # another part of an album that is answered already
                await self._edit(posted)
                return
            answer = await self._desk.again(posted)
        if answer is not None:
            await self._send(message, posted.message, answer)

    async def edited(self, message: Message) -> None:
        """Keeps our answer true to an edited message. The answer to an album stays once its parts are not known any
        more: an edit tells of one of them.

        Raises:
            TelegramError: Telegram refuses.
        """
        if message.media_group_id is not None and self._albums.of(message) is None:
            return
        await self._edit(self._told(message))

    async def gone(self, key: str, chat: int, reply: int) -> None:
        """A press showed that the message is deleted: our answer to it goes too."""
        await self._desk.deleted(key)
        await self._delete(chat, reply)

    async def _send(self, message: Message, key: str, answer: Answer) -> None:
        where = replace(Where.of(message, as_reply=True), needed=True, quiet=True)
        await self._desk.replied(key, BEING_SENT)
        try:
            sent = await self._sender.send(in_one(answer), where)
        except BadRequest as problem:
            await self._desk.deleted(key)
            if "replied" not in problem.message.lower():
                raise
            log.info("a message went away while its picture was looked at")
            return
        if sent:
            await self._desk.replied(key, f"{message.chat.id}/{sent[0]}")

    async def _edit(self, posted: Posted) -> None:
        changed = await self._desk.edited(posted)
        if changed is None or changed[0] == BEING_SENT:
            return
        reply, answer = changed
        chat, number = map(int, reply.split("/"))
        if answer is None:
            await self._desk.deleted(posted.message)
            await self._delete(chat, number)
        elif await self._sender.replace(in_one(answer), chat, number) is None:
            await self._desk.deleted(posted.message)

    async def _delete(self, chat: int, message: int) -> None:
        try:
            await self._bot.delete_message(chat, message)
        except BadRequest as problem:
            log.info("an answer in an art channel stays: %s", problem.message)

    def _told(self, message: Message) -> Posted:
        writer, user = writer_of(message), message.from_user
        assert writer is not None
        attached = self._albums.pictures(message)
        album = self._albums.of(message)
        first = min(album.parts) if album is not None and attached else message.message_id
        in_its_own_name = message.sender_chat is None

        async def fetch() -> Sequence[File]:
            return await self._fetch(attached[:MOST_PICTURES])

        return Posted(
            message=f"telegram:{message.chat.id}/{first}",
            places=places(message),
            place=place_of(message),
            author=writer,
            by_bot=in_its_own_name and user is not None and user.is_bot,
            link=message.link,
            posted_at=message.date.timestamp(),
            locale=user.language_code if in_its_own_name and user is not None else None,
            fetch=fetch,
        )

    async def _fetch(self, attached: Sequence[Attached]) -> tuple[File, ...]:
        files = []
        for one in attached:
            try:
                files.append(await download(self._bot, one))
            except UserError as problem:
                log.info("a picture in an art channel was left alone: %s", problem.key)
        return tuple(files)


def in_one(answer: Answer) -> Answer:
    """The answer with its facts cut so that one message holds it."""
    facts = answer.reply.facts
    each = limits.TEXT // max(1, len(facts)) - limits.BUTTON_LABEL - 4
    if sum(length(fact.value) + limits.BUTTON_LABEL + 4 for fact in facts) <= limits.TEXT:
        return answer
    shorter = tuple(Fact(fact.label, cut(fact.value, each)) for fact in facts)
    # The choices stay the same objects: the buttons are numbered by them.
    return Answer(answer.id, replace(answer.reply, facts=shorter))


async def lacking(bot: Bot, chat: int, kind: str) -> Sequence[str]:
    """What an art channel needs and the bot does not have there, as message keys."""
    try:
        own = await bot.get_chat_member(chat, bot.id)
        if kind == ChatType.CHANNEL:
            allowed = isinstance(own, ChatMemberAdministrator) and own.can_post_messages
            return () if allowed else ("art-needs-admin",)
        if own.status in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER):
            return ()
        sees_all = (await bot.get_me()).can_read_all_group_messages
    except TelegramError as problem:
        log.warning("what the bot may do in a chat could not be asked: %s", problem.message)
        return ()
    return () if sees_all else ("art-needs-privacy-off",)

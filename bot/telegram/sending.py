"""Brings answers to chats: to whom they are meant for, in place of what was pressed, wherever the chat is by now."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from telegram import Bot, CallbackQuery, Chat, InputMediaPhoto, ReplyParameters, User
from telegram import Message as TelegramMessage
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.reply import Answer, File
from bot.telegram import limits
from bot.telegram.reading import SHARED
from bot.telegram.render import Message, length, render
from bot.texts import Texts

log = logging.getLogger("osusume.telegram")

PHOTOS = ("image/jpeg", "image/png")
"""What Telegram takes as a photo."""

_CANNOT_EDIT = (
    "message to edit not found",
    "can't be edited",
    "no caption in the message to edit",
)
_NO_RIGHT = "not enough rights to send"
_NO_PHOTO = ("photo_invalid", "image_process_failed", "unsupported extension", "too big for a photo")


@dataclass(frozen=True, slots=True)
class Where:
    """A place to write to: the chat, its topic, and the message that is answered (in a group it is shown).

    `needed`: without that message nothing is sent. `quiet`: nobody's device makes a sound. `hidden`: pictures are
    covered until somebody taps them, as the one was that they are drawn from.
    """

    chat: int
    thread: int | None = None
    question: int | None = None
    needed: bool = False
    quiet: bool = False
    hidden: bool = False

    @classmethod
    def of(cls, message: TelegramMessage, *, as_reply: bool) -> Where:
        thread = message.message_thread_id if message.is_topic_message else None
        shown = as_reply and message.chat.type != ChatType.PRIVATE
        return cls(message.chat.id, thread, message.message_id if shown else None)


def only_words(answer: Answer) -> bool:
    """Whether an answer to a press is no more than a few words, which a notice over the chat can hold."""
    reply = answer.reply
    more = (
        reply.cards
        or reply.items
        or reply.facts
        or reply.pictures
        or reply.files
        or answer.id
        or reply.update
    )
    return not more and length(reply.note or reply.text) <= limits.CALLBACK_ANSWER


class Sender:
    """Brings answers to Telegram, cut into as many messages as its limits ask for."""

    def __init__(self, bot: Bot, *, covers: bool) -> None:
        """`covers`: whether pictures of titles may be shown, which Telegram fetches from where they are."""
        self._bot = bot
        self._covers = covers

    async def answer(self, answer: Answer, where: Where, chat: Chat, user: User | None, texts: Texts) -> None:
        """Sends an answer; what is for the asker alone goes to their private chat. Errors may be said anywhere.

        `user` is None for who writes in the name of the chat itself: they have no private chat.

        Raises:
            TelegramError: nobody can be reached there.
        """
        reply = answer.reply
        if user is None or chat.type not in SHARED or not reply.private or reply.error:
            await self.send(answer, where)
            return
        try:
            await self.send(answer, Where(user.id, hidden=where.hidden))
        except Forbidden:  # they never opened a chat with the bot, or blocked it
            if chat.type == ChatType.CHANNEL:
                return  # what one reader pressed is nothing that all the others should read of
            text = texts("telegram-private-first", bot=self._bot.username)
            await _to(where, partial(self._bot.send_message, text=text))

    async def edit(self, answer: Answer, query: CallbackQuery, where: Where) -> bool:
        """Puts an answer in the place of the message whose button was pressed; False when that cannot be any more and
        it was sent anew."""
        assert query.message is not None
        pressed = query.message
        captioned = isinstance(pressed, TelegramMessage) and pressed.effective_attachment is not None
        more = await self.replace(answer, where.chat, pressed.message_id, captioned=captioned)
        if more is None:
            await self.send(answer, where)
            return False
        for message in more:
            where = await self._words(message, where)
        for file in answer.reply.files:
            where = await self._file(file, where)
        return True

    async def replace(
        self, answer: Answer, chat: int, message_id: int, *, captioned: bool = False
    ) -> Sequence[Message] | None:
        """Edits a message (with `captioned` the words under its picture); what it has no room for, or None when it
        can be edited no more."""
        first, *more = render(answer, covers=self._covers, first=limits.CAPTION if captioned else limits.TEXT)
        edit: Callable[..., Awaitable[Any]]
        if captioned:
            edit = partial(self._bot.edit_message_caption, caption=first.html)
        else:
            edit = partial(self._bot.edit_message_text, text=first.html, link_preview_options=first.preview)
        try:
            await edit(
                chat_id=chat, message_id=message_id, parse_mode=ParseMode.HTML, reply_markup=first.keyboard
            )
        except BadRequest as problem:
            said = problem.message.lower()  # the library capitalises it
            # It has a picture under which the words are; of old messages Telegram tells nothing.
            if "no text in the message" in said and not captioned:
                return await self.replace(answer, chat, message_id, captioned=True)
            if any(text in said for text in _CANNOT_EDIT):
                return None
            if "not modified" not in said:
                raise
        return more

    async def send(self, answer: Answer, where: Where) -> list[int]:
        """Pictures, words and files, in this order; the ids of what was sent, as far as it bears words.

        Raises:
            TelegramError: it cannot be sent there.
        """
        pictures = answer.reply.pictures
        sent: list[int] = []
        messages: Sequence[Message]
        if len(pictures) == 1:
            first, *messages = render(answer, covers=self._covers, first=limits.CAPTION)
            where = await self._captioned(pictures[0], first, where, sent)
        else:
            messages = render(answer, covers=self._covers)
            where = await self._several(pictures, where)
        for message in messages:
            where = await self._words(message, where, sent)
        for file in answer.reply.files:
            where = await self._file(file, where)
        return sent

    async def _words(self, message: Message, where: Where, sent: list[int] | None = None) -> Where:
        send = partial(
            self._bot.send_message,
            text=message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=message.keyboard,
            link_preview_options=message.preview,
        )
        return await _to(where, send, sent)

    async def _captioned(self, file: File, message: Message, where: Where, sent: list[int]) -> Where:
        """A picture with its words; as a file where it is refused, the words alone where it is not allowed."""
        words: dict[str, Any] = {
            "caption": message.html,
            "parse_mode": ParseMode.HTML,
            "reply_markup": message.keyboard,
        }
        try:
            return await _to(where, partial(self._shown(file, where), **words), sent)
        except BadRequest as problem:
            said = problem.message.lower()
            if any(text in said for text in _NO_PHOTO):
                as_file = partial(self._bot.send_document, document=file.data, filename=file.name)
                return await _to(where, partial(as_file, **words), sent)
            if _NO_RIGHT not in said:
                raise
            return await self._words(message, where, sent)

    async def _several(self, files: Sequence[File], where: Where) -> Where:
        """Pictures without words: photos in albums, what moves by itself."""
        photos = [file for file in files if file.media_type in PHOTOS]
        moving = [file for file in files if file.media_type not in PHOTOS]
        albums = [photos[start : start + limits.ALBUM] for start in range(0, len(photos), limits.ALBUM)]
        try:
            for album in albums:
                if len(album) == 1:
                    moving.insert(0, album[0])
                    continue
                hidden = where.hidden or None
                media = [InputMediaPhoto(file.data, filename=file.name, has_spoiler=hidden) for file in album]
                where = await _to(where, partial(self._bot.send_media_group, media=media))
            for file in moving:
                where = await _to(where, self._shown(file, where))
        except BadRequest as problem:
            said = problem.message.lower()
            if _NO_RIGHT not in said and not any(text in said for text in _NO_PHOTO):
                raise
            log.warning("pictures were not taken (%s); the words go alone", problem.message)
        return where

    def _shown(self, file: File, where: Where) -> Callable[..., Awaitable[Any]]:
        """What sends a picture so that it is seen in the chat."""
        named: dict[str, Any] = {"filename": file.name}
        if where.hidden:
            named["has_spoiler"] = True
        if file.media_type in PHOTOS:
            return partial(self._bot.send_photo, photo=file.data, **named)
        if file.media_type == "video/mp4":
            return partial(self._bot.send_video, video=file.data, **named)
        if file.media_type == "image/gif":
            return partial(self._bot.send_animation, animation=file.data, **named)
        return partial(self._bot.send_document, document=file.data, filename=file.name)

    async def _file(self, file: File, where: Where) -> Where:
        return await _to(where, partial(self._bot.send_document, document=file.data, filename=file.name))


async def _to(where: Where, send: Callable[..., Awaitable[Any]], sent: list[int] | None = None) -> Where:
    """Sends, also when the group has become a supergroup or the topic is gone; where the next part goes."""
    for _ in range(3):
        asked = (
            ReplyParameters(where.question, allow_sending_without_reply=not where.needed)
            if where.question is not None
            else None
        )
        try:
            message = await send(
                chat_id=where.chat,
                message_thread_id=where.thread,
                reply_parameters=asked,
                disable_notification=where.quiet or None,
            )
        except ChatMigrated as moved:
            where = replace(where, chat=moved.new_chat_id, thread=None, question=None)
        except BadRequest as problem:
            if where.thread is None or "thread not found" not in problem.message.lower():
                raise
            where = replace(where, thread=None)
        else:
            if sent is not None and isinstance(message, TelegramMessage):
                sent.append(message.message_id)
            break
    return replace(where, question=None)

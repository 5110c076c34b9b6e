"""Brings answers to chats: to whom they are meant for, in place of what was pressed, wherever the chat is by now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from telegram import Bot, CallbackQuery, Chat, ReplyParameters, User
from telegram import Message as TelegramMessage
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.reply import Answer
from bot.telegram import limits
from bot.telegram.reading import GROUPS
from bot.telegram.render import Message, length, render
from bot.texts import Texts

_CANNOT_EDIT = ("message to edit not found", "can't be edited", "no text in the message to edit")


@dataclass(frozen=True, slots=True)
class Where:
    """A place to write to: the chat, its topic, and the message that is answered (in a group it is shown)."""

    chat: int
    thread: int | None = None
    question: int | None = None

    @classmethod
    def of(cls, message: TelegramMessage, *, as_reply: bool) -> Where:
        thread = message.message_thread_id if message.is_topic_message else None
        shown = as_reply and message.chat.type != ChatType.PRIVATE
        return cls(message.chat.id, thread, message.message_id if shown else None)


def only_words(answer: Answer) -> bool:
    """Whether an answer to a press is no more than a few words, which a notice over the chat can hold."""
    reply = answer.reply
    more = reply.cards or reply.items or reply.files or answer.id or reply.update
    return not more and length(reply.note or reply.text) <= limits.CALLBACK_ANSWER


class Sender:
    def __init__(self, bot: Bot, *, covers: bool) -> None:
        self._bot = bot
        self._covers = covers

    async def answer(self, answer: Answer, where: Where, chat: Chat, user: User, texts: Texts) -> None:
        """Sends an answer; what is for the asker alone goes to their private chat. Errors may be said anywhere.

        Raises:
            TelegramError: nobody can be reached there.
        """
        reply = answer.reply
        if chat.type not in GROUPS or not reply.private or reply.error:
            await self._send(answer, where)
            return
        try:
            await self._send(answer, Where(user.id))
        except Forbidden:  # they never opened a chat with the bot, or blocked it
            text = texts("telegram-private-first", bot=self._bot.username)
            await _to(where, partial(self._bot.send_message, text=text))

    async def edit(self, answer: Answer, query: CallbackQuery, where: Where) -> None:
        """Puts an answer in the place of the message whose button was pressed."""
        assert query.message is not None
        first, *more = render(answer, covers=self._covers)
        try:
            await self._bot.edit_message_text(
                chat_id=where.chat,
                message_id=query.message.message_id,
                text=first.html,
                parse_mode=ParseMode.HTML,
                reply_markup=first.keyboard,
                link_preview_options=first.preview,
            )
        except BadRequest as problem:
            said = problem.message.lower()  # the library capitalises it
            if any(text in said for text in _CANNOT_EDIT):
                more = [first, *more]
            elif "not modified" not in said:
                raise
        await self._send(answer, where, more)

    async def _send(self, answer: Answer, where: Where, messages: list[Message] | None = None) -> None:
        for message in render(answer, covers=self._covers) if messages is None else messages:
            send = partial(
                self._bot.send_message,
                text=message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                link_preview_options=message.preview,
            )
            where = replace(await _to(where, send), question=None)
        for file in answer.reply.files:
            where = await _to(where, partial(self._bot.send_document, document=file.data, filename=file.name))


async def _to(where: Where, send: Callable[..., Awaitable[Any]]) -> Where:
    """Sends, also when the group has become a supergroup or the topic is gone; where it went."""
    for _ in range(3):
        asked = (
            ReplyParameters(where.question, allow_sending_without_reply=True)
            if where.question is not None
            else None
        )
        try:
            await send(chat_id=where.chat, message_thread_id=where.thread, reply_parameters=asked)
        except ChatMigrated as moved:
            where = Where(moved.new_chat_id)
        except BadRequest as problem:
            if where.thread is None or "thread not found" not in problem.message.lower():
                raise
            where = replace(where, thread=None)
        else:
            break
    return where

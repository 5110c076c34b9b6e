"""One update from Telegram, answered: commands, presses, inline queries, documents."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from telegram import (
    Bot,
    CallbackQuery,
    Document,
    InlineQuery,
    MaybeInaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.commands.complete import cards
from bot.commands.parse import shorten
from bot.dispatch import Dispatcher
from bot.reply import Answer, File
from bot.request import Person, Place, Press
from bot.telegram import limits
from bot.telegram.inbox import DurableQueue
from bot.telegram.inline import results
from bot.telegram.reading import GROUPS, Said, complete, read
from bot.telegram.render import BUTTON, cut
from bot.telegram.sending import Sender, Where, only_words
from bot.texts import Texts
from core.errors import OsusumeError, UserError
from core.osusume import Osusume

log = logging.getLogger("osusume.telegram")

ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class Answering:
    """Handles every update; whatever happens, the update is marked as answered."""

    def __init__(self, osusume: Osusume, bot: Bot, queue: DurableQueue) -> None:
        self._osusume = osusume
        self._bot = bot
        self._queue = queue
        self._dispatcher = Dispatcher(osusume)
        self._covers = osusume.settings.covers
        self._sender = Sender(bot, covers=self._covers)

    async def update(self, update: Update, _: object) -> None:
        try:
            if update.callback_query is not None:
                await self._press(update.callback_query)
            elif update.inline_query is not None:
                await self._inline(update.inline_query)
            elif update.message is not None:
                await self._message(update.message)
        except Forbidden as problem:
            log.info("an answer reached nobody: %s", problem.message)
        except TelegramError as problem:
            log.warning("an answer could not be delivered: %s", problem.message)
        except Exception:
            await self._apologise(update)
        await self._queue.done(update)

    async def _apologise(self, update: Update) -> None:
        """To be called while handling a bug; it is logged whole."""
        user, chat, query = update.effective_user, update.effective_chat, update.callback_query
        language = user.language_code if user is not None else None
        apology = self._dispatcher.apology(Texts(language or self._osusume.settings.language), "an update")
        if query is not None:
            await _acknowledge(query, apology.text, alert=True)
        elif chat is not None:
            with suppress(TelegramError):
                await self._bot.send_message(chat.id, apology.text)

    async def _message(self, message: Message) -> None:
        user, chat = message.from_user, message.chat
        if message.migrate_to_chat_id is not None:
            await self._migrated(chat.id, message.migrate_to_chat_id)
        if user is None:
            return
        said = read(message, self._bot.username)
        person, place = _person(user), _place(message)
        texts = await self._dispatcher.texts_for(person.key, user.language_code, place.server)
        where = Where.of(message, as_reply=True)
        if said is None:
            if chat.type == ChatType.PRIVATE and message.effective_attachment is not None:
                await self._bot.send_message(chat.id, texts("telegram-words-only"))
            return
        known = complete(said, message, self._dispatcher.registry, texts)
        if known is None:
            return
        if message.sender_chat is not None:
            await self._bot.send_message(chat.id, texts("telegram-anonymous"), message_thread_id=where.thread)
            return
        said, document, admin = known
        if admin and place.server is not None:
            place = Place(place.server, admin=await self._looks_after(chat.id, user.id))
        asking = asyncio.ensure_future(self._answer(said, document, person, texts, place))
        await self._show_typing(asking, where, limits.TYPING_AFTER_SECONDS)
        answer = await asking
        if answer is not None:
            await self._sender.answer(answer, where, chat, user, texts)

    async def _answer(
        self, said: Said, document: Document | None, person: Person, texts: Texts, place: Place
    ) -> Answer | None:
        try:
            file = await self._download(document) if document is not None else None
        except OsusumeError as problem:
            return Answer("", self._dispatcher.sentence(problem, texts))
        people = said.people.get
        return await self._dispatcher.answer_line(
            said.line, person, texts, place, None, people=people, files=(file,) if file is not None else ()
        )

    async def _download(self, document: Document) -> File:
        """
        Raises:
            UserError: `file-long` or `telegram-file-lost`.
        """
        name = document.file_name or "list"
        if (document.file_size or 0) > limits.DOWNLOAD_BYTES:
            raise UserError("file-long", name=shorten(name), most=limits.DOWNLOAD_BYTES // 2**20)
        try:
            file = await self._bot.get_file(document.file_id)
            data = bytes(await file.download_as_bytearray())
        except TelegramError as problem:
            raise UserError("telegram-file-lost", name=shorten(name)) from problem
        return File(name, document.mime_type or "", data)

    async def _show_typing(self, asking: asyncio.Future[Answer | None], where: Where, after: float) -> None:
        """Waits for the answer, showing that one is being written when it takes longer than a moment."""
        done, _ = await asyncio.wait({asking}, timeout=after)
        while not done:
            with suppress(TelegramError):
                await self._bot.send_chat_action(where.chat, ChatAction.TYPING, where.thread)
            done, _ = await asyncio.wait({asking}, timeout=limits.TYPING_SECONDS)

    async def _press(self, query: CallbackQuery) -> None:
        data, message = query.data or "", query.message
        if not data.startswith(BUTTON) or message is None:
            await _acknowledge(query)
            return
        person, place = _person(query.from_user), _place(message)
        texts = await self._dispatcher.texts_for(person.key, query.from_user.language_code, place.server)
        where = Where.of(message, as_reply=False) if isinstance(message, Message) else Where(message.chat.id)
        press = Press(data.removeprefix(BUTTON), person, texts, place)
        asking = asyncio.ensure_future(self._dispatcher.press(press))
        in_time, _ = await asyncio.wait({asking}, timeout=limits.ACKNOWLEDGE_SECONDS)
        if not in_time:
            await _acknowledge(query)
            await self._show_typing(asking, where, 0)
        answer = await asking
        if answer is None:
            return
        reply = answer.reply
        as_notice = in_time and reply.private and only_words(answer)
        if in_time:
            said = (reply.note or reply.text) if as_notice else reply.note
            await _acknowledge(query, cut(said or "", limits.CALLBACK_ANSWER), alert=reply.error)
        if reply.update:
            await self._sender.edit(answer, query, where)
        elif not as_notice:
            await self._sender.answer(answer, where, message.chat, query.from_user, texts)

    async def _inline(self, query: InlineQuery) -> None:
        user = query.from_user
        texts = await self._dispatcher.texts_for(_person(user).key, user.language_code)
        found = await cards(self._osusume, query.query, texts, limit=limits.INLINE_RESULTS)
        with suppress(BadRequest):  # typed on meanwhile: the query is too old, a newer one follows
            await query.answer(results(found, covers=self._covers), is_personal=True)

    async def _looks_after(self, chat: int, user: int) -> bool:
        with suppress(TelegramError):
            return (await self._bot.get_chat_member(chat, user)).status in ADMINS
        return False

    async def _migrated(self, old: int, new: int) -> None:
        """A group that became a supergroup keeps its settings."""
        kept = await self._osusume.people.server(f"telegram:{old}")
        await self._osusume.people.set_server(f"telegram:{new}", adult=kept.adult, language=kept.language)


def _person(user: User) -> Person:
    return Person(f"telegram:{user.id}", user.first_name)


def _place(message: MaybeInaccessibleMessage) -> Place:
    """Telegram marks no chat as age-restricted, so adult titles never appear here."""
    return Place(f"telegram:{message.chat.id}") if message.chat.type in GROUPS else Place()


async def _acknowledge(query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
    with suppress(TelegramError):  # too old: nothing waits for it any more
        await query.answer(text or None, show_alert=bool(text) and alert)

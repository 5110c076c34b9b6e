"""One update from Telegram, answered: commands, presses, inline queries, documents."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress
from html import escape

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.commands.cards import card, subtitle, title_line
from bot.commands.parse import shorten
from bot.dispatch import Dispatcher
from bot.reply import Answer, File, Reply
from bot.request import Person, Place, Press
from bot.telegram import limits
from bot.telegram.inbox import event_of
from bot.telegram.render import BUTTON, card_blocks, cut, render
from bot.texts import Texts
from core.osusume import Osusume
from core.settings import Settings

log = logging.getLogger("osusume.telegram")

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


class Answering:
    """Handles every update; whatever happens, the update is marked as answered."""

    def __init__(self, osusume: Osusume, settings: Settings, bot: Bot) -> None:
        self._osusume = osusume
        self._settings = settings
        self._bot = bot
        self._dispatcher = Dispatcher(osusume)

    async def update(self, update: Update, _: object) -> None:
        try:
            if update.callback_query is not None:
                await self._press(update.callback_query)
            elif update.inline_query is not None:
                await self._inline(update.inline_query)
            elif update.message is not None:
                await self._message(update.message)
        except TelegramError as problem:
            log.warning("Telegram refused an answer: %s", problem.message)
        await self._osusume.inbox.done(event_of(update))

    async def _message(self, message: Message) -> None:
        user, line = message.from_user, self._line(message)
        if user is None or line is None:
            return
        place = await self._place(message.chat, user)
        person = _person(user)
        texts = await self._dispatcher.texts_for(person.key, user.language_code, place.server)
        known = _people_named(message)
        asking = asyncio.ensure_future(
            self._dispatcher.answer_line(
                line, person, texts, place, None, people=known.get, file=await self._file(message, texts)
            )
        )
        answer = await self._while_typing(message.chat, asking)
        if answer is not None:
            await self._send(answer, message.chat, user, texts, message)

    def _line(self, message: Message) -> str | None:
        """The command in a message, None when it is none of ours."""
        text = message.text or message.caption or ""
        private = message.chat.type == ChatType.PRIVATE
        if text.startswith("/"):
            name = re.match(r"/\w+(?:@(\w+))?", text)
            if name is not None and name.group(1) and name.group(1).lower() != self._bot.username.lower():
                return None
            text = re.sub(r"^(/\w+)@\w+", r"\1", text)
            return re.sub(r"^/start\b.*", "/help", text, flags=re.DOTALL)
        if private and message.document is not None:
            return "/fav import"
        return f"/recommend {text}" if private and text.strip() else None

    async def _file(self, message: Message, texts: Texts) -> File | None:
        source = message if message.document is not None else message.reply_to_message
        document = source.document if source is not None else None
        if document is None or not (self._line(message) or "").startswith("/fav"):
            return None
        if (document.file_size or 0) > limits.DOWNLOAD_BYTES:
            most = limits.DOWNLOAD_BYTES // 2**20
            await message.reply_text(texts("file-long", name=shorten(document.file_name or "?"), most=most))
            return None
        file = await self._bot.get_file(document.file_id)
        data = bytes(await file.download_as_bytearray())
        return File(document.file_name or "list", document.mime_type or "", data)

    async def _while_typing(self, chat: Chat, asking: asyncio.Future[Answer | None]) -> Answer | None:
        """Waits for the answer, showing that one is being written when it takes longer than a moment."""
        done, _ = await asyncio.wait({asking}, timeout=1.0)
        while not done:
            with suppress(TelegramError):
                await chat.send_action(ChatAction.TYPING)
            done, _ = await asyncio.wait({asking}, timeout=limits.TYPING_SECONDS)
        return asking.result()

    async def _press(self, query: CallbackQuery) -> None:
        data = query.data or ""
        if not data.startswith(BUTTON):
            await query.answer()
            return
        chat = query.message.chat if query.message is not None else None
        place = await self._place(chat, query.from_user) if chat is not None else Place()
        person = _person(query.from_user)
        texts = await self._dispatcher.texts_for(person.key, query.from_user.language_code, place.server)
        press = Press(data.removeprefix(BUTTON), person, texts, place)
        asking = asyncio.ensure_future(self._dispatcher.press(press))
        done, _ = await asyncio.wait({asking}, timeout=limits.ANSWER_SECONDS)
        acknowledged = not done
        if acknowledged:
            await _acknowledge(query)
        answer = await asking
        if answer is None:
            return
        reply = answer.reply
        short = not reply.cards and not reply.items and not reply.files and not answer.id
        said = (
            cut(reply.note or reply.text, limits.CALLBACK_ANSWER)
            if reply.note or (short and reply.private)
            else None
        )
        if not acknowledged:
            await _acknowledge(query, said, alert=reply.error or (short and reply.private))
        if reply.update:
            await self._edit(query, answer)
        elif not (short and reply.private and not acknowledged) and chat is not None:
            await self._send(answer, chat, query.from_user, texts, None)

    async def _edit(self, query: CallbackQuery, answer: Answer) -> None:
        message = render(answer, covers=self._settings.covers)[-1]
        try:
            await query.edit_message_text(
                message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                link_preview_options=message.preview,
            )
        except BadRequest as problem:
            if "not modified" not in problem.message:
                raise

    async def _send(
        self, answer: Answer, chat: Chat, user: User, texts: Texts, question: Message | None
    ) -> None:
        """Sends an answer; what is for the asker alone goes to their private chat."""
        target = chat.id
        if answer.reply.private and chat.type != ChatType.PRIVATE and not _harmless(answer.reply):
            target, question = user.id, None
        try:
            await self._send_to(target, answer, question)
        except Forbidden:
            if target == chat.id:
                raise
            await self._bot.send_message(chat.id, texts("telegram-private-first", bot=self._bot.username))

    async def _send_to(self, target: int, answer: Answer, question: Message | None) -> None:
        thread = question.message_thread_id if question is not None and question.is_topic_message else None
        for message in render(answer, covers=self._settings.covers):
            await self._bot.send_message(
                target,
                message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                link_preview_options=message.preview,
                message_thread_id=thread,
            )
        for file in answer.reply.files:
            await self._bot.send_document(target, file.data, filename=file.name, message_thread_id=thread)

    async def _inline(self, query: InlineQuery) -> None:
        texts = await self._dispatcher.texts_for(
            f"telegram:{query.from_user.id}", query.from_user.language_code
        )
        text = query.query.strip()[: limits.INLINE_QUERY]
        search = self._osusume.search
        rows = (
            [match.row for match in search.complete(text, limit=limits.INLINE_RESULTS)]
            if text
            else search.popular(None, limit=limits.INLINE_RESULTS)
        )
        results = []
        for row in rows:
            anime = self._osusume.catalogue.anime(row)
            blocks = card_blocks(card(anime, texts))
            html = "\n".join(
                f"{opening}{escape(cut(body, 900), quote=False)}{closing}"
                for opening, body, closing in blocks
            )
            preview = (
                LinkPreviewOptions(url=anime.image_url) if self._settings.covers and anime.image_url else None
            )
            results.append(
                InlineQueryResultArticle(
                    id=str(anime.mal_id),
                    title=cut(title_line(anime), 120),
                    description=cut(subtitle(anime) or "", 120) or None,
                    thumbnail_url=anime.image_url if self._settings.covers else None,
                    input_message_content=InputTextMessageContent(
                        html,
                        parse_mode=ParseMode.HTML,
                        link_preview_options=preview or LinkPreviewOptions(is_disabled=True),
                    ),
                )
            )
        with suppress(BadRequest):  # typed on meanwhile: the query is too old, a newer one follows
            await query.answer(results, cache_time=300)

    async def _place(self, chat: Chat, user: User) -> Place:
        """Telegram marks no chat as age-restricted, so adult titles never appear here."""
        if chat.type not in GROUPS:
            return Place()
        admin = False
        with suppress(TelegramError):
            member = await chat.get_member(user.id)
            admin = member.status in ("creator", "administrator")
        return Place(f"telegram:{chat.id}", age_restricted=False, admin=admin)


def _person(user: User) -> Person:
    return Person(f"telegram:{user.id}", user.first_name)


def _people_named(message: Message) -> dict[str, str]:
    """What a message calls people, to their keys: mentions that carry an account, and whom it replies to.

    A bare @name carries none, and the bot keeps no names.
    """
    known = {}
    for entity, text in message.parse_entities([MessageEntity.TEXT_MENTION]).items():
        if entity.user is not None:
            for word in text.split():
                known[word] = f"telegram:{entity.user.id}"
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and not answered.from_user.is_bot:
        key = f"telegram:{answered.from_user.id}"
        known |= dict.fromkeys((answered.from_user.first_name, f"@{answered.from_user.username}", ""), key)
    return known


def _harmless(reply: Reply) -> bool:
    """Short errors may be said in the group; a person's own things may not."""
    return reply.error


async def _acknowledge(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    with suppress(BadRequest):  # too old: nothing is waiting for it any more
        await query.answer(text, show_alert=bool(text) and alert)

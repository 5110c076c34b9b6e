"""One update from Telegram, answered: commands, presses, inline queries, pictures and files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    Update,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.art import ArtDesk
from bot.commands.complete import cards
from bot.dispatch import Dispatcher
from bot.leaving import LeftPlaces
from bot.reply import Answer, Reply
from bot.request import Person, Press
from bot.telegram import limits
from bot.telegram.art import ArtFeed, lacking
from bot.telegram.attached import Albums, Gathered, Gathering, download_all, picture
from bot.telegram.inbox import DurableQueue, event_of
from bot.telegram.inline import results
from bot.telegram.places import person_of, place_of, writer_of
from bot.telegram.progress import Progress
from bot.telegram.reading import SHARED, Wanted, complete, read
from bot.telegram.render import BUTTON, cut
from bot.telegram.sending import Sender, Where, only_words
from bot.texts import Texts
from core.errors import OsusumeError
from core.osusume import Osusume

log = logging.getLogger("osusume.telegram")

ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class Answering:
    """Handles every update; whatever happens, the update is marked as answered."""

    def __init__(self, osusume: Osusume, bot: Bot, queue: DurableQueue, albums: Albums) -> None:
        self._osusume = osusume
        self._bot = bot
        self._queue = queue
        self._albums = albums
        self._dispatcher = Dispatcher(osusume)
        self._covers = osusume.settings.covers
        self._sender = Sender(bot, covers=self._covers)
        self._art = ArtFeed(osusume, bot, ArtDesk(osusume, self._dispatcher), self._sender, albums)
        self._gathering = Gathering(queue.put)
        self.left = LeftPlaces(osusume, "telegram", self._is_in)

    async def update(self, update: Update, _: object) -> None:
        message = update.message or update.channel_post
        if message is not None and self._albums.of(message) is not None:
            self._gathering.add(update, message)
            return
        await self._finish((update,))

    async def album(self, gathered: Gathered, _: object) -> None:
        """All parts at once; only now are their updates answered."""
        await self._finish(gathered.updates)

    def stop(self) -> None:
        self._gathering.stop()

    async def _finish(self, updates: Sequence[Update]) -> None:
        try:
            await self._handle(updates)
        except Forbidden as problem:
            log.info("an answer reached nobody: %s", problem.message)
        except TelegramError as problem:
            log.warning("an answer could not be delivered: %s", problem.message)
        except OsusumeError as problem:
            await self._say(updates[0], partial(self._dispatcher.sentence, problem))
        except Exception:
            await self._say(updates[0], partial(self._dispatcher.apology, what="an update"))
        try:
            for update in updates:
                await self._queue.done(update)
        except OsusumeError as problem:
            log.error("an answered update could not be noted as such: %s", problem.key)

    async def _handle(self, updates: Sequence[Update]) -> None:
        update = updates[0]
        edited = update.edited_message or update.edited_channel_post
        if update.callback_query is not None:
            await self._press(update.callback_query)
        elif update.inline_query is not None:
            await self._inline(update.inline_query)
        elif update.my_chat_member is not None:
            await self._became(update.my_chat_member)
        elif edited is not None:
            await _quietly(self._art.edited(edited))
        else:
            messages = [one.message or one.channel_post for one in updates]
            told = [message for message in messages if message is not None]
            await self._message(told, event_of(update))

    async def _say(self, update: Update, saying: Callable[[Texts], Reply]) -> None:
        """What is said of a failure, to be called while handling it: nobody's own settings are asked for."""
        user, chat, query = update.effective_user, update.effective_chat, update.callback_query
        language = user.language_code if user is not None else None
        said = saying(Texts(language or self._osusume.settings.language)).text
        if query is not None:
            await _acknowledge(query, cut(said, limits.CALLBACK_ANSWER), alert=True)
        elif chat is not None and user is not None:
            with suppress(TelegramError):
                await self._bot.send_message(chat.id, said)

    async def _message(self, messages: Sequence[Message], event: str) -> None:
        """One message, or the parts of an album; `event`: the first of those that told of it."""
        if not messages:
            return
        # The parts of an album say nothing but for one of them.
        head = next((message for message in messages if message.caption), messages[0])
        chat, writer = head.chat, writer_of(head)
        if head.migrate_to_chat_id is not None:
            await self._migrated(chat.id, head.migrate_to_chat_id)
        elif head.migrate_from_chat_id is not None:
            await self._migrated(head.migrate_from_chat_id, chat.id)
        if writer is None:
            return
        place, language = place_of(head), head.from_user.language_code if head.from_user is not None else None
        texts = await self._dispatcher.texts_for(writer.key, language, place.server)
        wanted = await self._wanted(messages, head, texts)
        if wanted is None:
            if chat.type in SHARED and picture(head) is not None:
                await _quietly(self._art.posted(head))
            elif chat.type == ChatType.PRIVATE and head.effective_attachment is not None:
                await self._bot.send_message(chat.id, texts("telegram-words-only"))
            return
        hidden = any(message.has_media_spoiler for message in (*messages, head.reply_to_message) if message)
        await self._ask(wanted, head, writer, texts, event, hidden=hidden)

    async def _wanted(self, messages: Sequence[Message], head: Message, texts: Texts) -> Wanted | None:
        """What is asked for, None for nothing. A part of an album that comes late is for what the others were for."""
        own = tuple(found for message in messages if (found := picture(message)) is not None)
        said, album = read(head, self._bot.username), self._albums.of(head)
        if album is not None and album.said is not None and not head.caption:
            said = album.said
        if said is None:
            return None
        wanted = complete(said, head, own, self._albums, self._dispatcher.registry, texts)
        if album is not None and wanted is not None:
            album.said = said
        return wanted

    async def _ask(
        self, wanted: Wanted, message: Message, writer: Person, texts: Texts, event: str, *, hidden: bool
    ) -> None:
        chat, user = message.chat, message.from_user
        where = replace(Where.of(message, as_reply=True), hidden=hidden)
        if message.sender_chat is not None:
            # Who writes in the name of the chat itself is one of its administrators.
            if message.sender_chat.id != chat.id or not wanted.for_a_chat:
                if chat.type != ChatType.CHANNEL:
                    said = texts("telegram-anonymous")
                    await self._bot.send_message(chat.id, said, message_thread_id=where.thread)
                return
            user, admin = None, True
        else:
            asked = wanted.command is not None and wanted.command.admin and chat.type in SHARED
            admin = asked and user is not None and await self._looks_after(chat.id, user.id)
        progress = Progress(
            self._bot, self._sender, where, lambda percent: texts("picture-watching", percent=percent),
            partial(self._osusume.inbox.shows, event),
        )  # fmt: skip
        asking = asyncio.ensure_future(self._answer(wanted, message, writer, texts, progress, admin=admin))
        action = ChatAction.UPLOAD_PHOTO if wanted.takes_pictures and wanted.files else ChatAction.TYPING
        await self._show_work(asking, where, limits.TYPING_AFTER_SECONDS, action, progress)
        answer = await asking
        if answer is not None:
            await self._sender.answer(answer, where, chat, user, texts)

    async def _answer(
        self,
        wanted: Wanted,
        message: Message,
        person: Person,
        texts: Texts,
        progress: Progress,
        *,
        admin: bool,
    ) -> Answer | None:
        try:
            files = await download_all(self._bot, wanted.files)
        except OsusumeError as problem:
            return Answer("", self._dispatcher.sentence(problem, texts))
        try:
            return await self._dispatcher.answer_line(
                wanted.said.line,
                person,
                texts,
                place_of(message, admin=admin),
                None,
                people=wanted.said.people.get,
                files=files,
                lacking=partial(lacking, self._bot, message.chat.id, message.chat.type),
                progress=progress,
            )
        finally:
            await progress.finish()

    async def _show_work(
        self,
        asking: asyncio.Future[Answer | None],
        where: Where,
        after: float,
        action: ChatAction = ChatAction.TYPING,
        progress: Progress | None = None,
    ) -> None:
        """Waits for the answer, showing that one is being made when it takes longer than a moment; not beside a message
        that shows how far it is."""
        done, _ = await asyncio.wait({asking}, timeout=after)
        while not done:
            if progress is None or not progress.visible:
                with suppress(TelegramError):
                    await self._bot.send_chat_action(where.chat, action, where.thread)
            done, _ = await asyncio.wait({asking}, timeout=limits.TYPING_SECONDS)

    async def _press(self, query: CallbackQuery) -> None:
        data, message = query.data or "", query.message
        if not data.startswith(BUTTON) or message is None:
            await _acknowledge(query)
            return
        person, place = person_of(query.from_user), place_of(message)
        texts = await self._dispatcher.texts_for(person.key, query.from_user.language_code, place.server)
        where = Where.of(message, as_reply=False) if isinstance(message, Message) else Where(message.chat.id)
        looks_after = partial(self._looks_after, message.chat.id, query.from_user.id)
        if place.server is None:
            press = Press(data.removeprefix(BUTTON), person, texts, place)
        else:
            press = Press(data.removeprefix(BUTTON), person, texts, place, looks_after=looks_after)
        asking = asyncio.ensure_future(self._dispatcher.press(press))
        in_time, _ = await asyncio.wait({asking}, timeout=limits.ACKNOWLEDGE_SECONDS)
        if not in_time:
            await _acknowledge(query)
            await self._show_work(asking, where, 0)
        answer = await asking
        if answer is None:
            return
        reply = answer.reply
        as_notice = in_time and reply.private and only_words(answer)
        if in_time:
            said = (reply.note or reply.text) if as_notice else reply.note
            await _acknowledge(query, cut(said or "", limits.CALLBACK_ANSWER), alert=reply.error)
        if reply.update:
            await self._edit(answer, query, where)
        elif not as_notice:
            await self._sender.answer(answer, where, message.chat, query.from_user, texts)

    async def _edit(self, answer: Answer, query: CallbackQuery, where: Where) -> None:
        art, pressed = answer.reply.state.get("art"), query.message
        if not isinstance(art, str) or not isinstance(pressed, Message):
            await self._sender.edit(answer, query, where)
        elif (
            pressed.reply_to_message is None
            or await self._sender.replace(answer, where.chat, pressed.message_id) is None
        ):  # Telegram shows what is answered as long as it is there
            await self._art.gone(art, where.chat, pressed.message_id)

    async def _inline(self, query: InlineQuery) -> None:
        user = query.from_user
        texts = await self._dispatcher.texts_for(person_of(user).key, user.language_code)
        found = await cards(self._osusume, query.query, texts, limit=limits.INLINE_RESULTS)
        with suppress(BadRequest):  # typed on meanwhile: the query is too old, a newer one follows
            await query.answer(results(found, covers=self._covers), is_personal=True)

    async def _looks_after(self, chat: int, user: int) -> bool:
        with suppress(TelegramError):
            return (await self._bot.get_chat_member(chat, user)).status in ADMINS
        return False

    async def _became(self, change: ChatMemberUpdated) -> None:
        """The bot was added to a group or channel, promoted there, or removed."""
        place = f"telegram:{change.chat.id}"
        if _inside(change.new_chat_member):
            await self.left.entered(place, change.date.timestamp())
        else:
            await self.left.left(place, change.date.timestamp())

    async def _is_in(self, place: str) -> bool | None:
        """Asked before anything is erased: Telegram forgets after a day that the bot was added again."""
        chat = int(place.removeprefix("telegram:"))
        try:
            return _inside(await self._bot.get_chat_member(chat, self._bot.id))
        except (Forbidden, BadRequest):
            return False
        except TelegramError as problem:
            log.info("whether the bot is still in a chat could not be asked: %s", problem.message)
            return None

    async def _migrated(self, old: int, new: int) -> None:
        """A group that became a supergroup keeps all it had. Telegram says so twice, in both."""
        await self._osusume.people.move_place(f"telegram:{old}", f"telegram:{new}")
        self._osusume.art.changed()


def _inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """In an art channel nobody asked for anything, so nobody is told of a bug there; it is logged."""
    try:
        await work
    except TelegramError:
        raise
    except Exception:
        log.exception("a bug while answering in an art channel")


async def _acknowledge(query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
    with suppress(TelegramError):  # too old: nothing waits for it any more
        await query.answer(text or None, show_alert=bool(text) and alert)

"""The driving side: people who write, press buttons, ask inline and wait for what the bot does."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Literal

from tests.doubles.telegram import limits
from tests.doubles.telegram.chats import Account, Chat, Message
from tests.doubles.telegram.entities import trimmed, utf16_length, with_found
from tests.doubles.telegram.errors import Json
from tests.doubles.telegram.files import StoredFile
from tests.doubles.telegram.outcomes import Click, InlineAnswer, InlineResult
from tests.doubles.telegram.sending import file_content
from tests.doubles.telegram.state import Query, State

Expect = Literal["answer", "edit", "message", "anything"]
_albums = itertools.count(14_100_000_000_000_001)


class Person:
    """A Telegram user. Calls that `post` return at once, calls that `send` wait for the bot."""

    def __init__(self, state: State, account: Account) -> None:
        self._state = state
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    # Writing

    def _say(
        self, chat: Chat, content: Json, reply_to: Message | None, file: StoredFile | None = None
    ) -> Message:
        if self.account.blocked and chat.type == "private":
            raise RuntimeError(f"{self.account.first_name} has blocked the bot; unblock first")
        if self.account not in chat.members:
            raise RuntimeError(f"{self.account.first_name} is not in {chat.title or chat.id}")
        if chat.type == "channel" and self.id not in chat.admins:
            raise RuntimeError(f"{self.account.first_name} may not post in {chat.title}")
        if chat.type == "private":
            self.account.started = True
        if reply_to is not None:
            content = {**content, "reply_to_message": reply_to.json()}
        sender: Json = self.account.json()
        message = self._state.add_message(chat, content, sender=sender, by_bot=False, file=file)
        self._state.deliver("message", message)
        return message

    def post(self, chat: Chat, text: str, *, reply_to: Message | None = None) -> Message:
        """Write and do not wait. Commands, mentions and the like are marked as Telegram marks them."""
        return self._say(chat, _text(text), reply_to)

    async def send(
        self,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        until: Callable[[Message], bool] | None = None,
        patience: float | None = None,
    ) -> Message:
        """Write a message and wait for the bot's next one in this chat.

        With `until`, wait for a message, new or edited, that it holds for. The message returned stays
        current: what the bot edits later shows in it.
        Raises NothingHappened when nothing came in time.
        """
        since = len(self._state.events)
        self.post(chat, text, reply_to=reply_to)
        return await self.heard(chat, since, until, f"an answer to {text!r}", patience)

    async def start(self, chat: Chat, parameter: str = "", *, patience: float | None = None) -> Message:
        """Open the bot, as by a link `https://t.me/<bot>?start=<parameter>`, and wait for its answer.

        Raises Refusal for a parameter that is not 1 to 64 of `A-Za-z0-9_-`.
        """
        if parameter:
            limits.check_start_parameter(parameter)
        return await self.send(chat, f"/start {parameter}".strip(), patience=patience)

    async def heard(
        self,
        chat: Chat,
        since: int,
        until: Callable[[Message], bool] | None = None,
        what: str = "a message",
        patience: float | None = None,
    ) -> Message:
        """The bot's first message in a chat after event number `since`."""

        def look() -> Message | None:
            for event in self._state.events[since:]:
                if event.chat is not chat or event.message is None:
                    continue
                if event.kind == "sent" and until is None:
                    return event.message
                if event.kind in ("sent", "edited") and until is not None and until(event.message):
                    return event.message
            return None

        return await self._state.wait(look, what, patience)

    async def post_photo(
        self,
        chat: Chat,
        data: bytes,
        *,
        caption: str = "",
        reply_to: Message | None = None,
        thread: int | None = None,
    ) -> Message:
        """Send a picture, in a forum into the topic `thread`."""
        file = await self._state.files.photo(data)
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread is not None else {}
        return self._say(chat, _caption(caption) | file_content(self._state, file) | topic, reply_to, file)

    async def send_photo(
        self,
        chat: Chat,
        data: bytes,
        *,
        caption: str = "",
        reply_to: Message | None = None,
        thread: int | None = None,
        until: Callable[[Message], bool] | None = None,
        patience: float | None = None,
    ) -> Message:
        since = len(self._state.events)
        await self.post_photo(chat, data, caption=caption, reply_to=reply_to, thread=thread)
        return await self.heard(chat, since, until, "an answer to a photo", patience)

    def post_document(
        self,
        chat: Chat,
        data: bytes,
        name: str = "file.bin",
        *,
        mime_type: str = "",
        caption: str = "",
        size: int | None = None,
        kind: Literal["document", "video", "animation"] = "document",
    ) -> Message:
        """Send a file as it is. `size` in bytes plays a bigger one than `data` holds. `kind`: what Telegram made of
        it: apps send GIFs and silent videos as animations."""
        file = self._state.files.document(data, name, mime_type, size=size, kind=kind)
        return self._say(chat, _caption(caption) | file_content(self._state, file), None, file)

    async def send_document(
        self,
        chat: Chat,
        data: bytes,
        name: str = "file.bin",
        *,
        mime_type: str = "",
        caption: str = "",
        size: int | None = None,
        kind: Literal["document", "video", "animation"] = "document",
        until: Callable[[Message], bool] | None = None,
        patience: float | None = None,
    ) -> Message:
        since = len(self._state.events)
        self.post_document(chat, data, name, mime_type=mime_type, caption=caption, size=size, kind=kind)
        return await self.heard(chat, since, until, f"an answer to the file {name}", patience)

    async def post_album(
        self,
        chat: Chat,
        pictures: Sequence[bytes],
        *,
        caption: str = "",
        gap: float = 0.0,
        captioned: int = 0,
    ) -> list[Message]:
        """Send pictures as an album: one update each, `gap` seconds of the double's clock apart. `captioned` is the
        number of the picture with the caption."""
        if len(pictures) not in limits.ALBUM:
            raise ValueError("an album has 2 to 10 pictures")
        group = {"media_group_id": str(next(_albums))}
        files = [await self._state.files.photo(data) for data in pictures]
        messages = []
        for number, file in enumerate(files):
            if number:
                await self._state.clock.sleep(gap)
            content = (
                file_content(self._state, file) | group | (_caption(caption) if number == captioned else {})
            )
            messages.append(self._say(chat, content, None, file))
        return messages

    async def send_album(
        self,
        chat: Chat,
        pictures: Sequence[bytes],
        *,
        caption: str = "",
        gap: float = 0.0,
        until: Callable[[Message], bool] | None = None,
        patience: float | None = None,
    ) -> Message:
        since = len(self._state.events)
        await self.post_album(chat, pictures, caption=caption, gap=gap)
        return await self.heard(chat, since, until, "an answer to an album", patience)

    def edit(self, message: Message, text: str) -> None:
        """Change one's own message or caption; the bot gets an edited_message."""
        captioned = "text" not in message.data
        names = ("caption", "caption_entities") if captioned else ("text", "entities")
        content = _caption(text) if captioned else _text(text)
        message.versions.append(message.data)
        kept = {name: value for name, value in message.data.items() if name not in names}
        message.data = kept | content | {"edit_date": int(self._state.clock.now())}
        self._state.deliver("edited_message", message)

    async def edit_photo(self, message: Message, data: bytes) -> None:
        """Put another picture in the place of one's own; caption and album stay."""
        if message.photo is None:
            raise ValueError("there is no photo in the message")
        message.versions.append(message.data)
        message.file = await self._state.files.photo(data)
        content = file_content(self._state, message.file)
        message.data = message.data | content | {"edit_date": int(self._state.clock.now())}
        self._state.deliver("edited_message", message)

    def delete(self, message: Message) -> None:
        """Delete one's own message for everybody. Bots are not told of it."""
        message.deleted = True

    # Buttons

    def press(self, message: Message, button: str, *, inaccessible: bool = False) -> Click:
        """Press a button, named by its text, its callback data or a part of its text, and do not wait.

        `inaccessible` plays a message so old that the bot gets only its number.
        Raises LookupError when the message has no such button, or when it is not one the bot would hear of.
        """
        if message.deleted:
            raise LookupError("the message with that button is gone")
        found = message.find(button)
        if found.callback_data is None:
            raise LookupError(f"the button {found.text!r} does not call the bot; it opens {found.url}")
        return self.forge(message, found.callback_data, inaccessible=inaccessible)

    def forge(self, message: Message, data: str, *, inaccessible: bool = False) -> Click:
        """Send a button press with any data, as a changed client can, and do not wait."""
        state = self._state
        query = Query(str(4_380_000_000_000 + state.next_id()), self.account, state.clock.now(), data)
        query.message = message
        state.callbacks[query.id] = query
        content: Json = {
            "id": query.id,
            "from": self.account.json(),
            "chat_instance": str(-abs(message.chat.id) * 7919),
            "data": data,
        }
        if message.inline_message_id:
            content["inline_message_id"] = message.inline_message_id
        elif inaccessible:
            content["message"] = {"chat": message.chat.json(), "message_id": message.message_id, "date": 0}
        else:
            content["message"] = message.json()
            answered = message.chat.messages.get(message.reply_to or 0)
            if answered is None or answered.deleted:  # what is gone is not shown any more
                content["message"].pop("reply_to_message", None)
        since = len(state.events)
        state.queue.push("callback_query", content, message.chat.id)
        return Click(state, query, message, since)

    async def click(
        self,
        message: Message,
        button: str,
        *,
        expect: Expect = "anything",
        inaccessible: bool = False,
        patience: float | None = None,
    ) -> Click:
        """Press a button and wait until it was answered and something came of it.

        `expect`: "answer" is the answer alone, "edit" and "message" want that too, "anything" wants whatever
        a person would notice: a notice, an edit, a new message or the message gone.
        Raises NothingHappened otherwise.
        """
        click = self.press(message, button, inaccessible=inaccessible)

        def look() -> Click | None:
            seen = {
                "answer": True,
                "edit": click.edited is not None,
                "message": bool(click.messages),
                "anything": bool(click.answer_text or click.edited or click.messages or click.deleted),
            }
            return click if click.answered and seen[expect] else None

        state = "answered" if expect == "answer" else f"answered, and {expect}"
        return await self._state.wait(look, f"the press of {button!r} to be {state}", patience)

    # Inline mode

    async def inline(self, query: str, *, offset: str = "", patience: float | None = None) -> InlineAnswer:
        """Type `@bot query` in any chat and wait for the cards."""
        state = self._state
        if not state.settings.inline_mode:
            raise RuntimeError("inline mode is off (settings.inline_mode)")
        if len(query) > limits.INLINE_QUERY:
            raise ValueError("an inline query has at most 256 characters")
        for key in ((self.id, query, offset), (None, query, offset)):
            until, cached = state.inline_cache.get(key, (0.0, {}))
            if state.settings.inline_cache and state.clock.now() < until:
                return _inline(query, cached, from_cache=True)
        asked = Query(
            str(9_100_000_000_000 + state.next_id()), self.account, state.clock.now(), f"{offset}\n{query}"
        )
        state.inlines[asked.id] = asked
        content = {
            "id": asked.id,
            "from": self.account.json(),
            "query": query,
            "offset": offset,
            "chat_type": "sender",
        }
        state.queue.push("inline_query", content, f"inline {self.id}")
        answer = await state.wait(lambda: asked.answer, f"an answer to the inline query {query!r}", patience)
        return _inline(query, answer, from_cache=False)

    def choose(self, answer: InlineAnswer, number: int, chat: Chat) -> Message:
        """Send a card to a chat, which may be one the bot is not in."""
        state = self._state
        result = answer.results[number]
        content: Json = {**result.raw["sends"], "via_bot": state.bot_json()}
        if result.type == "photo" and "text" not in content:
            stand_in = StoredFile("photo", b"", 0, unique_id=f"AQADinline{result.id}")
            stand_in.sizes = [stand_in]
            content |= file_content(state, stand_in)
        if result.raw.get("reply_markup"):
            content["reply_markup"] = result.raw["reply_markup"]
        message = state.add_message(chat, content, sender=self.account.json(), by_bot=False)
        if result.buttons or state.settings.inline_feedback:
            message.inline_message_id = f"AAM{state.next_id()}inline"
            state.inline_messages[message.inline_message_id] = message
        if chat.id in state.chats:
            state.deliver("message", message)
        if state.settings.inline_feedback:
            chosen: Json = {"result_id": result.id, "from": self.account.json(), "query": answer.query}
            if message.inline_message_id:
                chosen["inline_message_id"] = message.inline_message_id
            state.queue.push("chosen_inline_result", chosen, f"inline {self.id}")
        return message


def _inline(query: str, answer: Json, *, from_cache: bool) -> InlineAnswer:
    return InlineAnswer(
        query=query,
        results=[InlineResult(raw) for raw in answer["results"]],
        next_offset=answer["next_offset"],
        is_personal=answer["is_personal"],
        cache_time=answer["cache_time"],
        button=answer["button"],
        from_cache=from_cache,
    )


def _text(text: str) -> Json:
    kept, _ = trimmed(text, [])
    if not 1 <= utf16_length(kept) <= limits.TEXT:
        raise ValueError("people, too, write 1 to 4096 characters")
    entities = with_found(kept, [])
    return {"text": kept, "entities": entities} if entities else {"text": kept}


def _caption(caption: str) -> Json:
    kept, _ = trimmed(caption, [])
    if utf16_length(kept) > limits.CAPTION:
        raise ValueError("a caption has at most 1024 characters")
    entities = with_found(kept, [])
    return ({"caption": kept} if kept else {}) | ({"caption_entities": entities} if entities else {})

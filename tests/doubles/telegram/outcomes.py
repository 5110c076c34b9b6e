"""What came of a button press or an inline query."""

from __future__ import annotations

from dataclasses import dataclass

from tests.doubles.telegram.chats import Button, Message
from tests.doubles.telegram.errors import Json
from tests.doubles.telegram.state import Query, State


@dataclass
class Click:
    """A button press and all that came of it so far; the attributes follow what the bot does later."""

    state: State
    query: Query
    message: Message
    since: int

    @property
    def answered(self) -> bool:
        return self.query.answer is not None

    @property
    def answer_text(self) -> str:
        """The notice shown over the chat; empty when the answer said nothing."""
        return str((self.query.answer or {}).get("text", ""))

    @property
    def alert(self) -> bool:
        """Whether the notice has to be closed by hand."""
        return bool((self.query.answer or {}).get("show_alert"))

    @property
    def edited(self) -> Message | None:
        """The pressed message, if the bot has edited it since."""
        events = self.state.events[self.since :]
        return self.message if any(e.kind == "edited" and e.message is self.message for e in events) else None

    @property
    def deleted(self) -> bool:
        return self.message.deleted

    @property
    def messages(self) -> list[Message]:
        """What the bot has newly sent to that chat since."""
        events = self.state.events[self.since :]
        return [e.message for e in events if e.kind == "sent" and e.message and e.chat is self.message.chat]


@dataclass(frozen=True)
class InlineResult:
    """One card of an inline answer. `text` is what choosing it would send, without markup."""

    raw: Json

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def type(self) -> str:
        return str(self.raw["type"])

    @property
    def title(self) -> str:
        return str(self.raw.get("title", ""))

    @property
    def description(self) -> str:
        return str(self.raw.get("description", ""))

    @property
    def text(self) -> str:
        return str(self.raw["sends"].get("text") or self.raw["sends"].get("caption", ""))

    @property
    def buttons(self) -> list[Button]:
        rows = (self.raw.get("reply_markup") or {}).get("inline_keyboard", [])
        return [Button(b["text"], b.get("callback_data"), b.get("url"), b) for row in rows for b in row]


@dataclass(frozen=True)
class InlineAnswer:
    """What an inline query brought. `from_cache`: Telegram answered by itself, the bot was not asked."""

    query: str
    results: list[InlineResult]
    next_offset: str
    is_personal: bool
    cache_time: int
    button: Json | None
    from_cache: bool

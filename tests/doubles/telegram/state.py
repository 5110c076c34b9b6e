"""All the double knows, and the rules that need it: who may be written to, what the bot may see."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from tests.doubles.telegram.chats import Account, Chat, Message
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.entities import entity_text
from tests.doubles.telegram.errors import Json, Refusal, bad_request, forbidden
from tests.doubles.telegram.files import FileStore, StoredFile
from tests.doubles.telegram.updates import UpdateQueue
from tests.doubles.telegram.webhook import WebhookSender

T = TypeVar("T")
Kind = Literal["sent", "edited", "deleted", "answered", "action", "request", "taken"]


@dataclass(frozen=True)
class Event:
    """Something the bot did, in the order it was done."""

    kind: Kind
    chat: Chat | None = None
    message: Message | None = None
    query_id: str = ""


@dataclass(eq=False)
class Query:
    """A callback or inline query on its way. `answer` is None while the bot has said nothing."""

    id: str
    by: Account
    asked: float
    data: str
    message: Message | None = None
    answer: Json | None = None


@dataclass(frozen=True)
class Request:
    """One request of the bot and what it was told. `files`: field to size in bytes."""

    method: str
    parameters: dict[str, str]
    files: dict[str, int]
    status: int
    description: str
    at: float
    forced: bool = False

    def __str__(self) -> str:
        shown = {
            name: value if len(value) < 80 else value[:77] + "..." for name, value in self.parameters.items()
        }
        return f"{self.method} {shown} -> {self.status} {self.description}".rstrip()


class NothingHappened(AssertionError):
    """The bot did not do in time what the test waited for."""


@dataclass
class Settings:
    """What a test may set before or while the bot runs. Times are in seconds."""

    callback_lifetime: float = 15.0
    inline_lifetime: float = 15.0
    inline_mode: bool = True
    inline_cache: bool = True
    inline_feedback: bool = False
    can_read_all_group_messages: bool = False
    local_mode: bool = True  # plain http webhooks on any port, as a self-hosted Bot API server takes them
    patience: float = 5.0  # how long the driving calls wait for the bot


@dataclass(repr=False)
class State:
    token: str
    username: str
    name: str
    clock: Clock
    settings: Settings
    queue: UpdateQueue
    sender: WebhookSender
    files: FileStore
    accounts: dict[int, Account] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    callbacks: dict[str, Query] = field(default_factory=dict)
    inlines: dict[str, Query] = field(default_factory=dict)
    inline_cache: dict[tuple[int | None, str, str], tuple[float, Json]] = field(default_factory=dict)
    inline_messages: dict[str, Message] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    violations: list[Request] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    last_set_webhook: float = float("-inf")
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(5001))
    _message_ids: dict[int, itertools.count[int]] = field(default_factory=dict)
    _waiters: set[asyncio.Event] = field(default_factory=set)

    @property
    def bot_id(self) -> int:
        return int(self.token.split(":", 1)[0])

    def bot_json(self) -> Json:
        return {"id": self.bot_id, "is_bot": True, "first_name": self.name, "username": self.username}

    def next_id(self) -> int:
        return next(self._ids)

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count by themselves, private chats and groups share one count."""
        key = chat.id if chat.type in ("supergroup", "channel") else 0
        return next(self._message_ids.setdefault(key, itertools.count(1 if key else 101)))

    # What happened, and waiting for it

    def note(self, event: Event) -> None:
        self.events.append(event)
        self.look_again()

    def look_again(self) -> None:
        """Have everyone who waits look whether it has come."""
        for waiter in list(self._waiters):
            waiter.set()

    async def wait(self, look: Callable[[], T | None], what: str, patience: float | None = None) -> T:
        """Look again after everything that happens, until `look` finds something.

        Raises NothingHappened, with the last requests, after `patience` seconds.
        """
        news = asyncio.Event()
        self._waiters.add(news)
        limit = self.settings.patience if patience is None else patience
        try:
            async with asyncio.timeout(limit):
                while True:
                    found = look()
                    if found is not None:
                        return found
                    await news.wait()
                    news.clear()
        except TimeoutError:
            last = [str(r) for r in self.requests if r.method != "getUpdates"][-10:]
            raise NothingHappened(
                f"waited {limit:g} s for {what}. The bot's last requests:\n  " + "\n  ".join(last or ["none"])
            ) from None
        finally:
            self._waiters.discard(news)

    # Chats the bot may write to

    def chat_for(self, chat_id: str) -> Chat:
        """The chat a request names, by number or @name.

        Raises Refusal where the real server would not find it or not let the bot in.
        """
        if not chat_id:
            raise bad_request("chat_id is empty")
        if chat_id.startswith("@"):
            chat = next((c for c in self.chats.values() if c.username and "@" + c.username == chat_id), None)
        else:
            chat = self.chats.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if chat is None:
            if chat_id.isdigit() and int(chat_id) in self.accounts:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        return chat

    def writable(self, chat_id: str) -> Chat:
        chat = self.chat_for(chat_id)
        if chat.migrated_to is not None:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        if chat.type == "private":
            person = chat.members[0]
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        kind = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}[chat.type]
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind}")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind}")
        if chat.type == "channel" and (
            chat.bot_status != "administrator" or "can_post_messages" in chat.withheld
        ):
            raise bad_request("need administrator rights in the channel chat")
        return chat

    # What the bot gets to see

    def privacy_on(self, chat: Chat) -> bool:
        if chat.bot_status == "administrator":
            return False
        if chat.privacy is not None:
            return chat.privacy
        return not self.settings.can_read_all_group_messages

    def visible(self, message: Message) -> bool:
        """Whether privacy mode lets the bot see a person's message in a group."""
        chat = message.chat
        if chat.type == "channel":
            return chat.bot_status == "administrator"
        if not chat.is_group:
            return True
        if chat.bot_status not in ("member", "administrator"):
            return False
        if not self.privacy_on(chat) or (message.data.get("via_bot") or {}).get("id") == self.bot_id:
            return True
        answered = chat.messages.get(message.reply_to or 0)
        if answered is not None and answered.by_bot:
            return True
        for entity in message.entities:
            if entity["type"] == "bot_command":
                _, _, named = entity_text(message.plain, entity).partition("@")
                if not named or named.lower() == self.username.lower():
                    return True
        return False

    def deliver(self, kind: str, message: Message) -> None:
        """Queue a person's new or edited message for the bot, unless it may not see it; in a channel it is a post."""
        chat = message.chat
        if chat.type == "private" and chat.members[0].blocked:
            return
        if chat.type == "channel":
            kind = {"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
        if self.visible(message):
            self.queue.push(kind, message.json(), chat.id)

    def add_message(
        self,
        chat: Chat,
        content: Json,
        *,
        sender: Json | None,
        by_bot: bool,
        file: StoredFile | None = None,
    ) -> Message:
        """Store a message; `sender` None is a channel post, which shows no person."""
        message_id = self.next_message_id(chat)
        now = self.clock.now()
        data: Json = {"message_id": message_id, "date": int(now), "chat": chat.json()}
        if sender is not None:
            data["from"] = sender
        if chat.type == "channel":
            data.pop("from", None)
            data["sender_chat"] = chat.json()
        data |= content
        message = Message(chat, message_id, data, by_bot, now, file)
        chat.messages[message_id] = message
        return message

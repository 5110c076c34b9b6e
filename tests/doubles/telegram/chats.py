"""People, chats and messages as the server knows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.doubles.telegram.errors import Json
from tests.doubles.telegram.files import StoredFile

ChatType = Literal["private", "group", "supergroup", "channel"]


@dataclass
class Account:
    """A person. `started`: has opened the chat with the bot, which may not write first."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    last_name: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        shown: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if getattr(self, name):
                shown[name] = getattr(self, name)
        return shown


@dataclass(frozen=True)
class Button:
    """One inline button as a person sees it."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    raw: Json = field(default_factory=dict, compare=False)


@dataclass(eq=False)
class Message:
    """A message as it stands now: the bot's edits show in it; `versions` is what it was before."""

    chat: Chat
    message_id: int
    data: Json
    by_bot: bool
    date: float
    file: StoredFile | None = None
    inline_message_id: str | None = None
    deleted: bool = False
    versions: list[Json] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<message {self.message_id} in {self.chat.id}: {self.plain!r}>"

    @property
    def text(self) -> str:
        """The plain text, without markup; empty for a picture, which has a caption."""
        return str(self.data.get("text", ""))

    @property
    def caption(self) -> str:
        return str(self.data.get("caption", ""))

    @property
    def plain(self) -> str:
        """Text or caption, whichever there is."""
        return self.text or self.caption

    @property
    def entities(self) -> list[Json]:
        return list(self.data.get("entities") or self.data.get("caption_entities") or [])

    @property
    def photo(self) -> StoredFile | None:
        """The largest size of the picture shown, as Telegram recompressed it."""
        return self.file if self.file is not None and self.file.kind == "photo" else None

    @property
    def document(self) -> StoredFile | None:
        return self.file if self.file is not None and self.file.kind != "photo" else None

    @property
    def keyboard(self) -> list[list[Button]]:
        """The rows of inline buttons; empty when there are none."""
        rows = (self.data.get("reply_markup") or {}).get("inline_keyboard", [])
        return [[Button(b["text"], b.get("callback_data"), b.get("url"), b) for b in row] for row in rows]

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.keyboard for button in row]

    @property
    def reply_to(self) -> int | None:
        """The id of the message this one answers."""
        return (self.data.get("reply_to_message") or {}).get("message_id")

    @property
    def edits(self) -> int:
        return len(self.versions)

    def find(self, button: str) -> Button:
        """The button with this text or callback data, or the only one whose text contains it.

        Raises LookupError naming the buttons there are.
        """
        exact = [b for b in self.buttons if button in (b.text, b.callback_data)]
        found = exact or [b for b in self.buttons if button.casefold() in b.text.casefold()]
        if len(found) == 1 or exact:
            return found[0]
        shown = ", ".join(repr(b.text) for b in self.buttons) or "none at all"
        raise LookupError(f"{len(found)} buttons match {button!r}; the message has {shown}")

    def json(self) -> Json:
        """What the bot gets to see: the inline keyboard only, never a reply keyboard."""
        shown = dict(self.data)
        if "inline_keyboard" not in (shown.get("reply_markup") or {}):
            shown.pop("reply_markup", None)
        return shown


@dataclass(eq=False)
class Chat:
    """A conversation. `privacy` None follows the bot's own privacy mode; `admins` are ids of members; `withheld` are
    rights that the bot does not have as an administrator."""

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    members: list[Account] = field(default_factory=list)
    admins: set[int] = field(default_factory=set)
    bot_status: str = "member"
    privacy: bool | None = None
    forbidden: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    threads: set[int] = field(default_factory=set)
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    actions: list[tuple[str, float]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<{self.type} {self.id} {self.title!r}>"

    @property
    def is_group(self) -> bool:
        return self.type in ("group", "supergroup")

    @property
    def bot_messages(self) -> list[Message]:
        """What the bot has said here and not deleted, oldest first."""
        return [m for m in self.messages.values() if m.by_bot and not m.deleted]

    def json(self) -> Json:
        shown: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            person = self.members[0].json()
            shown |= {
                name: person[name] for name in ("first_name", "last_name", "username") if name in person
            }
        else:
            shown["title"] = self.title
            if self.username:
                shown["username"] = self.username
            if self.threads:
                shown["is_forum"] = True
        return shown

"""What a message says to the bot: the command line in it, the people it names, what came along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.commands.declare import Command, Registry
from bot.commands.parse import parse
from bot.telegram.attached import Albums, Attached, Said, document, picture
from bot.texts import Texts
from core.errors import OsusumeError

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
SHARED = (*GROUPS, ChatType.CHANNEL)
"""Chats that have settings of their own, as servers have elsewhere."""

_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?")
_DESCRIBE = "/describe"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a message asks for: the line, the files it brings, and its command where the line can be read."""

    said: Said
    files: tuple[Attached, ...] = ()
    command: Command | None = None

    @property
    def takes_pictures(self) -> bool:
        return self.command is not None and any(option.kind == "pictures" for option in self.command.options)

    @property
    def for_a_chat(self) -> bool:
        """Whether it makes sense for a chat, rather than for a person with favourites of their own."""
        if self.command is None:
            return False
        return self.command.admin or self.takes_pictures or self.command.name.startswith("artchannel")


def concerns_us(update: Update, bot_name: str) -> bool:
    """Whether an update may be for the bot at all; what people say to each other in a group is not."""
    message = update.message or update.channel_post
    if update.my_chat_member is not None:
        return update.my_chat_member.chat.type in SHARED
    if message is None:
        return update.callback_query is not None or update.inline_query is not None
    if message.migrate_to_chat_id is not None or message.migrate_from_chat_id is not None:
        return True
    if message.via_bot is not None or message.is_automatic_forward:
        return False
    return (
        message.chat.type == ChatType.PRIVATE
        or _text(message).startswith("/")
        or _asks_about_picture(message, bot_name)
    )


def art_message(update: Update) -> Message | None:
    """The message of an update that an art channel would look at: one with a picture, or one that may have had one."""
    edited = update.edited_message or update.edited_channel_post
    message = update.message or update.channel_post or edited
    if message is None or message.chat.type not in SHARED:
        return None
    if message.via_bot is not None or message.is_automatic_forward:
        return None
    shown = picture(message) is not None or (edited is not None and message.effective_attachment is not None)
    return message if shown else None


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _asks_about_picture(message: Message, bot_name: str) -> bool:
    """Whether somebody in a group mentions the bot at a picture, or in reply to one."""
    if message.chat.type not in GROUPS:
        return False
    if picture(message) is None and picture(message.reply_to_message) is None:
        return False
    found = message.parse_entities([MessageEntity.MENTION]) if message.text else {}
    found = found or (message.parse_caption_entities([MessageEntity.MENTION]) if message.caption else {})
    return f"@{bot_name}".lower() in (mention.lower() for mention in found.values())


def read(message: Message, bot_name: str) -> Said | None:
    """The command in a message; None when it holds none, or one for another bot.

    In a private chat plain words are a wish to be recommended something, a picture is one to describe, and any other
    file is a list to bring in.
    """
    private = message.chat.type == ChatType.PRIVATE
    text, people = _with_names(message)
    command = _COMMAND.match(text)
    if command is None:
        if (private and picture(message) is not None) or _asks_about_picture(message, bot_name):
            return Said(_DESCRIBE, people, to_us=True)
        if private and message.document is not None:
            return Said("/fav import", people, to_us=True)
        return Said(f"/recommend {text}", people, to_us=True) if private and text.strip() else None
    name, addressed = command.groups()
    if addressed is not None and addressed.lower() != bot_name.lower():
        return None
    line = "/help" if name.lower() == "start" else f"/{name}{text[command.end() :]}"
    return Said(line, people, to_us=private or addressed is not None)


def complete(
    said: Said, message: Message, own: Sequence[Attached], albums: Albums, registry: Registry, texts: Texts
) -> Wanted | None:
    """What the rest of a message adds to its line. `own`: the pictures that came with it.

    Who is replied to is the person that a command cannot do without; files may be in the message replied to. None
    when the line is no command of ours and was not plainly meant for us either: other bots have commands too.
    """
    try:
        parsed = parse(said.line, registry, texts)
    except OsusumeError as problem:
        return None if problem.key == "command-unknown" and not said.to_us else Wanted(said)
    command, other = parsed.command, message.reply_to_message
    files: tuple[Attached, ...] = ()
    for option in command.options:
        if option.kind == "file":
            file = document(message) or document(other)
            files = (file,) if file is not None else ()
        elif option.kind == "pictures":
            # A file of any kind may be a picture: its bytes decide, and say why where they are none.
            files = tuple(own) or _one(document(message)) or albums.pictures(other) or _one(document(other))
        wanted = option.kind == "people" and option.name == command.rest and option.name not in parsed.options
        if wanted and other is not None and other.from_user is not None and not other.from_user.is_bot:
            people = dict(said.people)
            word = _name(other.from_user, people)
            said = Said(f"{said.line} {option.name}:{word}", people, said.to_us)
    return Wanted(said, files, command)


def _one(file: Attached | None) -> tuple[Attached, ...]:
    return (file,) if file is not None else ()


def _with_names(message: Message) -> tuple[str, dict[str, str]]:
    """The text with each mention that carries an account as one word, and those words with their keys.

    A bare @name carries no account, and the bot keeps no names.
    """
    raw, people = _text(message).encode("utf-16-le"), dict[str, str]()
    entities = message.entities or message.caption_entities
    for entity in sorted(entities, key=lambda entity: -entity.offset):
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None:
            word = _name(entity.user, people).encode("utf-16-le")
            raw = raw[: 2 * entity.offset] + word + raw[2 * (entity.offset + entity.length) :]
    return raw.decode("utf-16-le", "replace"), people


def _name(user: User, people: dict[str, str]) -> str:
    """A word that stands for a person in a line; it is added to `people`."""
    key = f"telegram:{user.id}"
    first = re.sub(r"[\s,、，:=]+", "_", user.first_name).strip("_") or "?"
    word, number = f"@{first}", 2
    while people.setdefault(word, key) != key:
        word, number = f"@{first}_{number}", number + 1
    return word

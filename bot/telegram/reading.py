"""What a message says to the bot: the command line in it, the people it names, the file that came along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import Document, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.commands.declare import Registry
from bot.commands.parse import parse
from bot.texts import Texts
from core.errors import OsusumeError

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)

_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?")


@dataclass(frozen=True, slots=True)
class Said:
    """One line for the parser. `people` maps the names in it to person keys; `to_us`: it can only be meant for us."""

    line: str
    people: Mapping[str, str]
    to_us: bool


def concerns_us(update: Update) -> bool:
    """Whether an update may be for the bot at all; what people say to each other in a group is not."""
    message = update.message
    if message is None:
        return update.callback_query is not None or update.inline_query is not None
    if message.migrate_to_chat_id is not None:
        return True
    if message.via_bot is not None or message.is_automatic_forward:
        return False
    return message.chat.type == ChatType.PRIVATE or _text(message).startswith("/")


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def read(message: Message, bot_name: str) -> Said | None:
    """The command in a message; None when it holds none, or one for another bot.

    In a private chat plain words are a wish to be recommended something, and a file is a list to bring in.
    """
    private = message.chat.type == ChatType.PRIVATE
    text, people = _with_names(message)
    command = _COMMAND.match(text)
    if command is None:
        if private and message.document is not None:
            return Said("/fav import", people, to_us=True)
        return Said(f"/recommend {text}", people, to_us=True) if private and text.strip() else None
    name, addressed = command.groups()
    if addressed is not None and addressed.lower() != bot_name.lower():
        return None
    line = "/help" if name.lower() == "start" else f"/{name}{text[command.end() :]}"
    return Said(line, people, to_us=private or addressed is not None)


def complete(
    said: Said, message: Message, registry: Registry, texts: Texts
) -> tuple[Said, Document | None, bool] | None:
    """What the rest of a message adds to its line: (the line, the file it brings, whether it needs an administrator).

    Who is replied to is the person that a command cannot do without; a file may be in the message replied to. None
    when the line is no command of ours and was not plainly meant for us either: other bots have commands too.
    """
    try:
        parsed = parse(said.line, registry, texts)
    except OsusumeError as problem:
        return None if problem.key == "command-unknown" and not said.to_us else (said, None, False)
    command, other, document = parsed.command, message.reply_to_message, None
    for option in command.options:
        if option.kind == "file":
            document = message.document or (other.document if other is not None else None)
        wanted = option.kind == "people" and option.name == command.rest and option.name not in parsed.options
        if wanted and other is not None and other.from_user is not None and not other.from_user.is_bot:
            people = dict(said.people)
            word = _name(other.from_user, people)
            said = Said(f"{said.line} {option.name}:{word}", people, said.to_us)
    return said, document, command.admin


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

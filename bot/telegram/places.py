"""Who writes, and where, as the core knows it."""

from __future__ import annotations

from telegram import MaybeInaccessibleMessage, Message, User

from bot.request import Person, Place, Platform
from bot.telegram.reading import SHARED

PLATFORM = Platform(servers=True, showing="help-showing-telegram")


def person_of(user: User) -> Person:
    return Person(f"telegram:{user.id}", user.first_name)


def writer_of(message: Message) -> Person | None:
    """Who a message is from: the chat itself where somebody writes in its name, as in channels."""
    if message.sender_chat is not None:
        return Person(f"telegram:{message.sender_chat.id}", message.sender_chat.effective_name or "?")
    return person_of(message.from_user) if message.from_user is not None else None


def place_of(message: MaybeInaccessibleMessage, *, admin: bool = False) -> Place:
    """Telegram marks no chat as age-restricted, so adult titles never appear here."""
    if message.chat.type not in SHARED:
        return Place(platform=PLATFORM)
    key = f"telegram:{message.chat.id}"
    return Place(key, admin=admin, channel=key, platform=PLATFORM)


def places(message: Message) -> tuple[str, ...]:
    """A forum's topic, then its chat."""
    chat = f"telegram:{message.chat.id}"
    if message.is_topic_message and message.message_thread_id is not None:
        return f"{chat}/{message.message_thread_id}", chat
    return (chat,)

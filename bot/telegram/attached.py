"""What comes along with messages: pictures, files, and albums, whose parts arrive one by one."""

from __future__ import annotations

import asyncio
import mimetypes
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from telegram import Animation, Bot, Document, Message, PhotoSize, Update, Video
from telegram.error import TelegramError

from bot.commands.parse import shorten
from bot.reply import File
from bot.telegram import limits
from core.errors import UserError


@dataclass(frozen=True, slots=True)
class Attached:
    """A file on Telegram's servers, as the message tells of it; its name and type are the sender's words."""

    file_id: str
    name: str
    media_type: str
    size: int


def picture(message: Message | None) -> Attached | None:
    """The picture, video or animation of a message, going by what Telegram says; the bytes decide later."""
    if message is None:
        return None
    if message.photo:
        return _attached(
            max(message.photo, key=lambda size: size.width * size.height), "photo.jpg", "image/jpeg"
        )
    if message.animation is not None:
        return _attached(message.animation, "animation.mp4", "video/mp4")
    if message.video is not None:
        return _attached(message.video, "video.mp4", "video/mp4")
    told = document(message)
    return told if told is not None and told.media_type.startswith(("image/", "video/")) else None


def document(message: Message | None) -> Attached | None:
    """A file sent as it is."""
    if message is None or message.document is None:
        return None
    return _attached(message.document, "file", "application/octet-stream")


def _attached(file: PhotoSize | Animation | Video | Document, name: str, media_type: str) -> Attached:
    if not isinstance(file, PhotoSize):
        name = file.file_name or name
        guessed = mimetypes.guess_type(name)[0]
        media_type = file.mime_type or guessed or media_type
        if media_type == "application/octet-stream" and guessed is not None:
            media_type = guessed
    return Attached(file.file_id, name, media_type, file.file_size or 0)


async def download(bot: Bot, attached: Attached) -> File:
    """
    Raises:
        UserError: `picture-too-many-bytes`, `file-long` or `telegram-file-lost`.
    """
    if attached.size > limits.DOWNLOAD_BYTES:
        raise _too_large(attached)
    try:
        file = await bot.get_file(attached.file_id)
        data = bytes(await file.download_as_bytearray())
    except TelegramError as problem:
        if "too big" in problem.message.lower():
            raise _too_large(attached) from problem
        raise UserError("telegram-file-lost", name=shorten(attached.name)) from problem
    return File(attached.name, attached.media_type, data)


def _too_large(attached: Attached) -> UserError:
    most = limits.DOWNLOAD_BYTES // 2**20
    if attached.media_type.startswith(("image/", "video/")):
        return UserError("picture-too-many-bytes", size=max(most + 1, attached.size // 2**20), limit=most)
    return UserError("file-long", name=shorten(attached.name), most=most)


@dataclass(frozen=True, slots=True)
class Said:
    """One line for the parser. `people` maps the names in it to person keys; `to_us`: it can only be meant for us."""

    line: str
    people: Mapping[str, str]
    to_us: bool


@dataclass(slots=True)
class Album:
    """`ours`: somebody asked for it, or it was posted in an art channel. `said`: what was asked, once it is known."""

    parts: dict[int, Attached] = field(default_factory=dict)
    ours: bool = False
    said: Said | None = None
    unwritten: list[Update] = field(default_factory=list)


class Albums:
    """The newest albums, in memory only: Telegram tells neither how many parts there are nor later which."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, str], Album] = OrderedDict()

    def note(self, message: Message) -> Album | None:
        """Remembers a part, also in place of what it was before an edit; its album, None where it is of none, or where
        an edit tells of an album that is not known."""
        if message.media_group_id is None:
            return None
        shown, known = picture(message), self.of(message)
        if shown is None or (known is None and message.edit_date is not None):
            return known
        album = self._known.setdefault((message.chat.id, message.media_group_id), Album())
        album.parts[message.message_id] = shown
        while len(self._known) > limits.ALBUMS_KNOWN:
            self._known.popitem(last=False)
        return album

    def of(self, message: Message | None) -> Album | None:
        if message is None or message.media_group_id is None:
            return None
        return self._known.get((message.chat.id, message.media_group_id))

    def pictures(self, message: Message | None) -> tuple[Attached, ...]:
        """The pictures that a message stands for: of its whole album, as far as that is known."""
        album, own = self.of(message), picture(message)
        if album is not None and message is not None and message.message_id in album.parts:
            return tuple(album.parts[number] for number in sorted(album.parts))
        return (own,) if own is not None else ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The updates that brought an album, in the order of its messages."""

    updates: tuple[Update, ...]


class Gathering:
    """Waits until no further part of an album comes, without keeping anything else waiting."""

    def __init__(self, ready: Callable[[Gathered], Awaitable[None]]) -> None:
        self._ready = ready
        self._parts: dict[tuple[int, str], list[Update]] = {}
        self._timers: dict[tuple[int, str], asyncio.Task[None]] = {}

    def add(self, update: Update, message: Message) -> None:
        assert message.media_group_id is not None
        key = message.chat.id, message.media_group_id
        self._parts.setdefault(key, []).append(update)
        if key in self._timers:
            self._timers[key].cancel()
        self._timers[key] = asyncio.create_task(self._wait(key))

    async def _wait(self, key: tuple[int, str]) -> None:
        await asyncio.sleep(limits.ALBUM_SECONDS)
        del self._timers[key]
        parts = self._parts.pop(key)
        await self._ready(Gathered(tuple(sorted(parts, key=_number))))

    def stop(self) -> None:
        """What is not complete stays written down and is answered after the next start."""
        for timer in self._timers.values():
            timer.cancel()


def _number(update: Update) -> int:
    message = update.effective_message
    return message.message_id if message is not None else 0


async def download_all(bot: Bot, attached: Sequence[Attached]) -> tuple[File, ...]:
    """
    Raises:
        UserError: as `download`.
    """
    return tuple([await download(bot, one) for one in attached])

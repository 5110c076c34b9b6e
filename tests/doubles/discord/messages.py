"""Messages: making, editing and showing them under every rule of the platform."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .components import media_items, walk
from .errors import ApiError, FormErrors, Json, Path
from .limits import COMPONENTS_V2, EPHEMERAL, LOADING, SENDABLE_FLAGS, validate_message
from .uploads import StoredFile, Upload
from .world import Channel, timestamp

if TYPE_CHECKING:
    from .interactions import Interaction
    from .server import DiscordDouble
    from .user import User

EDITS_OF_OLD_MESSAGES = 30  # the number is not published; what matters is that there is one


@dataclass(frozen=True)
class Component:
    """One button or select as a user sees it."""

    type: int
    custom_id: str | None
    label: str | None
    emoji: str | None
    disabled: bool
    url: str | None
    style: int | None
    placeholder: str | None
    options: tuple[Json, ...]
    raw: Json = field(repr=False)


@dataclass(eq=False)
class Message:
    """A message in a channel, also an ephemeral one (seen by ``interaction.user`` only)."""

    double: DiscordDouble
    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    raw_components: list[Json] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    flags: int = 0
    created: float = 0.0
    edited: float | None = None
    edits: int = 0
    deleted: bool = False
    interaction: Interaction | None = None
    reply_to: Message | None = None
    nonce: str | None = None
    old_edits: int = 0

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """The "thinking…" message of a deferred answer."""
        return bool(self.flags & LOADING)

    @property
    def components(self) -> list[Component]:
        """Buttons and selects in reading order."""
        found = [one for one in walk(self.raw_components) if one.get("type") in (2, 3, 5, 6, 7, 8)]
        return [_component(one) for one in found]

    @property
    def texts(self) -> str:
        """All visible text: content, embeds and text displays, one per line; handy in assertions."""
        lines: list[str | None] = [self.content]
        for embed in self.embeds:
            lines += [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
            lines += [
                text for one in embed.get("fields") or [] for text in (one.get("name"), one.get("value"))
            ]
            lines.append((embed.get("footer") or {}).get("text"))
        lines += [str(one["content"]) for one in walk(self.raw_components) if one.get("type") == 10]
        return "\n".join(line for line in lines if line)

    def payload(self, *, stripped: bool = False) -> Json:
        """The message object with freshly signed addresses; ``stripped``: as without MESSAGE_CONTENT."""
        by_name = {stored.filename: stored for stored in self.files}
        embeds, components, used = copy.deepcopy(self.embeds), copy.deepcopy(self.raw_components), set[str]()
        places = [
            (embed[key], field_name)
            for embed in embeds
            for key, field_name in (
                ("image", "url"),
                ("thumbnail", "url"),
                ("footer", "icon_url"),
                ("author", "icon_url"),
            )
            if embed.get(key)
        ]
        places += [(media, "url") for one in walk(components) for media in media_items(one)]
        for place, key in places:
            name = str(place.get(key) or "").removeprefix("attachment://")
            if f"attachment://{name}" == place.get(key) and name in by_name:
                used.add(name)
                place[key] = self.double.files.address(by_name[name])
            if key == "url":
                place.setdefault("proxy_url", place.get("url"))
            else:
                place.setdefault("proxy_icon_url", place.get(key))
        payload: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": "" if stripped else self.content,
            "timestamp": timestamp(self.created),
            "edited_timestamp": None if self.edited is None else timestamp(self.edited),
            "tts": False,
            "mention_everyone": False,
            "mentions": [user.payload() for user in self._mentioned()],
            "mention_roles": [],
            "attachments": []
            if stripped
            else [self.double.files.payload(stored) for stored in self.files if stored.filename not in used],
            "embeds": [] if stripped else embeds,
            "components": [] if stripped else components,
            "pinned": False,
            "type": self._type(),
            "flags": self.flags,
        }
        if self.nonce is not None:
            payload["nonce"] = self.nonce
        if self.reply_to is not None:
            payload["message_reference"] = {
                "message_id": str(self.reply_to.id),
                "channel_id": str(self.channel.id),
            }
        if self.author is self.double.bot and self.interaction is not None:
            payload["application_id"] = payload["webhook_id"] = str(self.double.application_id)
            payload["interaction_metadata"] = self.interaction.metadata()
        return payload

    def event(self, *, stripped: bool) -> Json:
        """The payload of MESSAGE_CREATE and MESSAGE_UPDATE."""
        payload = self.payload(stripped=stripped)
        if self.channel.guild is not None:
            payload["guild_id"] = str(self.channel.guild.id)
            if self.author is not self.double.bot or self.interaction is None:
                member = self.channel.guild.member(self.author, partial=True)
                payload["member"] = member | {"deaf": False, "mute": False}
        return payload

    def _type(self) -> int:
        if self.author is self.double.bot and self.interaction is not None and self.interaction.type == 2:
            return 20 if self.interaction.data.get("type", 1) == 1 else 23
        return 19 if self.reply_to is not None else 0

    def _mentioned(self) -> list[User]:
        numbers = {int(number) for number in re.findall(r"<@!?(\d+)>", self.content)}
        return [user for user in (*self.double.users, self.double.bot) if user.id in numbers]


def _component(raw: Json) -> Component:
    emoji = raw.get("emoji") or {}
    return Component(
        raw["type"],
        raw.get("custom_id"),
        raw.get("label"),
        emoji.get("name"),
        bool(raw.get("disabled")),
        raw.get("url"),
        raw.get("style"),
        raw.get("placeholder"),
        tuple(raw.get("options") or ()),
        raw,
    )


def create(
    double: DiscordDouble,
    channel: Channel,
    data: Json,
    uploads: dict[int, Upload],
    *,
    root: Path = (),
    file_bytes: int,
    interaction: Interaction | None = None,
    flags: int = 0,
) -> Message:
    """A new message of the bot; ``flags`` are set besides those of the body. Raises ApiError."""
    message = Message(
        double, double.snowflake(), channel, double.bot, created=double.now(), interaction=interaction
    )
    message.flags = flags
    _write(message, data, uploads, root, file_bytes)
    message.flags |= int(data.get("flags") or 0) & SENDABLE_FLAGS
    message.nonce = None if data.get("nonce") is None else str(data["nonce"])
    channel.messages.append(message)
    return message


def edit(
    message: Message, data: Json, uploads: dict[int, Upload], *, root: Path = (), file_bytes: int
) -> None:
    """Changes the fields that are given; a v2 flag stays. Raises ApiError, then nothing has changed."""
    double = message.double
    if double.now() - message.created > 3600:
        if message.old_edits >= EDITS_OF_OLD_MESSAGES:
            raise ApiError(30046)
        message.old_edits += 1
    _write(message, data, uploads, root, file_bytes)
    message.flags = (message.flags & ~LOADING) | (int(data.get("flags") or 0) & COMPONENTS_V2)
    message.edited = double.now()
    message.edits += 1


def delete(message: Message) -> None:
    message.deleted = True
    for stored in message.files:
        message.double.files.forget(stored)


def _write(message: Message, data: Json, uploads: dict[int, Upload], root: Path, file_bytes: int) -> None:
    double = message.double
    kept, added = _attachments(data, uploads, message.files, root)
    names = {stored.filename for stored in kept} | {name for name, _, _ in added}
    flags = message.flags | int(data.get("flags") or 0)
    remarks = validate_message(data, root, file_names=names, flags=flags, previous_flags=message.flags)
    if len(kept) + len(added) > 10:
        raise ApiError(30015)
    if any(len(upload.data) > file_bytes for upload in uploads.values()):
        raise ApiError(double.too_large)
    content = message.content if "content" not in data else (data["content"] or "").strip()
    embeds = message.embeds if "embeds" not in data else [_clean(embed) for embed in data["embeds"] or []]
    components = message.raw_components if "components" not in data else data["components"] or []
    if not (content or embeds or kept or added or components or data.get("sticker_ids") or data.get("poll")):
        raise ApiError(50006)
    message.content, message.embeds, message.raw_components = content, embeds, _numbered(components)
    message.files = kept + [
        double.files.store(upload, message.channel.id, filename=name, description=description)
        for name, description, upload in added
    ]
    for remark in remarks:
        double.remark(remark)


def _attachments(
    data: Json, uploads: dict[int, Upload], held: list[StoredFile], root: Path
) -> tuple[list[StoredFile], list[tuple[str, str | None, Upload]]]:
    """The files that stay and the new ones; every ``attachments[].id`` has to name one of either."""
    listed = data.get("attachments")
    if listed is None:
        return list(held), [(upload.filename.replace(" ", "_"), None, upload) for upload in uploads.values()]
    errors = FormErrors(root)
    kept: list[StoredFile] = []
    added: list[tuple[str, str | None, Upload]] = []
    left = dict(uploads)
    by_id = {str(stored.id): stored for stored in held}
    for index, entry in enumerate(listed):
        number = str(entry.get("id", ""))
        if number.isdigit() and int(number) in left:
            upload = left.pop(int(number))
            added.append(
                (
                    str(entry.get("filename") or upload.filename).replace(" ", "_"),
                    entry.get("description"),
                    upload,
                )
            )
        elif number in by_id:
            kept.append(by_id[number])
        else:
            text = f"No uploaded file files[{number}] and no attachment of this message has this id"
            errors.add(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", text)
    for unlisted in left:
        errors.add(
            ("attachments",), "ATTACHMENT_NOT_LISTED", f"files[{unlisted}] has no entry in attachments"
        )
    errors.check()
    return kept, added


def _clean(embed: Json) -> Json:
    trimmed = {
        key: value.strip() if key in ("title", "description") else value
        for key, value in embed.items()
        if value
    }
    return {**copy.deepcopy(trimmed), "type": "rich"}


def _numbered(components: list[Json]) -> list[Json]:
    """Components without an ``id`` get the next free number, as the service does."""
    numbered = copy.deepcopy(components)
    taken = {one.get("id") for one in walk(numbered)}
    free = 1
    for one in walk(numbered):
        if not one.get("id"):
            while free in taken:
                free += 1
            one["id"] = free
            taken.add(free)
    return numbered

"""Length and count rules of messages, embeds and choices (Discord: message resource, interactions)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .components import validate_message_components
from .errors import ApiError, FormErrors, Json, Path

SUPPRESS_EMBEDS, EPHEMERAL, LOADING, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 6, 1 << 7, 1 << 12
COMPONENTS_V2 = 1 << 15
SENDABLE_FLAGS = SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2

MAX_CONTENT, MAX_EMBEDS, MAX_EMBED_TEXT, MAX_ATTACHMENTS = 2000, 10, 6000, 10
MAX_REQUEST_BYTES = 25 * 1024 * 1024
DEFAULT_FILE_BYTES = 10 * 1024 * 1024
EMBED_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
MAX_SAFE_INTEGER = 2**53 - 1

LOCALES = frozenset(
    (
        *(
            "id",
            "da",
            "de",
            "en-GB",
            "en-US",
            "es-ES",
            "es-419",
            "fr",
            "hr",
            "it",
            "lt",
            "hu",
            "nl",
            "no",
            "pl",
        ),
        *("pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja"),
        *("zh-TW", "ko"),
    )
)


def validate_message(
    data: Json, root: Path, *, file_names: Collection[str], flags: int, previous_flags: int = 0
) -> list[str]:
    """Checks every field of a message body, new or edit; raises ApiError 50035 or 30015.

    ``file_names``: the names an ``attachment://`` address may point to; ``flags``: those the message will have.
    Returns remarks: what the service accepts although nobody would see it.
    """
    errors = FormErrors(root)
    remarks: list[str] = []
    content = data.get("content")
    if content is not None and not isinstance(content, str):
        errors.add(("content",), "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    else:
        errors.length(("content",), (content or "").strip(), 0, MAX_CONTENT)
    embeds = data.get("embeds") or []
    errors.size(("embeds",), len(embeds), 0, MAX_EMBEDS)
    for index, embed in enumerate(embeds):
        remarks += _validate_embed(errors, ("embeds", index), embed, file_names)
    if sum(map(embed_characters, embeds)) > MAX_EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}"
        errors.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)
    if data.get("nonce") is not None:
        errors.length(("nonce",), str(data["nonce"]), 0, 25)
    wanted = data.get("flags") or 0
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted & ~(SENDABLE_FLAGS | previous_flags):
        errors.add(("flags",), "MESSAGE_FLAGS_INVALID", "Invalid message flags.")
    _validate_mentions(errors, data.get("allowed_mentions"))
    attachments = data.get("attachments") or []
    for index, attachment in enumerate(attachments):
        errors.length(("attachments", index, "description"), attachment.get("description"), 0, 1024)
    if flags & COMPONENTS_V2:
        for field in ("content", "embeds", "sticker_ids", "poll"):
            if data.get(field):
                text = f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                errors.add((field,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    validate_message_components(errors, data.get("components") or [], bool(flags & COMPONENTS_V2), file_names)
    errors.check()
    if len(attachments) > MAX_ATTACHMENTS:
        raise ApiError(30015)
    return remarks


def embed_characters(embed: Json) -> int:
    """Characters of one embed that count against the 6000 of a message; outer white space is not counted."""
    fields: Sequence[Json] = embed.get("fields") or []
    texts: list[Any] = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [text for field in fields for text in (field.get("name"), field.get("value"))]
    return sum(len(str(text).strip()) for text in texts if text)


def _validate_embed(errors: FormErrors, path: Path, embed: object, file_names: Collection[str]) -> list[str]:
    if not isinstance(embed, dict):
        errors.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return []
    remarks: list[str] = []

    def text(at: Path, value: object, low: int, high: int) -> None:
        errors.length((*path, *at), value.strip() if isinstance(value, str) else value, low, high)

    text(("title",), embed.get("title"), 0, 256)
    text(("description",), embed.get("description"), 0, 4096)
    fields = embed.get("fields") or []
    errors.size((*path, "fields"), len(fields), 0, 25)
    for index, field in enumerate(fields):
        text(("fields", index, "name"), field.get("name"), 1, 256)
        text(("fields", index, "value"), field.get("value"), 1, 1024)
    if embed.get("footer"):
        text(("footer", "text"), embed["footer"].get("text"), 1, 2048)
    if embed.get("author"):
        text(("author", "name"), embed["author"].get("name"), 1, 256)
        if embed["author"].get("url"):
            errors.url((*path, "author", "url"), embed["author"]["url"])
    if embed.get("url"):
        errors.url((*path, "url"), embed["url"])
    if embed.get("color") is not None:
        errors.integer((*path, "color"), embed["color"], 0, 0xFFFFFF)
    addresses = [(key, "url", (embed.get(key) or {}).get("url")) for key in ("image", "thumbnail")]
    addresses += [(key, "icon_url", (embed.get(key) or {}).get("icon_url")) for key in ("footer", "author")]
    for key, field_name, address in addresses:
        if not address:
            continue
        errors.url((*path, key, field_name), address, ("http", "https", "attachment"))
        if str(address).startswith("attachment://"):
            name = str(address).removeprefix("attachment://")
            if name not in file_names:
                remarks.append(f"{'.'.join(map(str, path))}.{key} points to the missing file {name!r}")
            elif not name.lower().endswith(EMBED_PICTURES):
                remarks.append(f"{'.'.join(map(str, path))}.{key} cannot show {name!r}: not a picture name")
    shown = (
        "title",
        "description",
        "fields",
        "image",
        "thumbnail",
        "author",
        "footer",
        "timestamp",
        "provider",
        "video",
    )
    if not any(embed.get(key) for key in shown):
        errors.add((*path, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    return remarks


def _validate_mentions(errors: FormErrors, mentions: Json | None) -> None:
    if not mentions:
        return
    parse = mentions.get("parse") or []
    for index, kind in enumerate(parse):
        errors.choice(("allowed_mentions", "parse", index), kind, ("roles", "users", "everyone"))
    for kind in ("users", "roles"):
        listed = mentions.get(kind) or []
        errors.size(("allowed_mentions", kind), len(listed), 0, 100)
        if listed and kind in parse:
            text = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            errors.add(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def validate_choices(choices: object, option_type: int, root: Path) -> None:
    """Autocomplete answer: at most 25 choices, names of 1 to 100 characters, values of the option's type."""
    errors = FormErrors(root)
    if not isinstance(choices, list):
        errors.add(("choices",), "BASE_TYPE_REQUIRED", "This field is required")
    else:
        validate_choice_list(errors, ("choices",), choices, option_type)
    errors.check()


def validate_choice_list(errors: FormErrors, path: Path, choices: list[Json], option_type: int) -> None:
    errors.size(path, len(choices), 0, 25)
    names: set[str] = set()
    for index, choice in enumerate(choices):
        errors.length((*path, index, "name"), choice.get("name"), 1, 100)
        validate_localizations(
            errors, (*path, index, "name_localizations"), choice.get("name_localizations"), 1, 100
        )
        if choice.get("name") in names:
            errors.add(
                path,
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                "Option choice name already exists",
            )
        names.add(str(choice.get("name")))
        value = choice.get("value")
        if option_type == 3:
            errors.length((*path, index, "value"), value, 1, 100)
        elif option_type == 4:
            errors.integer((*path, index, "value"), value, -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > MAX_SAFE_INTEGER:
            errors.add((*path, index, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')


def validate_localizations(errors: FormErrors, path: Path, texts: Json | None, low: int, high: int) -> None:
    """A map of Discord locales to texts under the same length rule as the plain text."""
    for locale, text in (texts or {}).items():
        if locale not in LOCALES:
            errors.add(
                (*path, locale),
                "BASE_TYPE_CHOICES",
                f"Value must be one of {{{', '.join(sorted(LOCALES))}}}.",
            )
        errors.length((*path, locale), text, low, high)

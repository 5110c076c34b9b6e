"""What the page is told: the commands with their descriptions, and its own words, in one language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.declare import Command, Option, Registry
from bot.commands.parse import local_name
from bot.reply import Json
from bot.request import Platform
from bot.texts import LANGUAGES, Texts
from core.osusume import DATA

HOLES: Mapping[str, tuple[str, ...]] = {
    "page-of": ("page", "pages"),
    "download": ("name",),
    "file-large": ("most",),
    "lists-many": ("name",),
    "watching": ("percent",),
    "pictures-large": ("most",),
    "pictures-many": ("most",),
    "remove-picture": ("name",),
}
"""Sentences of the page with holes that it fills in itself; they are sent as `{hole}`."""

WORDS = (
    "welcome", "intro", "try-mood", "try-mood-line", "try-favourite", "try-favourite-line", "try-season",
    "try-season-line", "placeholder", "send", "attach", "chat", "you", "typing", "watching", "only-you", "why",
    "page-of", "previous", "next", "jump", "more", "less", "cards", "suggestions", "required", "download",
    "file-gone", "drop", "file-large", "lists-many", "offline", "again", "menu", "language", "theme",
    "theme-auto", "theme-light", "theme-dark", "clear", "show", "to-send", "send-as", "remove-picture",
    "pictures-large", "pictures-many", "picture-gone", "enlarge", "close", "demo", "demo-teach", "demo-find",
    "demo-name", "no-log-in", "your-name", "kept", "copy", "copied", "hint-move", "hint-complete", "hint-close",
)  # fmt: skip
"""The page's sentences, messages `web-<word>`."""

DEMO = DATA / "demo"
"""Pictures of the project's own to try."""

DEMO_PICTURES: Mapping[str, str] = {
    "friends": "web-demo-friends",
    "hotaru_school": "web-demo-hotaru-school",
    "hotaru_evening": "web-demo-hotaru-evening",
    "hotaru_festival": "web-demo-hotaru-festival",
    "ritsu_library": "web-demo-ritsu-library",
    "komachi_spring": "web-demo-komachi-spring",
    "four_panels": "web-demo-four-panels",
    "lake_at_dawn": "web-demo-lake-at-dawn",
}
"""Their names in the order in which they are shown, with the messages that say what they are called."""


def words(texts: Texts) -> dict[str, Json]:
    return {
        word: texts(f"web-{word}", **{hole: f"{{{hole}}}" for hole in HOLES.get(word, ())}) for word in WORDS
    }


def demo(texts: Texts) -> list[Json]:
    """The pictures to try, those that are there, each with what it is called."""
    return [
        {"name": f"{name}.webp", "label": texts(key)}
        for name, key in DEMO_PICTURES.items()
        if (DEMO / f"{name}.webp").exists()
    ]


def languages() -> dict[str, Json]:
    """Each language in its own words."""
    return {language: Texts(language)(f"choice-{language}") for language in LANGUAGES}


def commands(registry: Registry, platform: Platform, texts: Texts) -> list[Json]:
    """All commands that are offered here."""
    return [_command(command, texts) for command in registry.commands.values() if command.offered(platform)]


def _command(command: Command, texts: Texts) -> Json:
    return {
        "name": command.name,
        "shown": " ".join(local_name(part, texts) for part in command.name.split()),
        "description": texts(f"command-{command.key}"),
        "options": [_option(option, texts) for option in command.options],
        "rest": command.rest,
        "private": command.private,
        "bare": command.bare,
    }


def _option(option: Option, texts: Texts) -> Json:
    shown = f"optname-{option.name}"
    return {
        "name": option.name,
        "shown": texts(shown).lower() if texts.has(shown) else option.name,
        "description": texts(f"option-{option.name}"),
        "kind": option.kind,
        "required": option.required,
        "minimum": option.minimum,
        "maximum": option.maximum,
    }

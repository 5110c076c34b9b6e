"""Every sentence that people read, by language, in Fluent files: `bot/texts/<language>/<feature>.ftl`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

from core.errors import Argument

LANGUAGES = ("en", "ja", "vi", "es")
FALLBACK = "en"


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted((Path(__file__).parent / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle


class Texts:
    """The sentences of one language; what a language lacks is said in English."""

    __slots__ = ("language",)

    def __init__(self, language: str) -> None:
        """`language` is any BCP 47 tag; its first part decides, an unknown one falls back to English."""
        first = language.replace("_", "-").split("-")[0].lower()
        self.language = first if first in LANGUAGES else FALLBACK

    def __call__(self, key: str, /, **arguments: Argument) -> str:
        """The sentence `key` with its arguments.

        Raises:
            KeyError: no language has it (a bug: a test looks for this).
        """
        for language in dict.fromkeys((self.language, FALLBACK)):
            bundle = _bundle(language)
            if bundle.has_message(key):
                pattern = bundle.get_message(key).value
                if pattern is not None:
                    text, problems = bundle.format_pattern(pattern, dict(arguments))
                    if problems:
                        raise KeyError(f"{language}/{key}: {problems[0]}")
                    return str(text)
        raise KeyError(key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Texts) and other.language == self.language

    def __hash__(self) -> int:
        return hash(self.language)

    def has_own(self, key: str) -> bool:
        """Whether this very language says it."""
        return bool(_bundle(self.language).has_message(key))

    def has(self, key: str) -> bool:
        return any(_bundle(language).has_message(key) for language in (self.language, FALLBACK))

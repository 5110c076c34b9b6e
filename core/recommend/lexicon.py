"""Mood words: what people write, in English, Japanese, Spanish and Vietnamese, and what it says about titles."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ArtefactError

SHORTEST = 3
"""Letters that a name must have more than, to be looked for in a text."""
LANGUAGES = ("en", "ja", "es", "vi")
_NOT_BEFORE = re.compile(
    r"(?:\b(?:no|not|non|without|nothing|never|avoid|except|less|hate|isn't|don't|sin|nada|evitar|menos|ni|nor)"
    r"|\b(?:khong|dung|tranh|chang|it)|n't)"
    r"(?:\s+(?:too|very|so|any|be|being|is|much|want|like|de|muy|tan|mucho|mucha|demasiado|demasiada|quiero|sea|nada"
    r"|co|phai|qua|bi|muon|thich|yeu to))*\s+$"
)
_NOT_AFTER = re.compile(
    r"^(?:な|の|が|は|も|に|系|要素|もの|シーン|すぎ)*(?:なし|無し|ナシ|抜き|ない|無い|くない|じゃない|ではない|しない|以外|嫌|苦手|いらない)"
    r"|^く(?:ない|なく)|^(?:で|じゃ)(?:は)?(?:ない|なく)"
)
_OR = re.compile(r"^\s*(?:,\s*)?(?:or|nor|o|u|ni|hoac|hay|や|、|・)\s*(?:any\s+)?$")


@dataclass(frozen=True, slots=True)
class Facts:
    """Plain facts that words ask for: a type of title, first and last year, least and most episodes."""

    type: str | None = None
    years: tuple[int, int] | None = None
    episodes: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """One mood. `labels` maps genres, themes, demographics and tags to -1..1; `titles` are MAL ids of anime that have
    it most; `facts` are set for the few words that ask for nothing else ("movie", "short")."""

    name: str
    labels: Mapping[str, float]
    titles: tuple[int, ...]
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A concept that a text names; `wanted` is False where it is ruled out ("no romance")."""

    concept: Concept
    wanted: bool


class Lexicon:
    """The mood words, ready to be looked for."""

    def __init__(
        self, concepts: Mapping[str, Concept], words: Mapping[str, Mapping[str, tuple[str, ...]]]
    ) -> None:
        """`words` maps concept name and language to phrases."""
        self.concepts = concepts
        marked: dict[str, str] = {}
        plain: dict[str, str] = {}
        for name, by_language in words.items():
            for language, phrases in by_language.items():
                for phrase in phrases:
                    written = _fold(phrase)
                    bare = _bare(written)
                    # A single Vietnamese syllable without its marks could be any word.
                    if language == "vi" and " " not in written:
                        marked.setdefault(written, name)
                    else:
                        plain.setdefault(bare, name)
        self._marked, self._plain = _pattern(marked), _pattern(plain)
        self._names = {**plain, **marked}

    @classmethod
    def load(cls, path: Path, names: Sequence[str] = ()) -> Lexicon:
        """Read a TOML file. `names` of genres, themes and tags that it has no word for become words of their own.
        Raises ArtefactError (`lexicon-broken`)."""
        concepts: dict[str, Concept] = {}
        words: dict[str, dict[str, tuple[str, ...]]] = {}
        try:
            for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
                words[name] = {
                    language: tuple(phrase.strip() for phrase in entry[language].split(",") if phrase.strip())
                    for language in LANGUAGES
                }
                labels = {label: float(weight) for label, weight in entry.get("labels", {}).items()}
                titles = tuple(int(title) for title in entry.get("titles", ()))
                concepts[name] = Concept(name, labels, titles, _facts(entry.get("facts")))
        except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError, ValueError) as problem:
            raise ArtefactError("lexicon-broken", path=path.name) from problem
        taken = {
            phrase.casefold() for entry in words.values() for phrases in entry.values() for phrase in phrases
        }
        for name in names:
            plain = name.casefold()
            if plain not in taken and len(plain) > SHORTEST:
                concepts[name] = Concept(name, {name: 1.0}, ())
                words[name] = {"en": (plain, f"{plain}s")}
        return cls(concepts, words)

    def read(self, text: str) -> tuple[list[Found], str]:
        """The concepts that `text` names, each once, in order, and the text without those that it rules out."""
        written = _fold(text)
        bare = _bare(written)
        spans = _longest(
            [(m.start(), m.end()) for m in self._plain.finditer(bare)],
            [(m.start(), m.end()) for m in self._marked.finditer(written)],
        )
        found: dict[str, Found] = {}
        kept: list[str] = []
        at, negated_until = 0, -1
        for start, end in spans:
            name = self._names.get(written[start:end]) or self._names[bare[start:end]]
            before = _NOT_BEFORE.search(bare[:start])
            ruled_out = before is not None or _NOT_AFTER.match(written[end:]) is not None
            ruled_out |= negated_until >= 0 and _OR.match(bare[negated_until:start]) is not None
            if ruled_out:
                kept.append(written[at : max(before.start(), at) if before else start])
                after = _NOT_AFTER.match(written[end:])
                at = end + (after.end() if after else 0)
                negated_until = end
            else:
                negated_until = -1
            found.setdefault(name, Found(self.concepts[name], not ruled_out))
        kept.append(written[at:])
        return list(found.values()), " ".join("".join(kept).split()).strip(" ,;、。.")


def _facts(entry: Mapping[str, Any] | None) -> Facts | None:
    if entry is None:
        return None
    years, episodes = (tuple(map(int, entry[key])) if key in entry else None for key in ("years", "episodes"))
    if any(bounds is not None and len(bounds) != 2 for bounds in (years, episodes)):
        raise ValueError("two bounds")
    return Facts(entry.get("type"), years, episodes)  # type: ignore[arg-type]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def _bare(text: str) -> str:
    """Without marks, letter for letter, so that places in it are places in the text. Kana keep theirs."""
    letters = []
    for letter in text:
        first = unicodedata.normalize("NFD", letter)[0]
        letters.append("d" if letter == "đ" else first if first.isascii() else letter)
    return "".join(letters)


def _pattern(phrases: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the phrases, the longest first; those in Latin letters only as whole words."""
    parts = [
        rf"(?<!\w){re.escape(phrase)}(?!\w)"
        if phrase[0].isascii() or not _is_japanese(phrase)
        else re.escape(phrase)
        for phrase in sorted(phrases, key=len, reverse=True)
    ]
    return re.compile("|".join(parts) or r"(?!)")


def _is_japanese(phrase: str) -> bool:
    return any("぀" <= letter <= "ヿ" or "一" <= letter <= "鿿" for letter in phrase)


def _longest(*groups: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, of those that overlap the longest."""
    taken: list[tuple[int, int]] = []
    for start, end in sorted((span for group in groups for span in group), key=lambda s: (s[0] - s[1], s[0])):
        if all(end <= a or start >= b for a, b in taken):
            taken.append((start, end))
    return sorted(taken)

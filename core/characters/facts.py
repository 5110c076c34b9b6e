"""What is known about characters: who a tag, a label or a typed name means, and what they are from."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from rapidfuzz import fuzz, process

from core.characters.names import (
    bare_name,
    fold,
    sound,
    sound_all,
    to_display,
    to_tag,
    without_qualifier,
)
from core.errors import ArtefactError

FORMAT_VERSION = 1

Gender = Literal["female", "male", "other"]
MatchKind = Literal["tag", "name", "part", "fuzzy"]

_MOST_LETTERS = 100  # of a typed name: no name is longer, and the rest would only cost time
_CANDIDATES = 40
_LEAST = 70.0  # below this score a name does not fit
_KNOWN_POINTS = 3.0  # for each tenfold of posts: of several that fit, the better known first


@dataclass(frozen=True, slots=True)
class Series:
    """A series that characters belong to. `mal_id` is the title to begin with in the catalogue; None where
    there is no anime of it (`kind` says what it is then: "game", "vtuber", "music", "western", "other")."""

    slug: str
    title: str
    mal_id: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Character:
    """One character. `tag` is the booru tag; `series` a slug, None where it is not known. `hair` and `eyes`
    are colours as in tags ("blonde", "aqua"). `posts` says how often the tag was used: how well known."""

    tag: str
    display: str
    japanese: str | None
    aliases: tuple[str, ...]
    series: str | None
    series_title: str | None
    mal_id: int | None
    gender: Gender | None
    hair: str | None
    eyes: str | None
    posts: int


@dataclass(frozen=True, slots=True)
class CharacterMatch:
    """A character found by `Characters.find`: how well the text fits (0-100) and by what."""

    character: Character
    score: float
    kind: MatchKind


class Characters:
    """All characters, the best known first. Opening takes about a tenth of a second, the table of typed names,
    which the first `find` makes, about half a second: do both off the event loop."""

    def __init__(self, series: dict[str, Series], rows: list[list[Any]], info: dict[str, Any]) -> None:
        self._series = series
        self._rows = rows
        self._by_tag = {row[0]: i for i, row in enumerate(rows)}
        self._series_aliases: dict[str, str] = info["series_aliases"]
        self._costumes = frozenset(info["costumes"])
        self._aliases = _aliases(rows)
        self._loose = _loose(rows)

    @classmethod
    def open(cls, path: Path) -> Characters:
        """Open a facts file. Raises ArtefactError (`characters-missing`, `-broken`, `-version`) naming it."""
        try:
            lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        except FileNotFoundError as error:
            raise ArtefactError("characters-missing", file=path.name) from error
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            raise ArtefactError("characters-broken", file=path.name, reason=type(error).__name__) from error
        try:
            info, *rows = map(json.loads, lines)  # one by one: other threads get their turn in between
            if info["format"] != FORMAT_VERSION:
                raise ArtefactError("characters-version", file=path.name, version=str(info["format"]))
            series = {slug: Series(slug, *facts) for slug, facts in info["series"].items()}
            if any(len(row) != 9 or not isinstance(row[0], str) for row in rows):
                raise ValueError("a line that is no character")
            return cls(series, rows, info)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise ArtefactError("characters-broken", file=path.name, reason=type(error).__name__) from error

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Character]:
        return (self._character(i) for i in range(len(self)))

    def by_tag(self, tag: str) -> Character | None:
        """The character that a tag or a gallery label means, in any spelling (underscores or spaces, escaped
        brackets, capitals), through aliases, and for a costume the one who wears it."""
        tag = to_tag(tag)
        row = self._row_of(tag)
        if row is None:
            row = self._row_without_qualifiers(tag)
        return None if row is None else self._character(row)

    def display(self, tag: str) -> str:
        """The name to show for a tag, known or not."""
        character = self.by_tag(tag)
        return character.display if character else to_display(to_tag(tag))

    def series(self, slug: str) -> Series | None:
        """A series by its slug or another slug for it ("re:zero_kara_hajimeru_isekai_seikatsu")."""
        slug = to_tag(slug)
        return self._series.get(slug) or self._series.get(self._series_aliases.get(slug, ""))

    @property
    def series_count(self) -> int:
        return len(self._series)

    def of_series(self, slug: str) -> list[Character]:
        """The characters of a series, the best known first; empty for an unknown one."""
        series = self.series(slug)
        return [self._character(i) for i, row in enumerate(self._rows) if series and row[3] == series.slug]

    def find(self, text: str, *, limit: int = 10) -> list[CharacterMatch]:
        """Characters that a typed name may mean, best first; empty where nothing fits. Either order of given
        and family name, any usual romanisation, Japanese, aliases and parts of a name are understood."""
        text = text[:_MOST_LETTERS]
        found: dict[int, tuple[float, MatchKind]] = {}
        tagged = self.by_tag(text)
        if tagged is not None and "(" in text:
            found[self._by_tag[tagged.tag]] = (100.0, "tag")
        asked = sound(text)
        for row in self._exact_names.get(asked, ()):
            found.setdefault(row, (99.0, "name"))
        if asked:
            for row in self._words.get(asked, ()):
                found.setdefault(row, (93.0, "part"))
            names, rows = self._names
            for name, score, place in process.extract(
                asked, names, scorer=fuzz.ratio, limit=_CANDIDATES, score_cutoff=_LEAST
            ):
                row, fits = rows[place], score * 0.9
                if asked in name.split() or fits > found.get(row, (0.0, "fuzzy"))[0]:
                    found.setdefault(row, (fits, "fuzzy"))
        ranked = sorted(found.items(), key=lambda item: (-item[1][0] - self._known(item[0]), item[0]))
        return [CharacterMatch(self._character(row), score, kind) for row, (score, kind) in ranked[:limit]]

    def _known(self, row: int) -> float:
        return _KNOWN_POINTS * math.log10(1 + self._rows[row][4])

    def _row_of(self, tag: str) -> int | None:
        for table, key in ((self._by_tag, tag), (self._aliases, tag), (self._loose, fold(tag))):
            if (row := table.get(key)) is not None:
                return row
        return None

    def _row_without_qualifiers(self, tag: str) -> int | None:
        """The row of a tag whose brackets hold a costume, or the series where the plain tag needs none."""
        name, qualifier = without_qualifier(tag)
        if qualifier is None:
            return None
        if qualifier in self._costumes:
            row = self._row_of(name)
            return self._row_without_qualifiers(name) if row is None else row
        inner, costume = without_qualifier(name)
        if costume in self._costumes:
            shorter = f"{inner}_({qualifier})"
            row = self._row_of(shorter)
            return self._row_without_qualifiers(shorter) if row is None else row
        series = self.series(qualifier)
        row = self._row_of(name)
        same = row is not None and series is not None and self._rows[row][3] == series.slug
        return row if same else None

    def _character(self, row: int) -> Character:
        tag, display, japanese, slug, posts, gender, hair, eyes, aliases = self._rows[row]
        series = self._series.get(slug) if slug else None
        return Character(
            tag,
            display or to_display(tag),
            japanese,
            tuple(aliases),
            slug,
            series.title if series else None,
            series.mal_id if series else None,
            gender,
            hair,
            eyes,
            posts,
        )

    @cached_property
    def _named(self) -> list[tuple[str, int]]:
        named: list[str] = []
        rows: list[int] = []
        for i, row in enumerate(self._rows):
            names = [row[0], bare_name(row[0]), row[1], row[2], *row[8]]
            known = [name for name in names if name]
            named += known
            rows += [i] * len(known)
        return [(name, row) for name, row in dict.fromkeys(zip(sound_all(named), rows, strict=True)) if name]

    @cached_property
    def _exact_names(self) -> dict[str, list[int]]:
        exact: dict[str, list[int]] = defaultdict(list)
        for name, row in self._named:
            exact[name].append(row)
        return dict(exact)

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        """Rows by each word of a name."""
        words: dict[str, list[int]] = defaultdict(list)
        for name, row in self._named:
            for word in name.split():
                if row not in words[word][-1:]:
                    words[word].append(row)
        return dict(words)

    @cached_property
    def _names(self) -> tuple[list[str], list[int]]:
        return [name for name, _ in self._named], [row for _, row in self._named]


def _aliases(rows: list[list[Any]]) -> dict[str, int]:
    """Row of every alias that is a tag; one that two characters share means the better known."""
    aliases: dict[str, int] = {}
    for i, row in enumerate(rows):
        for alias in row[8]:
            aliases.setdefault(to_tag(alias), i)
    return aliases


def _loose(rows: list[list[Any]]) -> dict[str, int]:
    """Rows by tag without punctuation, for labels that lost theirs; only where it is unambiguous."""
    loose: dict[str, int] = {}
    shared: set[str] = set()
    for i, key in enumerate(fold(row[0]) for row in rows):
        if loose.setdefault(key, i) != i:
            shared.add(key)
    return {key: row for key, row in loose.items() if key not in shared}

"""Joining character tags to their series and their anime. Used only to build the facts."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.catalogue import Catalogue
from core.characters.names import fold, sound, to_tag, without_qualifier

_ANIME_TYPES = ("TV", "Movie", "OVA", "ONA", "Special", "TV Special")
_LEAST_MEMBERS = 1500  # of a title that a series is joined to by its name alone
_ENTRY_SHARE = 0.1  # of the members of the best-known candidate, for a title to begin with
_SERIES_WORDS = re.compile(r"_\((?:series|anime|manga|novel|game|franchise)\)$")
_KANJI = re.compile(r"[一-鿿]")
_FULL_NAME = 3  # letters of a name with kanji that are family and given name
_CJK = re.compile(r"[ぁ-ヿ一-鿿]")


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file, plain or gzip, UTF-8 with a header line."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@dataclass(frozen=True, slots=True)
class Tags:
    """The tag lists of the reference: posts by character and by series tag, aliases by tag, names in other
    scripts by tag."""

    characters: dict[str, int]
    series: dict[str, int]
    aliases: dict[str, list[str]]
    other_names: dict[str, list[str]]

    @classmethod
    def read(cls, folder: Path) -> Tags:
        characters: dict[str, int] = {}
        series: dict[str, int] = {}
        for row in read_csv(folder / "danbooru_tags.csv.gz"):
            if row["category"] == "4" and row["is_deprecated"] == "0":
                characters[row["name"]] = int(row["post_count"])
            elif row["category"] == "3":
                series[row["name"]] = int(row["post_count"])
        aliases: dict[str, list[str]] = defaultdict(list)
        for row in read_csv(folder / "danbooru_aliases.csv.gz"):
            aliases[row["tag"]].append(row["alias"])
        names = {
            row["tag"]: row["other_names"].split("|")
            for row in read_csv(folder / "danbooru_other_names.csv.gz")
        }
        return cls(characters, series, dict(aliases), names)


@dataclass(slots=True)
class SeriesFacts:
    """A series as the builder knows it."""

    slug: str
    title: str
    mal_id: int | None
    kind: str
    gender: str | None = None
    also: set[str] = field(default_factory=set)


class Titles:
    """The catalogue's names, to find the title that a series tag means."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._rows: dict[str, list[int]] = defaultdict(list)
        keys = zip(catalogue.keys.joined.decode().split("\n"), catalogue.keys.rows.tolist(), strict=True)
        for name, row in keys:
            self._rows[sound(name)].append(row)
        self._exact: dict[str, int] = {}
        for row in sorted(range(len(catalogue)), key=lambda row: -float(catalogue.members[row])):
            anime = catalogue.record(row)
            self._exact.setdefault(anime.title, anime.mal_id)
            for title in (anime.title, anime.title_english, anime.title_japanese, *anime.synonyms):
                if title and row not in self._rows[sound(title)]:
                    self._rows[sound(title)].append(row)

    def named(self, name: str) -> int | None:
        """MAL id to begin with for a series of this name; None where no known anime has it."""
        catalogue = self.catalogue
        rows = [
            row
            for row in self._rows.get(sound(name), ())
            if catalogue.types.get(row) in _ANIME_TYPES and catalogue.members[row] >= _LEAST_MEMBERS
        ]
        if not rows:
            return None
        best = max(rows, key=lambda row: float(catalogue.members[row]))
        entry = int(catalogue.entry_rows[best])
        same = entry in rows or fold(catalogue.title(entry)).startswith(fold(catalogue.title(best)))
        return int(catalogue.mal_ids[entry if same else best])

    def titled(self, title: str) -> int:
        """MAL id of the best-known title written exactly so. Raises KeyError where there is none."""
        return self._exact[title]

    def entry_of(self, mal_id: int) -> int:
        """MAL id of the entry point of the franchise where that has the same title with something added, as
        remakes do, or where the title is marginal beside it; else the title's own."""
        row = self.catalogue.row_of(mal_id)
        assert row is not None
        entry = int(self.catalogue.entry_rows[row])
        same = fold(self.catalogue.title(entry)).startswith(fold(self.catalogue.title(row)))
        marginal = self.catalogue.members[row] < _ENTRY_SHARE * self.catalogue.members[entry]
        return int(self.catalogue.mal_ids[entry]) if same or marginal else mal_id

    def first_of(self, mal_ids: Iterable[int]) -> int | None:
        """Of several titles with one name the one to begin with: the first television series that is not
        marginal, else the entry point of the franchise of the best known."""
        catalogue = self.catalogue
        rows = [row for mal_id in mal_ids if (row := catalogue.row_of(mal_id)) is not None]
        if not rows:
            return None
        best = max(rows, key=lambda row: float(catalogue.members[row]))
        least = _ENTRY_SHARE * float(catalogue.members[best])
        shown = [row for row in rows if catalogue.types.get(row) == "TV" and catalogue.members[row] >= least]
        shown = [row for row in shown if catalogue.season_number[row] <= 1]
        entry = int(catalogue.entry_rows[best])
        if shown:
            return int(catalogue.mal_ids[min(shown, key=lambda row: int(catalogue.aired[row]) or 99999999)])
        return int(catalogue.mal_ids[entry]) if catalogue.types.get(entry) in _ANIME_TYPES else None


class SeriesTable:
    """Every series tag with its title and anime, ours first, and what else it is called."""

    def __init__(self, own: Path, tags: Tags, titles: Titles) -> None:
        self._titles = titles
        self.facts: dict[str, SeriesFacts] = {}
        self._called: dict[str, str] = {}
        for row in read_csv(own / "series.csv"):
            mal_id = titles.titled(row["anime"]) if row["anime"] else None
            also = {to_tag(name) for name in row["also"].split("|") if name}
            self._add(
                SeriesFacts(row["slug"], row["title"], mal_id, row["kind"], row["gender"] or None, also)
            )
        for tag in sorted(tags.series, key=lambda tag: -tags.series[tag]):
            if self.slug(tag) is None and tag != "original":
                self._add(self._of_tag(tag, tags))
        for tag, aliases in tags.aliases.items():
            if (slug := self.slug(tag)) is not None and tag in tags.series:
                for alias in aliases:
                    self._called.setdefault(alias, slug)
        for tag, names in tags.other_names.items():
            if (slug := self.slug(tag)) is not None and tag in tags.series:
                for name in names:
                    self._called.setdefault(to_tag(name), slug)
        self._by_mal_id: dict[int, str] = {}
        for slug, facts in self.facts.items():
            if facts.mal_id is not None:
                self._by_mal_id.setdefault(facts.mal_id, slug)

    def _add(self, facts: SeriesFacts) -> None:
        self.facts[facts.slug] = facts
        for name in {facts.slug, *facts.also}:
            self._called.setdefault(name, facts.slug)

    def _of_tag(self, tag: str, tags: Tags) -> SeriesFacts:
        slug = _SERIES_WORDS.sub("", tag)
        name = slug.replace("_", " ")
        mal_id = self._titles.named(name)
        if mal_id is None:
            named = [
                self._titles.named(other) for other in tags.other_names.get(tag, ()) if _CJK.search(other)
            ]
            found = {other for other in named if other is not None}
            mal_id = found.pop() if len(found) == 1 else None
        title = self._title(mal_id) if mal_id is not None else name.title().replace("'S", "'s")
        kind = "anime" if mal_id is not None else "other"
        return SeriesFacts(slug, title, mal_id, kind, None, {tag})

    def _title(self, mal_id: int) -> str:
        anime = self._titles.catalogue.by_mal_id(mal_id)
        assert anime is not None
        return anime.display_title()

    def slug(self, name: str) -> str | None:
        """The slug of a series tag, a bracketed qualifier or a name in any script."""
        name = to_tag(name)
        return self._called.get(name) or self._called.get(_SERIES_WORDS.sub("", name))

    def of_anime(self, mal_id: int) -> str:
        """The slug of an anime, made from its title where no tag is joined to it."""
        slug = self._by_mal_id.get(mal_id) or self._by_mal_id.get(self._titles.entry_of(mal_id))
        if slug is None:
            title = self._title(mal_id)
            slug = to_tag(title)
            if slug in self.facts:
                slug = f"{slug}_({mal_id})"
            self._add(SeriesFacts(slug, title, mal_id, "anime"))
            self._by_mal_id[mal_id] = slug
        return slug

    def called(self) -> dict[str, str]:
        """Slug by everything else that a series is called in tags."""
        return {name: slug for name, slug in self._called.items() if name != slug}


class NamedCharacters:
    """The reference's characters with an anime each: MAL ids by name, in Latin letters (both orders) and in
    Japanese. A name that characters of several franchises share leads to several."""

    def __init__(self, path: Path, titles: Titles) -> None:
        self._titles = titles
        self._latin: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._japanese: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                entry: dict[str, Any] = json.loads(line)
                ids = set(entry["mal_ids"])
                if entry["name"]:
                    self._latin[sound(entry["name"])][entry["franchise_id"]] |= ids
                if entry["name_japanese"]:
                    self._japanese[fold(entry["name_japanese"])][entry["franchise_id"]] |= ids

    @property
    def japanese(self) -> Container[str]:
        """The Japanese names, folded."""
        return self._japanese.keys()

    def by_latin(self, name: str) -> int | None:
        """MAL id of the only franchise with a character of this name of two words or more."""
        key = sound(name)
        return self._only(self._latin.get(key)) if " " in key else None

    def by_japanese(self, names: Iterable[str]) -> int | None:
        """MAL id of the only franchise with a character of one of these full Japanese names."""
        found: dict[int, set[int]] = {}
        for name in names:
            key = fold(name)
            if " " in key or (len(key) >= _FULL_NAME and _KANJI.search(key)):
                found |= self._japanese.get(key, {})
        return self._only(found)

    def _only(self, found: dict[int, set[int]] | None) -> int | None:
        return self._titles.first_of(next(iter(found.values()))) if found and len(found) == 1 else None


def japanese_name(names: Iterable[str], known: Container[str]) -> str | None:
    """Of a tag's names in other scripts the Japanese one, without bracketed qualifiers; None without one.
    A name in `known` (folded) is surely one, else the first that can be written in Japanese."""
    stripped = [re.sub(r"[(（].*$", "", name).strip() for name in names]
    japanese = [name for name in stripped if _CJK.search(name) and _is_japanese(name)]
    return next((name for name in japanese if fold(name) in known), japanese[0] if japanese else None)


def _is_japanese(name: str) -> bool:
    """Simplified and most traditional Chinese characters are not in the Japanese character set."""
    try:
        name.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def qualifiers_of(tag: str) -> tuple[str, list[str]]:
    """The bare name of a tag and its bracketed qualifiers, the last first."""
    found: list[str] = []
    while True:
        tag, qualifier = without_qualifier(tag)
        if qualifier is None:
            return tag, found
        found.append(qualifier)

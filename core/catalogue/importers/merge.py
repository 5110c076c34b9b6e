"""How imported facts and those of the catalogue come together, field by field.

For a title that the catalogue has:

- its MAL id, title, franchise and place in the series stay;
- what can change (status, dates, season, year, episodes, minutes, score, members) is replaced where the import's facts
  are of the same day or newer than the catalogue, else only filled where missing. A date gives way to a less exact
  one only if the two contradict. Score and members of other sites than MyAnimeList replace known ones only together,
  and only where they come from at least as many people;
- everything else is filled where it is missing: a synopsis, an English title, studios, ... Genres, themes and
  demographics are one fact: filled together, and only where all three are missing;
- other names of the title are added to its synonyms;
- an import that says "adult" marks the title as adult; one that says "not adult" takes the mark off only where the
  catalogue did not know (no genres and no age rating).

A title that the catalogue lacks is added. Adult unknown counts as adult. Its franchise is, in this order: the one the
import names, the one that all its related titles share, that of the most popular title whose name without season
words is the same, its own id.

Names of studios, producers, genres, themes and tags take the spelling that the catalogue has already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz

from core.catalogue.folding import fold, fold_plain
from core.catalogue.importers.rows import Entry
from core.catalogue.importers.vocabulary import is_adult
from core.catalogue.record import Record
from core.catalogue.seasons import stem

MOST_SYNONYMS = 40
_FILLED = (
    "anilist_id", "title_english", "title_japanese", "type", "source", "age_rating", "tags", "studios", "producers",
    "members_2020", "image_url", "synopsis",
)  # fmt: skip
_GROUPS = ("genres", "themes", "demographics")
_CHANGING = ("status", "episodes", "minutes", "aired_from", "aired_to", "season", "year")
_NUMBERS = ("score", "members")
_SPELT = ("tags", "studios", "producers", "themes")
_ALIKE = 60


class Spelling:
    """The spelling of names that the catalogue has already."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._known: dict[str, dict[str, str]] = {name: {} for name in _SPELT}
        for record in records:
            for name, known in self._known.items():
                for value in getattr(record, name):
                    if value not in known:
                        known[value] = value
                        known.setdefault(fold_plain(value), value)

    def of(self, record: Record) -> Record:
        changes: dict[str, Any] = {}
        for name, known in self._known.items():
            values = getattr(record, name)
            spelt = tuple(dict.fromkeys(self._one(known, value) for value in values))
            if spelt != values:
                changes[name] = spelt
        return replace(record, **changes) if changes else record

    @staticmethod
    def _one(known: dict[str, str], value: str) -> str:
        found = known.get(value)
        if found is None:
            found = known.setdefault(fold_plain(value), value)
            known[value] = found
        return found


def merge(current: Record, entry: Entry, newer: bool) -> Record:
    """The record with what the entry adds; `current` itself where that is nothing. `newer`: the entry's facts are of
    the catalogue's day or later."""
    given = entry.record
    changes: dict[str, Any] = {}
    for name in _FILLED:
        if getattr(current, name) in (None, ()) and getattr(given, name) not in (None, ()):
            changes[name] = getattr(given, name)
    if not any(getattr(current, name) for name in _GROUPS):
        changes |= {name: getattr(given, name) for name in _GROUPS if getattr(given, name)}
    for name in _CHANGING:
        known, value = getattr(current, name), getattr(given, name)
        if value is None or value == known:
            continue
        if known is None or (newer and not (name.startswith("aired") and known.startswith(value))):
            changes[name] = value
    changes |= _numbers(current, entry, newer)
    synonyms = _synonyms(current, given, changes)
    if synonyms:
        changes["synonyms"] = current.synonyms + synonyms
    if entry.adult is True and not current.is_adult:
        changes["is_adult"] = True
    elif entry.adult is False and current.is_adult and is_unknown(current):
        changes["is_adult"] = False
    return replace(current, **changes) if changes else current


def refresh(shipped: Record, imported: Record, newer: bool) -> Record:
    """A title of an imported catalogue brought up to the catalogue that ships now: what that knows wins, changing
    facts only if the imported catalogue is not as new. Undoes nothing that `merge` did to the same `shipped`."""
    changes: dict[str, Any] = {}
    for name in _FILLED:
        if getattr(shipped, name) in (None, ()):
            changes[name] = getattr(imported, name)
    if not any(getattr(shipped, name) for name in _GROUPS):
        changes |= {name: getattr(imported, name) for name in _GROUPS}
    for name in (*_CHANGING, *_NUMBERS):
        known, value = getattr(shipped, name), getattr(imported, name)
        if value is not None and (newer or known is None):
            changes[name] = value
    own = set(shipped.synonyms)
    changes["synonyms"] = shipped.synonyms + tuple(name for name in imported.synonyms if name not in own)
    if is_unknown(shipped) or (imported.is_adult and not is_unknown(imported)):
        changes["is_adult"] = imported.is_adult
    return replace(shipped, **changes)


def is_unknown(record: Record) -> bool:
    """Whether nothing says that a record is or is not adult, so that its mark is only caution."""
    return record.is_adult and is_adult(record.genres, record.age_rating) is None


def is_bare(record: Record) -> bool:
    """Whether nothing but ids and names is known: not enough to show or recommend."""
    return not (record.type or record.genres or record.year or record.members or record.synopsis)


def is_same_title(current: Record, given: Record) -> bool:
    """Whether two records of one id can be one anime: some names are alike. Ids of another site, or row numbers taken
    for MAL ids, give themselves away here."""
    mine = [name for name in (current.title, current.title_english, current.title_japanese) if name]
    theirs = [given.title, given.title_english, given.title_japanese, *given.synonyms[:MOST_SYNONYMS]]
    if given.title in mine:
        return True
    own = {fold_plain(name) for name in mine}
    others = {fold_plain(name) for name in theirs if name}
    return not own.isdisjoint(others) or any(fuzz.WRatio(a, b) >= _ALIKE for a in own for b in others)


class Franchises:
    """Finds the franchise of new titles among the titles there are."""

    def __init__(self, records: Mapping[int, Record]) -> None:
        self._of_title = {mal_id: record.franchise_id or mal_id for mal_id, record in records.items()}
        self._of_stem: dict[str, tuple[int, int]] = {}
        for record in records.values():
            self._learn(record)

    def place(self, entry: Entry) -> Record:
        """The new title with its franchise; later ones may join it."""
        record = entry.record
        found = record.franchise_id
        if found is None:
            related = {self._of_title[mal_id] for mal_id in entry.related if mal_id in self._of_title}
            stems = [self._of_stem[name] for name in _stems(record) if name in self._of_stem]
            shared = related.pop() if len(related) == 1 else None
            found = shared or (-max(stems)[1] if stems else record.mal_id)
        record = replace(record, franchise_id=found)
        self._of_title[record.mal_id] = found
        self._learn(record)
        return record

    def _learn(self, record: Record) -> None:
        rank = (record.members or 0, -self._of_title[record.mal_id])
        for name in _stems(record):
            self._of_stem[name] = max(rank, self._of_stem.get(name, rank))


def _stems(record: Record) -> set[str]:
    found = {stem(fold(name)) for name in (record.title, record.title_english) if name}
    return {name for name in found if len(name) > 2}


def _numbers(current: Record, entry: Entry, newer: bool) -> dict[str, Any]:
    given = entry.record
    if not entry.mal_numbers:
        newer = newer and (given.members or 0) >= (current.members or 1)
    offered = {name: getattr(given, name) for name in _NUMBERS if getattr(given, name) is not None}
    return {
        name: value
        for name, value in offered.items()
        if value != getattr(current, name) and (newer or getattr(current, name) is None)
    }


def _synonyms(current: Record, given: Record, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """The entry's names that the title does not go by yet."""
    offered = [given.title, given.title_english, given.title_japanese, *given.synonyms]
    english = changes.get("title_english", current.title_english)
    japanese = changes.get("title_japanese", current.title_japanese)
    known = {current.title, english, japanese, *current.synonyms, *current.abbreviations}
    fresh = [name for name in offered if name and name not in known]
    if not fresh:
        return ()
    keys = {_key(name) for name in known if name}
    added: list[str] = []
    for name in fresh:
        key = _key(name)
        if key and key not in keys and len(current.synonyms) + len(added) < MOST_SYNONYMS:
            keys.add(key)
            added.append(name)
    return tuple(added)


def _key(name: str) -> str:
    return fold_plain(name).replace(" ", "")

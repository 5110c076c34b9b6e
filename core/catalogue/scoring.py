"""How well titles fit a text: candidates from the index, then RapidFuzz on those few hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from core.catalogue.catalogue import Catalogue
from core.catalogue.folding import compact, loosen
from core.catalogue.index import KeyIndex
from core.catalogue.keys import Kind
from core.catalogue.seasons import numbers_in

MatchKind = Literal["exact", "alias", "prefix", "fuzzy"]

_CANDIDATES = 270
_REREAD = 60  # best candidates whose names are read again word by word
_UNKNOWN_MEMBERS, _UNKNOWN_MEMBERS_SHORT = 5000.0, 500.0  # where nobody counted: series and films, all else
_OF_FRANCHISE = 0.05  # of the members of its best-known title, for a series or film that nobody counted
_LOG_MOST_MEMBERS = 6.5
_EXACT_PENALTY = np.array([0.0, 0.0, 0.0, 2.0, 1.0, 3.0])  # points off an equal name, by Kind
_EXACT_LESSER = np.array([3.0, 3.0, 3.0, 6.0, 3.0, 6.0])  # points off it where hardly anyone knows the title
_ALIASES = (Kind.SYNONYM, Kind.ABBREVIATION, Kind.STEM)
# Points for popularity and for the share of the name that was typed: of a beginning, where popularity tells
# more about what is being typed, and of another part.
_BEGUN_KNOWN, _BEGUN_SHARE = 12.0, 8.0
_PART_KNOWN, _PART_SHARE = 8.0, 10.0
_OTHERWISE = 1.5  # points off a name that begins like the text only in another romanisation or spacing
_BEST_PARTIAL = 96.0  # a name that is not equal never passes for one that is
_ENOUGH = 0.85  # of the letters of the other words
_OTHER_SEASON, _LATER_SEASON = 6.0, 1.5  # points off a season that was not asked for
# A word still being typed may end within a sound that has another spelling once compact ("mush" in "musisi").
_BEGUN_SOUNDS = {"sh": "si", "ch": "ti", "ts": "tu", "dz": "z", "f": "hu", "j": "zi"}


@dataclass(frozen=True, slots=True)
class Match:
    """A title found: its row, how well it fits (0-100) and by what."""

    row: int
    score: float
    kind: MatchKind


class Scorer:
    """Scores texts against the names of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._index = index = KeyIndex(catalogue.keys)
        entry = catalogue.entry_rows == np.arange(len(catalogue))
        full = np.isin(
            catalogue.types.codes,
            [i for i, name in enumerate(catalogue.types.vocab) if name in ("TV", "Movie")],
        )
        unknown = np.where(full, _UNKNOWN_MEMBERS, _UNKNOWN_MEMBERS_SHORT)
        most = np.zeros(int(catalogue.franchise.max(initial=0)) + 1, np.float32)
        np.maximum.at(most, catalogue.franchise, catalogue.members)
        unknown = np.where(full, np.maximum(unknown, _OF_FRANCHISE * most[catalogue.franchise]), unknown)
        members = np.where(catalogue.members > 0, catalogue.members, unknown)
        # 0-1; it breaks ties between names that fit alike.
        self.popularity = (np.log10(members) / _LOG_MOST_MEMBERS).clip(0, 1).astype(np.float32)
        self._standing = np.where(entry, 2.0, np.where(full, 0.0, -1.5)).astype(np.float32)
        self._seasons = catalogue.season_number
        self._prior = (1 + 0.4 * self.popularity)[index.rows]
        self._keys_by_row = np.argsort(index.rows, kind="stable")
        self._row_starts = np.searchsorted(index.rows[self._keys_by_row], np.arange(len(catalogue) + 1))

    def matches(self, folded: str, allowed: NDArray[np.bool_]) -> dict[int, Match]:
        """Rows that may be meant by a folded text, best first; `allowed` is a mask of rows."""
        index = self._index
        key = compact(folded.encode())
        allowed_keys = allowed[index.rows]
        exact = np.asarray(index.exact(key), np.int64)
        begun = _begun(key.decode())
        prefixed = np.concatenate([np.asarray(index.prefix(name.encode()), np.int64) for name in begun])
        prefixed = prefixed[allowed_keys[prefixed]]
        if len(prefixed) > _CANDIDATES // 2:
            worth = 8 * self.popularity + self._standing
            worth_of_keys = worth[index.rows[prefixed]] - 0.1 * index.lengths[prefixed]
            prefixed = prefixed[np.argpartition(-worth_of_keys, _CANDIDATES // 2)[: _CANDIDATES // 2]]
        near = index.near(key.decode(), self._prior * allowed_keys, _CANDIDATES)
        candidates = np.unique(np.concatenate([exact[allowed_keys[exact]], prefixed, near]))
        if not len(candidates):
            return {}
        found = self._by_key(folded, begun, candidates)
        words = loosen(folded.encode()).decode().split()
        return self._by_words(folded, words, found) if len(words) > 1 else found

    def _by_key(self, folded: str, begun: tuple[str, ...], candidates: NDArray[np.int64]) -> dict[int, Match]:
        index, key = self._index, begun[0]
        loose = loosen(folded.encode()).decode()
        compacts, spaced = index.compact.take(candidates), index.spaced.take(candidates)
        rows, kinds, lengths = index.rows[candidates], index.kinds[candidates], index.lengths[candidates]
        popularity, standing = self.popularity[rows], self._standing[rows]
        share = np.minimum(1.0, len(key) / np.maximum(lengths, 1))

        fuzzy = np.maximum(
            0.97 * process.cdist([key], compacts, scorer=fuzz.ratio, workers=1)[0],
            0.96 * process.cdist([loose], spaced, scorer=fuzz.token_sort_ratio, workers=1)[0],
        )
        if len(key) >= 4:
            partial = process.cdist([key], compacts, scorer=fuzz.partial_ratio, workers=1)[0]
            fuzzy = np.maximum(fuzzy, (lengths >= len(key)) * partial * (0.74 + 0.12 * share))
        score = fuzzy + 3 * popularity + standing

        text = f" {loose}"
        begins = np.array([name.startswith(begun) for name in compacts])
        inside = np.array([text in f" {name}" for name in spaced])
        whole = np.array([f"{text} " in f" {name} " for name in spaced])
        names = index.folded.take(candidates)
        otherwise = np.zeros(len(names))
        for i in np.flatnonzero(begins).tolist():
            otherwise[i] = (not names[i].startswith(folded)) + (
                " " in loose and not spaced[i].startswith(loose)
            )
        phrase = 9 if " " in loose else 6
        place = np.where(begins, 7 + 2 * whole - _OTHERWISE * otherwise, phrase * whole)
        known = np.where(begins, _BEGUN_KNOWN, _PART_KNOWN) * popularity
        part = 70 + place + np.where(begins, _BEGUN_SHARE, _PART_SHARE) * share + known + standing
        score = np.where(inside | begins, np.maximum(score, part), score)
        score = _capped(score + self._of_season(folded, rows))

        exact = np.array([name == key for name in compacts])
        spelt = np.array([name == folded for name in names])
        lesser = _EXACT_LESSER[kinds] * (1 - popularity)
        equal = 99 - _EXACT_PENALTY[kinds] - 0.5 * ~spelt - lesser + standing / 2
        score = np.where(exact, equal, score)

        found: dict[int, Match] = {}
        for i in np.argsort(-score, kind="stable").tolist():
            row = int(rows[i])
            if row not in found:
                kind: MatchKind = "prefix" if begins[i] else "fuzzy"
                if exact[i]:
                    kind = "alias" if kinds[i] in _ALIASES else "exact"
                found[row] = Match(row, round(float(score[i]), 2), kind)
        return found

    def of_series(
        self, words: Sequence[str], catalogue: Catalogue, allowed: NDArray[np.bool_]
    ) -> dict[int, Match]:
        """Titles of a series that is named exactly by the first words, by the other words: "fgo camelot".

        The title that the first words name comes before others, and a name without further words."""
        text = loosen(" ".join(words).encode()).decode()
        for count in range(len(words) - 1, 0, -1):
            keys = self._index.exact(compact(" ".join(words[:count]).encode()))
            rows = {int(self._index.rows[key]) for key in keys}
            rest = loosen(" ".join(words[count:]).encode()).decode().split()
            found = {}
            for franchise in {int(catalogue.franchise[row]) for row in rows}:
                for row in catalogue.franchise_rows(franchise):
                    if allowed[row] and (covered := _covered(rest, self.words_of(row))) >= _ENOUGH:
                        score = 80 * covered + 3 * float(self.popularity[row]) + float(self._standing[row])
                        score += 3 * (row in rows) + 0.08 * self._likeness(text, row)
                        found[row] = Match(row, round(score, 2), "fuzzy")
            if found:
                return found
        return {}

    def _by_words(self, folded: str, words: Sequence[str], found: dict[int, Match]) -> dict[int, Match]:
        """Raise titles that have all the words among their names, in any order and in several names."""
        result = dict(found)
        matches = [match for match in found.values() if match.kind in ("fuzzy", "prefix")][:_REREAD]
        rows = np.array([match.row for match in matches], np.int64)
        covered = np.array([_covered(words, self.words_of(match.row)) for match in matches])
        score = 76 * covered**1.5 + 8 * self.popularity[rows] + self._standing[rows]
        score = _capped(score + self._of_season(folded, rows))
        for match, raised in zip(matches, score.tolist(), strict=True):
            if raised > match.score:
                result[match.row] = Match(match.row, round(raised, 2), match.kind)
        return result

    def _of_season(self, folded: str, rows: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Points for being the season that a text asks for; the first where it asks for none."""
        asked = numbers_in(folded.split()).season
        seasons = self._seasons[rows]
        if asked:
            return np.where((seasons > 0) & (seasons != asked), -_OTHER_SEASON, 0.0)
        return np.where(seasons > 1, -_LATER_SEASON, 0.0)

    def words_of(self, row: int) -> set[str]:
        """All words of all names of a title, in one romanisation."""
        return {word for name in self._names_of(row) for word in name.split()}

    def _names_of(self, row: int) -> list[str]:
        keys = self._keys_by_row[self._row_starts[row] : self._row_starts[row + 1]]
        return self._index.spaced.take(keys)

    def _likeness(self, text: str, row: int) -> float:
        """How alike a text and the most alike name of a title are (0-100), whatever the order of the words."""
        return max(fuzz.token_sort_ratio(text, name) for name in self._names_of(row))


def _begun(key: str) -> tuple[str, ...]:
    """A compact text and, where it may end within a sound, what it is the beginning of."""
    ends = (end for end in _BEGUN_SOUNDS if key.endswith(end))
    return (key, *(key[: -len(end)] + _BEGUN_SOUNDS[end] for end in ends))


def _capped(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores brought below `_BEST_PARTIAL` without making any two equal; under 90 they stay as they are."""
    room = _BEST_PARTIAL - 90
    return np.where(score > 90, 90 + room * (1 - np.exp((90 - score) / room)), score)


def _covered(words: Sequence[str], among: set[str]) -> float:
    """Share of the letters of `words` that are found among other words, misspelt or begun words in part."""
    total = sum(map(len, words))
    covered = 0.0
    for word in words:
        if word in among:
            covered += len(word)
        elif not word.isascii() and any(word in other for other in among):
            covered += 0.9 * len(word)  # scripts without spaces
        elif len(word) > 2 and any(other.startswith(word) for other in among):
            covered += 0.9 * len(word)
        elif len(word) > 3 and (best := process.extractOne(word, among, scorer=fuzz.ratio, score_cutoff=75)):
            covered += 0.9 * len(word) * best[1] / 100
    return covered / total

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

_CANDIDATES = 300
_REREAD = 60  # best candidates whose names are read again word by word
_UNKNOWN_MEMBERS, _UNKNOWN_MEMBERS_SHORT = 5000.0, 500.0  # where nobody counted: series and films, all else
_LOG_MOST_MEMBERS = 6.5
_EXACT_PENALTY = np.array([0.0, 0.0, 0.0, 2.0, 1.0, 4.0])  # points off an equal name, by Kind
_ALIASES = (Kind.SYNONYM, Kind.ABBREVIATION, Kind.STEM)
_BEST_PARTIAL = 96.0  # a name that is not equal never passes for one that is
_ENOUGH = 0.85  # of the letters of the other words
_OTHER_SEASON, _LATER_SEASON = 6.0, 1.5  # points off a season that was not asked for


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
        prefixed = np.asarray(index.prefix(key), np.int64)
        prefixed = prefixed[allowed_keys[prefixed]]
        if len(prefixed) > _CANDIDATES // 2:
            worth = 8 * self.popularity + self._standing
            worth_of_keys = worth[index.rows[prefixed]] - 0.1 * index.lengths[prefixed]
            prefixed = prefixed[np.argpartition(-worth_of_keys, _CANDIDATES // 2)[: _CANDIDATES // 2]]
        near = index.near(key.decode(), self._prior * allowed_keys, _CANDIDATES)
        candidates = np.unique(np.concatenate([exact[allowed_keys[exact]], prefixed, near]))
        if not len(candidates):
            return {}
        found = self._by_key(folded, key.decode(), candidates)
        words = loosen(folded.encode()).decode().split()
        return self._by_words(folded, words, found) if len(words) > 1 else found

    def _by_key(self, folded: str, key: str, candidates: NDArray[np.int64]) -> dict[int, Match]:
        index = self._index
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
        begins = np.array([name.startswith(key) for name in compacts])
        inside = np.array([text in f" {name}" for name in spaced])
        whole = np.array([f"{text} " in f" {name} " for name in spaced])
        phrase = 9 if " " in loose else 6
        place = np.where(begins, 7 + 2 * whole, phrase * whole)
        part = 70 + place + 10 * share + 8 * popularity + standing
        score = np.where(inside | begins, np.maximum(score, part), score)
        score = _capped(score + self._of_season(folded, rows))

        exact = np.array([name == key for name in compacts])
        spelt = np.array([name == folded for name in index.folded.take(candidates)])
        equal = 99 - _EXACT_PENALTY[kinds] - 0.5 * ~spelt - 3 * (1 - popularity) + standing / 2
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
        """Titles of a series that is named exactly by the first words, by the other words: "fgo camelot"."""
        for count in range(len(words) - 1, 0, -1):
            keys = self._index.exact(compact(" ".join(words[:count]).encode()))
            rows = {int(self._index.rows[key]) for key in keys}
            rest = loosen(" ".join(words[count:]).encode()).decode().split()
            found = {}
            for franchise in {int(catalogue.franchise[row]) for row in rows}:
                for row in catalogue.franchise_rows(franchise):
                    if allowed[row] and (covered := _covered(rest, self.words_of(row))) >= _ENOUGH:
                        score = 90 * covered + 3 * float(self.popularity[row]) + float(self._standing[row])
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
        keys = self._keys_by_row[self._row_starts[row] : self._row_starts[row + 1]]
        return {word for name in self._index.spaced.take(keys) for word in name.split()}


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
        elif len(word) > 2 and any(other.startswith(word) for other in among):
            covered += 0.9 * len(word)
        elif len(word) > 3 and (best := process.extractOne(word, among, scorer=fuzz.ratio, score_cutoff=75)):
            covered += 0.9 * len(word) * best[1] / 100
    return covered / total

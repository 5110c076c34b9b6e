"""How alike two titles are by their facts: the metadata half of the published hybrid, for whole columns at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.catalogue import Catalogue, CodeColumn, ListColumn
from core.errors import SettingsError
from core.recommend.labels import joined
from core.recommend.signals import Floats, Rows

AGE_ORDER = ("G", "PG", "PG-13", "R", "R+", "Rx")
SPANS: Mapping[str, float] = {"score": 3.0, "year": 30.0, "episodes": 3.0, "minutes": 2.0}
"""Differences from which two titles count as wholly unlike: points, years, and for episodes and minutes, where a
ratio says more than a difference, natural logarithms (20 and 7 times as much)."""
BLOCK = 4096
"""Titles compared at a time: a block times 50 favourites stays in the processor's cache."""


class SetSimilarity:
    """Jaccard similarity of the sets in a list column. Equal sets are compared once."""

    def __init__(self, column: ListColumn) -> None:
        sets: dict[bytes, int] = {}
        of_row, members = [], []
        for start, end in zip(column.indptr[:-1].tolist(), column.indptr[1:].tolist(), strict=True):
            cell = np.sort(column.indices[start:end])
            key = cell.tobytes()
            if key not in sets:
                sets[key] = len(sets)
                members.append(cell)
            of_row.append(sets[key])
        self._of_row: Rows = np.array(of_row, np.int64)
        self._sizes = np.array([len(cell) for cell in members], np.float32)
        self._owner = np.repeat(np.arange(len(members)), self._sizes.astype(np.int64))
        self._labels = np.concatenate([*members, np.zeros(0, np.int32)]).astype(np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)]).astype(np.int64)
        self._by_label = np.argsort(self._labels, kind="stable")
        self._label_starts = np.searchsorted(self._labels[self._by_label], np.arange(len(column.vocab) + 1))

    def to(self, rows: Sequence[int]) -> Floats:
        """(F, distinct sets) similarity of each of `rows` to every set; two empty sets are unlike."""
        out = np.zeros((len(rows), len(self._sizes)), np.float32)
        for i, row in enumerate(rows):
            mine = int(self._of_row[row])
            for label in self._labels[self._starts[mine] : self._starts[mine + 1]].tolist():
                holders = self._by_label[self._label_starts[label] : self._label_starts[label + 1]]
                out[i, self._owner[holders]] += 1  # a set holds a label once, so no holder comes twice
            out[i] /= np.maximum(self._sizes + self._sizes[mine] - out[i], 1)
        return out

    def spread(self, similarity: Floats, rows: slice) -> Floats:
        """(F, titles of `rows`) from (F, distinct sets)."""
        return similarity[:, self._of_row[rows]]


class Metadata:
    """Weighted metadata similarity over a catalogue.

    `weights` maps facts to weights; they are scaled to sum to 1. `genres` compares genres, themes and demographics
    as one set, as MyAnimeList moved names between them over the years; `themes` compares themes by themselves.

    Raises SettingsError (`setting-malformed`) for a fact that is not known or weights that sum to nothing.
    """

    def __init__(self, catalogue: Catalogue, weights: Mapping[str, float]) -> None:
        self.check(weights)
        total = sum(weights.values())
        self._size = len(catalogue)
        self._weights = {name: weight / total for name, weight in weights.items() if weight > 0}
        columns: dict[str, Callable[[], ListColumn]] = {
            "genres": lambda: joined(catalogue, ("genres", "themes", "demographics")),
            "themes": lambda: catalogue.themes,
            "studios": lambda: catalogue.studios,
            "producers": lambda: catalogue.producers,
        }
        self._sets = {name: SetSimilarity(make()) for name, make in columns.items() if name in self._weights}
        self._codes = {
            name: column.codes for name, column in (("type", catalogue.types), ("source", catalogue.sources))
        }
        with np.errstate(divide="ignore"):
            numbers = {
                "score": catalogue.score,
                "year": np.where(catalogue.year > 0, catalogue.year, np.nan),
                "episodes": np.log(np.where(catalogue.episodes > 0, catalogue.episodes, np.nan)),
                "minutes": np.log(catalogue.minutes),
                "age_rating": _ordinal(catalogue.age_ratings),
            }
        spans = {**SPANS, "age_rating": len(AGE_ORDER) - 1.0}
        self._numbers = {
            name: (values / spans[name]).astype(np.float32)
            for name, values in numbers.items()
            if name in self._weights
        }

    @staticmethod
    def check(weights: Mapping[str, float]) -> None:
        """Raises SettingsError as the class says."""
        known = {"genres", "themes", "studios", "producers", "type", "source", "age_rating", *SPANS}
        unknown = sorted(set(weights) - known)
        if unknown or sum(weights.values()) <= 0 or min(weights.values()) < 0:
            problem = (
                f"unknown fact {unknown[0]}" if unknown else "weights must be 0 or more, at least one above 0"
            )
            raise SettingsError("setting-malformed", name="OSUSUME_HYBRID_WEIGHTS", problem=problem)

    def similarity(self, rows: Sequence[int]) -> Floats:
        """(F, N) float32 in [0, 1]: each of `rows` (F,) against every title. What is unknown on either side is
        unlike."""
        at = np.asarray(rows, np.int64)
        sets = {name: similarity.to(rows) * self._weights[name] for name, similarity in self._sets.items()}
        out = np.zeros((len(at), self._size), np.float32)
        for start in range(0, self._size, BLOCK):
            block = slice(start, start + BLOCK)
            part = out[:, block]
            for name, similarity in sets.items():
                part += self._sets[name].spread(similarity, block)
            for name, codes in self._codes.items():
                if name in self._weights:
                    same = (codes[at, None] == codes[None, block]) & (codes[at, None] >= 0)
                    part += same * np.float32(self._weights[name])
            for name, values in self._numbers.items():
                near = np.abs(values[at, None] - values[None, block])
                np.subtract(1, near, out=near)
                np.fmax(near, 0, out=near)  # fmax: an unknown number (nan) gives 0
                near *= np.float32(self._weights[name])
                part += near
        return out


def _ordinal(column: CodeColumn) -> Floats:
    order = [AGE_ORDER.index(name) if name in AGE_ORDER else np.nan for name in column.vocab]
    return np.array([*order, np.nan], np.float32)[column.codes]

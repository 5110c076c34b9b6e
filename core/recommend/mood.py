"""A mood in plain words: the words that are known as such, what their best examples' fans also love, and what the
stories are about."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from core.catalogue import Catalogue, ListColumn
from core.errors import Unavailable
from core.recommend.encoder import unit
from core.recommend.labels import joined
from core.recommend.lexicon import Concept, Facts, Lexicon
from core.recommend.signals import Floats, Rows
from core.recommend.stories import Stories

log = logging.getLogger(__name__)

MOST_LETTERS = 300
FROM, TO = 1.0, 4.5
"""Standard deviations above the mean that count as no fit yet and as a full fit (about the best of 20,000)."""
LABELS, EXAMPLES, TOLD = 0.5, 0.2, 0.3
"""Shares of the names a title has, of its likeness to the examples by taste, and by story."""
WORDS = 0.6
"""Share of the known words where a text has both known words and a story to compare."""
SOFT = 0.3
"""Exponent of the power mean over several moods: below 1 a title must have something of each."""
MOST_BEARERS = 60
"""Titles that stand for a plain name of a genre, theme or tag."""
UNTOLD = 0.5
OUTSIDE = 0.4
"""What is left of a title's fit where a plain fact that was asked for ("movie") is not so."""
_PIECES = re.compile(r"[,;、。，；\n]+|\.\s")

Likeness = Callable[[Sequence[int]], Floats]


@dataclass(frozen=True, slots=True)
class MoodScores:
    """`scores` (N,) about 0..1; `labels` maps the names that speak for the mood to their weight."""

    scores: Floats
    labels: dict[str, float]


class Mood:
    """`likeness` gives (N,) scores of what those who love the given rows love; None: nothing was learned."""

    def __init__(
        self, catalogue: Catalogue, stories: Stories, lexicon: Path, likeness: Likeness | None
    ) -> None:
        self._catalogue, self._stories, self._path, self._likeness = catalogue, stories, lexicon, likeness

    @cached_property
    def lexicon(self) -> Lexicon:
        """The mood words, and every genre, theme and tag by its own name."""
        return Lexicon.load(self._path, self._names.vocab)

    @cached_property
    def _names(self) -> ListColumn:
        return joined(self._catalogue, ("genres", "themes", "demographics", "tags"))

    def scores(self, text: str) -> MoodScores:
        """How well every title fits `text` (its first 300 letters). Raises ArtefactError for a broken lexicon."""
        found, rest = self.lexicon.read(text[:MOST_LETTERS])
        labels: dict[str, float] = {}
        fits: list[Floats] = []
        against = np.zeros(len(self._catalogue), np.float32)
        asked = np.ones(len(self._catalogue), np.float32)
        for item in found:
            if item.concept.facts is not None:
                fit = self._by_plain(item.concept.facts)
                asked *= OUTSIDE + (1 - OUTSIDE) * (fit if item.wanted else 1 - fit)
            elif item.wanted:
                fits.append(self._fit(item.concept))
                for label, weight in item.concept.labels.items():
                    labels[label] = max(labels.get(label, 0.0), weight)
            else:
                against += np.clip(self._by_facts(item.concept), 0, 1)
        total = _together(fits) if fits else None
        told = self._by_story(rest) if fits or not found else None
        if told is not None:
            total = told if total is None else WORDS * total + (1 - WORDS) * told
        if total is None:
            total = np.zeros(len(self._catalogue), np.float32)
            if len(found):  # plain facts alone, or only what is not wanted
                total += 1
        return MoodScores(np.asarray(total * asked - against, np.float32), labels)

    def _fit(self, concept: Concept) -> Floats:
        """(N,) about 0..1 (less than 0 where names speak against it)."""
        total = np.float32(LABELS) * self._by_facts(concept)
        rows = self._rows(concept.titles)
        if not len(rows):  # a plain name: those that bear it tell what its stories are like
            rows = np.flatnonzero(total > 0)[:MOST_BEARERS]
        elif len(rows) and self._likeness is not None:
            total += np.float32(EXAMPLES) * _standard(self._likeness(rows.tolist()))
        vectors = self._stories.vectors
        if len(rows) and vectors is not None:
            middle = unit(vectors[rows].mean(axis=0, keepdims=True))[0]
            total += np.float32(TOLD) * self._likened(vectors @ middle)
        if concept.titles:
            total[rows] += np.float32(EXAMPLES) / 2
        return total

    def _by_facts(self, concept: Concept) -> Floats:
        """(N,) in -1..1: sum of the weights of the names that a title has."""
        weights = np.array([concept.labels.get(name, 0.0) for name in self._names.vocab], np.float32)
        summed = np.concatenate([np.zeros(1), np.cumsum(weights[self._names.indices], dtype=np.float64)])
        return np.clip(np.diff(summed[self._names.indptr]), -1, 1).astype(np.float32)

    def _by_plain(self, facts: Facts) -> Floats:
        catalogue = self._catalogue
        fits = np.ones(len(catalogue), np.bool_)
        if facts.type is not None:
            code = catalogue.types.vocab.index(facts.type) if facts.type in catalogue.types.vocab else -2
            fits &= catalogue.types.codes == code
        for bounds, values in ((facts.years, catalogue.year), (facts.episodes, catalogue.episodes)):
            if bounds is not None:
                fits &= (values >= bounds[0]) & (values <= bounds[1])
        return fits.astype(np.float32)

    def _by_story(self, text: str) -> Floats | None:
        """(N,) about 0..1: likeness of the stories to the text and its pieces, each against its own spread."""
        pieces = [piece.strip() for piece in _PIECES.split(text) if piece.strip()]
        vectors = self._stories.vectors
        if not pieces or vectors is None:
            return None
        try:
            wanted = self._stories.encode([*pieces, text] if len(pieces) > 1 else pieces)
        except Unavailable as problem:
            log.warning("mood by its known words alone: %s", problem)
            return None
        return np.asarray(np.mean([self._likened(vectors @ one) for one in wanted], axis=0), np.float32)

    def _likened(self, cosines: Floats) -> Floats:
        """(N,) cosines as fits, those of synopses among themselves: lines of bare facts are alike by their shortness,
        so they count half."""
        told = self._stories.told
        fit = np.zeros(len(cosines), np.float32)
        for rows, worth in ((told, 1.0), (self._stories.known & ~told, UNTOLD)):
            if rows.any():
                fit[rows] = np.float32(worth) * _standard(cosines[rows])
        return fit

    def _rows(self, titles: Sequence[int]) -> Rows:
        found = (self._catalogue.row_of(title) for title in titles)
        return np.array([row for row in found if row is not None], np.int64)


def _standard(values: Floats) -> Floats:
    """0 at `FROM` and 1 at `TO` standard deviations above the mean, within -.25..1.25."""
    deviations = (values - values.mean()) / max(float(values.std()), 1e-9)
    return np.asarray(np.clip((deviations - FROM) / (TO - FROM), -0.25, 1.25), np.float32)


def _together(fits: Sequence[Floats]) -> Floats:
    """(N,) power mean of the moods' fits; what speaks against one lowers the whole."""
    stacked = np.stack(fits)
    positive = np.clip(stacked, 0, None)
    mean = np.mean(positive**SOFT, axis=0) ** (1 / SOFT)
    return np.asarray(mean + np.clip(stacked, None, 0).mean(axis=0), np.float32)

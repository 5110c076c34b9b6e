"""A mood in plain words: the words that are known as such, and what the stories are about."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from core.catalogue import Catalogue, ListColumn
from core.errors import Unavailable
from core.recommend.labels import joined
from core.recommend.lexicon import Concept, Lexicon
from core.recommend.signals import Floats
from core.recommend.stories import Stories

log = logging.getLogger(__name__)

LongList = Callable[[list[int]], Floats]
MOST_LETTERS = 300
_PIECES = re.compile(r"[,;、。，；\n]+|\.\s")


@dataclass(frozen=True, slots=True)
class MoodScores:
    """`scores` (N,) about 0..1; `labels` maps the names that speak for the mood to their weight."""

    scores: Floats
    labels: dict[str, float]


class Mood:
    def __init__(self, catalogue: Catalogue, stories: Stories, lexicon: Path) -> None:
        self._catalogue, self._stories, self._path = catalogue, stories, lexicon

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon.load(self._path)

    @cached_property
    def _names(self) -> ListColumn:
        return joined(self._catalogue, ("genres", "themes", "demographics", "tags"))

    def scores(self, text: str) -> MoodScores:
        """How well every title fits `text` (its first 300 letters)."""
        found, rest = self.lexicon.read(text[:MOST_LETTERS])
        labels: dict[str, float] = {}
        parts: list[Floats] = []
        against = np.zeros(len(self._catalogue), np.float32)
        for item in found:
            fit = self._by_labels(item.concept)
            if item.wanted:
                parts.append(fit)
                for label, weight in item.concept.labels.items():
                    labels[label] = max(labels.get(label, 0.0), weight)
            else:
                against += np.clip(fit, 0, 1)
        by_words: Floats | None = np.mean(parts, axis=0, dtype=np.float32) if parts else None
        by_story = self._by_story(rest)
        if by_words is None and by_story is None:
            total: Floats = np.zeros(len(self._catalogue), np.float32)
        elif by_words is None or by_story is None:
            total = by_words if by_story is None else by_story
        else:
            total = np.asarray((by_words + by_story) / 2, np.float32)
        return MoodScores(np.asarray(total - against, np.float32), labels)

    def _by_labels(self, concept: Concept) -> Floats:
        """(N,) in -1..1: sum of the weights of the names that a title has."""
        weights = np.array([concept.labels.get(name, 0.0) for name in self._names.vocab], np.float32)
        summed = np.concatenate([[0], np.cumsum(weights[self._names.indices])])
        return np.clip(np.diff(summed[self._names.indptr]), -1, 1).astype(np.float32)

    def _by_story(self, text: str) -> Floats | None:
        """(N,) about 0..1: likeness of the stories to the text's pieces, each measured against its own spread."""
        pieces = [piece.strip() for piece in _PIECES.split(text) if piece.strip()]
        vectors = self._stories.vectors
        if not pieces or vectors is None:
            return None
        try:
            wanted = self._stories.encode([*pieces, text] if len(pieces) > 1 else pieces)
        except Unavailable as problem:
            log.warning("mood by its known words alone: %s", problem)
            return None
        known = self._stories.known
        likeness = vectors @ wanted.T
        middle, spread = likeness[known].mean(axis=0), likeness[known].std(axis=0)
        standard = (likeness - middle) / np.maximum(spread, 1e-6)
        fit = np.clip(standard / 4, -0.5, 1.2).mean(axis=1)
        return np.where(known, fit, 0).astype(np.float32)

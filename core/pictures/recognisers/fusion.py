"""Several recognisers asked about the same faces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from core.pictures.picture import Candidate, Detection, Face, Picture
from core.pictures.recognisers.gallery import CANDIDATES
from core.pictures.seams import Recogniser

THRESHOLD = 0.5

_FLOOR = 0.02
"""Probability of a character that a recogniser knows and did not list; also the least, and 1 less it the most, that
any one may say: none is so sure that the others could not be heard."""


class Source(Recogniser, Protocol):
    """A recogniser that can tell whether it would know a character."""

    def knows(self, character: str) -> bool: ...


class FusedRecogniser:
    """The probability of a character is the weighted mean, in log-odds, of what those say who know it (a logarithmic
    opinion pool, Genest and Zidek 1986); who does not know it has no say. So two that are sure agree on being sure, and
    one that knows a character but sees another speaks against it.

    A face is named when the pooled probability is 0.5 or more and at least one of them names it so by its own rule.
    """

    def __init__(self, sources: Sequence[Source], weights: Sequence[float] | None = None) -> None:
        """`weights`: trust in each, above 0; all alike by default."""
        self._sources = tuple(sources)
        self._weights = tuple(weights) if weights is not None else (1.0,) * len(self._sources)
        if len(self._weights) != len(self._sources) or not all(weight > 0 for weight in self._weights):
            raise ValueError("a weight above 0 for each recogniser")

    @property
    def name(self) -> str:
        """Theirs, joined by +."""
        return " + ".join(source.name for source in self._sources)

    def knows(self, character: str) -> bool:
        return any(source.knows(character) for source in self._sources)

    def recognise(self, picture: Picture, heads: Sequence[Detection]) -> tuple[Face, ...]:
        """See `Recogniser`. Traits and vector are those of the first that has them."""
        seen = [source.recognise(picture, heads) for source in self._sources]
        return tuple(self._fused(head, [faces[n] for faces in seen]) for n, head in enumerate(heads))

    def _fused(self, head: Detection, faces: Sequence[Face]) -> Face:
        told = [{candidate.character: candidate for candidate in face.candidates} for face in faces]
        characters = {character for candidates in told for character in candidates}
        pooled = sorted((self._pooled(character, told) for character in characters), key=_order)
        named = {face.candidates[0].character for face in faces if not face.unknown and face.candidates}
        best = pooled[0] if pooled else None
        return Face(
            box=head.box,
            score=head.score,
            candidates=tuple(pooled[:CANDIDATES]),
            unknown=best is None or best.score < THRESHOLD or best.character not in named,
            traits=next((face.traits for face in faces if face.traits), ()),
            embedding=next((face.embedding for face in faces if face.embedding is not None), None),
        )

    def _pooled(self, character: str, told: Sequence[dict[str, Candidate]]) -> Candidate:
        odds = total = 0.0
        best: Candidate | None = None
        for source, weight, candidates in zip(self._sources, self._weights, told, strict=True):
            candidate = candidates.get(character)
            if candidate is None and not source.knows(character):
                continue
            probability = _FLOOR if candidate is None else min(max(candidate.score, _FLOOR), 1 - _FLOOR)
            odds += weight * math.log(probability / (1 - probability))
            total += weight
            if candidate is not None and (best is None or candidate.score > best.score):
                best = candidate
        assert best is not None  # it is among the candidates of one
        series = best.series or next(
            (c[character].series for c in told if character in c and c[character].series), None
        )
        return Candidate(character, series, 1 / (1 + math.exp(-odds / total)), best.gallery)


def _order(candidate: Candidate) -> tuple[float, str]:
    return -candidate.score, candidate.character

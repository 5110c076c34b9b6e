"""The published recipe: metadata and synopsis similarity, each scaled to 0..1 per favourite, mixed by alpha and
averaged over the favourites. The baseline, a mode of its own, and what "more like this" is seasoned with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from core.recommend.metadata import Metadata
from core.recommend.question import ReasonKind
from core.recommend.signals import Floats

Similarity = Callable[[Sequence[int]], Floats]
MOST_AT_ONCE = 64
"""Favourites compared at a time: bounds memory at 64 x N floats, twice."""
FAMILIAR = 0.3
"""The novelty at which the recipe is left as published; below, much watched titles gain, above, they lose."""
TILT = 0.5


class Hybrid:
    """`synopsis` None: no text vectors can be had; then metadata counts alone."""

    def __init__(
        self, metadata: Metadata, synopsis: Similarity | None, alpha: float, members: Floats, name: ReasonKind
    ) -> None:
        self._metadata, self._synopsis, self._name = metadata, synopsis, name
        self._alpha = np.float32(alpha if synopsis is not None else 1.0)
        logs = np.log1p(members)
        self._fame = (logs / max(float(logs.max(initial=0)), 1e-9)).astype(np.float32)

    def scores(
        self, favourites: Sequence[int], weights: Floats | None, *, novelty: float, new_franchise: bool
    ) -> Floats:
        """float32 (N,) for every row of the catalogue: the mean over `favourites` (rows), weighted by `weights` (F,) or
        equally, of the similarity mixed from metadata and synopses, each scaled to 0 to 1 over the catalogue; plus a
        tilt towards well-known titles that falls with `novelty` (0 to 1)."""
        del new_franchise  # similarity is of titles
        counts = np.ones(len(favourites), np.float32) if weights is None else np.asarray(weights, np.float32)
        total = np.zeros(len(self._fame), np.float32)
        for start in range(0, len(favourites), MOST_AT_ONCE):
            part = slice(start, start + MOST_AT_ONCE)
            total += self._mixed(favourites[part], counts[part])
        total /= max(float(counts.sum()), 1e-9)
        return total + np.float32(TILT * (FAMILIAR - novelty)) * self._fame

    def contributions(self, favourites: Sequence[int], weights: Floats | None, rows: Sequence[int]) -> Floats:
        counts = np.ones(len(favourites), np.float32) if weights is None else np.asarray(weights, np.float32)
        at = np.asarray(rows, np.int64)
        out = np.zeros((len(favourites), len(at)), np.float32)
        for start in range(0, len(favourites), MOST_AT_ONCE):
            part = slice(start, start + MOST_AT_ONCE)
            for share, similarity in self._halves(favourites[part]):
                low, high = similarity.min(axis=1), similarity.max(axis=1)
                out[part] += (
                    share * (similarity[:, at] - low[:, None]) / np.maximum(high - low, 1e-9)[:, None]
                )
        return out * (counts / max(float(counts.sum()), 1e-9))[:, None]

    def kind(self, row: int) -> ReasonKind:
        del row
        return self._name

    def _mixed(self, favourites: Sequence[int], counts: Floats) -> Floats:
        """(N,) sum over the favourites of their mixed, scaled similarity times `counts`."""
        mixed = np.zeros(len(self._fame), np.float32)
        for share, similarity in self._halves(favourites):
            low, high = similarity.min(axis=1), similarity.max(axis=1)
            scale = share * counts / np.maximum(high - low, 1e-9)
            mixed += scale @ similarity - np.float32(scale @ low)  # scaling and summing in one product
        return mixed

    def _halves(self, favourites: Sequence[int]) -> Iterator[tuple[np.float32, Floats]]:
        """Share and (F, N) similarity of the metadata and of the synopses."""
        if self._alpha > 0:
            yield self._alpha, self._metadata.similarity(favourites)
        if self._synopsis is not None and self._alpha < 1:
            yield 1 - self._alpha, self._synopsis(favourites)

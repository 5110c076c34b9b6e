"""The seam between what ranks titles and what asks: a signal turns named titles into a score for every title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.catalogue import Catalogue
from core.recommend.question import ReasonKind
from core.recommend.taste import AlignedTaste, Labels, TitleFeatures

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]


class Signal(Protocol):
    """Scores of all N titles of a catalogue from a few of them, named by row."""

    def scores(
        self, favourites: Sequence[int], weights: Floats | None, *, novelty: float, new_franchise: bool
    ) -> Floats:
        """(N,) float32, higher is better; the favourites (at least one) are scored as well. `weights` (F,) say how
        much each counts, None: alike. `new_franchise`: one title of a franchise will be shown for all of it."""
        ...

    def contributions(self, favourites: Sequence[int], weights: Floats | None, rows: Sequence[int]) -> Floats:
        """(F, R) what each favourite adds to the scores of `rows`: the difference that leaving it out makes."""
        ...

    def kind(self, row: int) -> ReasonKind:
        """What this signal's part in a pick is called."""
        ...


HALF = 0.02


class TasteSignal:
    """What users' lists taught, behind the `Signal` protocol."""

    def __init__(self, taste: AlignedTaste, learned: Bools) -> None:
        self._taste, self._learned = taste, learned

    def scores(
        self, favourites: Sequence[int], weights: Floats | None, *, novelty: float, new_franchise: bool
    ) -> Floats:
        return self._taste.scores(favourites, weights, novelty=novelty, new_franchise=new_franchise)

    def contributions(self, favourites: Sequence[int], weights: Floats | None, rows: Sequence[int]) -> Floats:
        added = np.stack([self._taste.contributions(favourites, row) for row in rows], axis=1)
        return added if weights is None else added * weights[:, None]

    def evidence(self, rows: Sequence[int]) -> float:
        """How much the lists say about `rows` on average: 0 nothing, 1/2 at `HALF` of the best known title's likes."""
        # Without favourites the scores are the likes, over those of the most liked title.
        likes = self._taste.scores([], novelty=0)[np.asarray(rows, np.int64)]
        return float((likes / (likes + HALF)).mean())

    def kind(self, row: int) -> ReasonKind:
        return "taste" if self._learned[row] else "content"


def title_features(catalogue: Catalogue) -> TitleFeatures:
    """The catalogue's columns as the learned part wants them."""

    def labels(name: str) -> Labels:
        column = getattr(catalogue, name)
        return Labels(column.vocab, column.indptr, column.indices)

    def cells(name: str) -> list[str | None]:
        column = getattr(catalogue, name)
        names = [*column.vocab, None]  # code -1, unknown, takes the last
        return [names[code] for code in column.codes.tolist()]

    def known(values: NDArray[np.generic]) -> Floats:
        numbers = np.asarray(values, np.float32)
        return np.where(numbers > 0, numbers, np.float32(np.nan))

    groups = np.unique(catalogue.franchise, return_inverse=True)[1].astype(np.int32)
    return TitleFeatures(
        labels("genres"), labels("themes"), labels("demographics"), labels("studios"),
        cells("types"), cells("sources"), cells("age_ratings"),
        known(catalogue.year), known(catalogue.score), known(catalogue.members), known(catalogue.episodes), groups,
    )  # fmt: skip

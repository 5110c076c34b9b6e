"""What real users' lists taught: item-to-item weights, and a mapping from facts to them for titles outside.

The learned part is one linear model. Each favourite f adds `weight[f, t]` to the score of title t; the
weights are kept as a low-rank product plus the largest residuals of each title, and a title that no list
named gets its factors from its facts (genres, studios, year, members, ...). `training/` fits and writes
the file; this module only reads it and needs nothing but numpy.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ArtefactError

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

VERSION = 1
DISLIKE_WEIGHT = 0.3
"""What a dislike weighs against a like; dislikes as full negatives were measured to harm."""
INPUT_SIZE = 10
"""Scores are scaled as if this many favourites had been named, the number the weights were fitted for."""
DAMPING_PER_NOVELTY = 0.8
"""Exponent of the popularity damping at novelty 1; novelty .3 gives .24."""
NEW_FRANCHISE_DAMPING = 0.4
"""Share of that exponent used for lists of new franchises, where damping costs more."""
LEAST_LOG_LIKES = np.log(11.0)
"""Rarer than this counts as this: damping must not lift what nobody is known to like."""
YEARS = np.arange(1960, 2031, 10, dtype=np.float32)
"""Knots of the piecewise linear year."""
MEMBERS = np.arange(2, 14, 2, dtype=np.float32)
"""Knots of the piecewise linear natural logarithm of members."""
SCORES = np.arange(5, 9.1, 1, dtype=np.float32)
"""Knots of the piecewise linear mean score."""
SETS = ("genres", "themes", "demographics", "studios")


@dataclass(frozen=True)
class Labels:
    """A multi-valued column in CSR form: row i has `vocab[j] for j in indices[indptr[i]:indptr[i + 1]]`."""

    vocab: Sequence[str]
    indptr: Ints
    indices: Ints


@dataclass(frozen=True)
class TitleFeatures:
    """The facts of a catalogue's titles as plain columns in row order; unknown is None or nan."""

    genres: Labels
    themes: Labels
    demographics: Labels
    studios: Labels
    type: Sequence[str | None]
    source: Sequence[str | None]
    rating: Sequence[str | None]
    year: Floats
    score: Floats
    members: Floats
    episodes: Floats
    franchise: Ints
    """Any number per franchise; negative: none."""


class Taste:
    """The learned file. `load` checks it; `align` binds it to a catalogue's rows."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._arrays = arrays
        self.mal_ids: Ints = np.asarray(arrays["mal_ids"], np.int32)
        self.meta: dict[str, object] = json.loads(str(arrays["meta"]))

    @classmethod
    def load(cls, path: Path) -> Taste:
        """Read `path` (npz, no pickles). Raises ArtefactError where it is missing, broken or of another version."""
        try:
            with np.load(path, allow_pickle=False) as file:
                taste = cls({name: file[name] for name in file.files})
            version = taste.meta["version"]
            taste._check()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
            raise ArtefactError("taste-broken", path=path.name) from problem
        if version != VERSION:
            raise ArtefactError("taste-version", path=path.name)
        return taste

    def _check(self) -> None:
        n = len(self.mal_ids)
        a = self._arrays
        rank = a["left"].shape[1]
        shapes = {
            "left": (n, rank), "left_scale": (n,), "right": (n, rank), "right_scale": (n,), "likes": (n,),
            "residual_scale": (n,), "residual_from": a["residual"].shape, "residual": (n, a["residual"].shape[1]),
            "content": (len(a["content_names"]), 2 * rank + 1), "content_scale": (len(a["content_names"]),),
        }  # fmt: skip
        wrong = [name for name, shape in shapes.items() if a[name].shape != shape]
        if wrong or len(set(self.mal_ids.tolist())) != n:
            raise ValueError(f"shapes of {wrong}")

    def align(self, mal_ids: Ints, features: TitleFeatures) -> AlignedTaste:
        """Bind to a catalogue: `mal_ids` (N,) in row order (0 or negative: not on MyAnimeList), `features` alike.

        Titles that the model does not know get their factors from their facts. Done once; about .3 s for
        40,000 titles.
        """
        a, n, rank = self._arrays, len(mal_ids), self._arrays["left"].shape[1]
        position = {int(m): i for i, m in enumerate(self.mal_ids)}
        known = np.array([position.get(int(m), -1) for m in mal_ids], np.int32)
        rows = np.flatnonzero(known >= 0).astype(np.int32)
        items = known[rows]
        mapped = map_content(features, [str(x) for x in a["content_names"]], _rows(a["content"], a["content_scale"]))
        left, right, log_likes = mapped[:, :rank].copy(), mapped[:, rank : 2 * rank].copy(), mapped[:, 2 * rank].copy()
        full_left, full_right = _rows(a["left"], a["left_scale"]), _rows(a["right"], a["right_scale"])
        full_likes = np.log1p(np.asarray(a["likes"], np.float32))
        _franchise_mates(
            features.franchise, rows, (left, full_left[items]), (right, full_right[items]), (log_likes, full_likes[items])
        )
        gain = np.float32(self.meta["mapped_gain"])  # type: ignore[arg-type]
        right *= gain
        left[rows], right[rows], log_likes[rows] = full_left[items], full_right[items], full_likes[items]
        np.clip(log_likes, LEAST_LOG_LIKES, None, out=log_likes)
        # Residuals come per target: (n, m) sources and values. Kept per source for scoring.
        row_of = np.full(len(self.mal_ids), -1, np.int32)
        row_of[items] = rows
        source = row_of[np.asarray(a["residual_from"], np.int64)]
        target = np.repeat(row_of[:, None], source.shape[1], axis=1)
        value = _rows(a["residual"], a["residual_scale"])
        keep = (source >= 0) & (target >= 0)
        source, target, value = source[keep], target[keep], value[keep]
        order = np.argsort(source, kind="stable")
        indptr = np.searchsorted(source[order], np.arange(n + 1))
        return AlignedTaste(left, right, log_likes, indptr, target[order], value[order], features.franchise)


def _rows(quantised: NDArray[np.generic], scale: NDArray[np.generic]) -> Floats:
    """int8 rows times their scale."""
    return np.asarray(quantised, np.float32) * np.asarray(scale, np.float32)[:, None]


def _franchise_mates(franchise: Ints, rows: Ints, *pairs: tuple[Floats, Floats]) -> None:
    """Move what was mapped by the mean error of the known titles of the same franchise, shrunk by n / (n + 1)."""
    size = int(franchise.max(initial=-1)) + 1
    at = franchise[rows]
    inside = at >= 0
    count = np.bincount(at[inside], minlength=size).astype(np.float32)
    for mapped, known in pairs:
        error = (known - mapped[rows])[inside].reshape(int(inside.sum()), -1)
        mean = np.zeros((size, error.shape[1]), np.float32)
        np.add.at(mean, at[inside], error)
        mean /= (count + 1)[:, None]
        shift = mean[np.clip(franchise, 0, None)] * (franchise >= 0)[:, None]
        mapped += shift.reshape(mapped.shape)


def map_content(features: TitleFeatures, names: Sequence[str], weights: Floats) -> Floats:
    """Facts times weights: (N, k) for `weights` (len(names), k), rows named `column=value`."""
    place = {name: i for i, name in enumerate(names)}
    out = np.tile(weights[place["bias"]], (len(features.year), 1))
    padded = np.vstack([weights, np.zeros((1, weights.shape[1]), np.float32)])
    for column in SETS:
        labels: Labels = getattr(features, column)
        # Genres, themes and demographics share one name space: titles move between them over the years.
        prefix = "studios" if column == "studios" else "genres"
        picked = np.array([place.get(f"{prefix}={word}", -1) for word in labels.vocab], np.int64)
        if len(labels.indices) and len(picked):
            # A zero row at the end lets reduceat take rows without any label; they are put back to 0 below.
            values = padded[np.append(picked[labels.indices], -1)]
            sums = np.add.reduceat(values, labels.indptr[:-1].astype(np.int64), axis=0)
            out += np.where((np.diff(labels.indptr) > 0)[:, None], sums, 0)
    for column in ("type", "source", "rating"):
        cells: Sequence[str | None] = getattr(features, column)
        out += padded[[place.get(f"{column}={cell}", -1) for cell in cells]]
    for column, knots, values in (
        ("year", YEARS, features.year),
        ("members", MEMBERS, np.log1p(features.members)),
        ("score", SCORES, features.score),
    ):
        out += hat(values, knots) @ weights[[place[f"{column}={knot:g}"] for knot in knots]]
        out += np.isnan(values)[:, None] * weights[place[f"{column}=None"]]
    return out.astype(np.float32)


def hat(values: Floats, knots: Floats) -> Floats:
    """Piecewise linear basis: (N, len(knots)), rows sum to 1, ends clipped, nan gives a row of zeros."""
    clipped = np.clip(values, knots[0], knots[-1])
    step = float(knots[1] - knots[0])
    return np.nan_to_num(np.clip(1 - np.abs(clipped[:, None] - knots) / step, 0, 1)).astype(np.float32)


class AlignedTaste:
    """The model over a catalogue of N rows. Immutable after construction; safe to use from several threads."""

    def __init__(
        self, left: Floats, right: Floats, log_likes: Floats, indptr: NDArray[np.int64], target: Ints, value: Floats,
        franchise: Ints,
    ) -> None:  # fmt: skip
        self._left, self._right, self._log_likes = left, right, log_likes
        self._indptr, self._target, self._value = indptr, target, value
        alone = np.arange(len(franchise)) + int(franchise.max(initial=-1)) + 1
        _, self._group = np.unique(np.where(franchise < 0, alone, franchise), return_inverse=True)
        self._order = np.argsort(self._group, kind="stable")
        self._starts = np.searchsorted(self._group[self._order], np.arange(self._group.max(initial=-1) + 1))

    def scores(
        self,
        favourites: Sequence[int],
        weights: Floats | None = None,
        dislikes: Sequence[int] = (),
        *,
        novelty: float = 0.3,
        new_franchise: bool = False,
    ) -> Floats:
        """Score of every row, (N,), higher is better; favourites themselves are scored too (the caller drops them).

        `weights` (len(favourites),) default to 1. `novelty` 0 (familiar) to 1 (hidden gems) damps popularity.
        `new_franchise`: every title gets its franchise's score, whichever title of it is to be shown. Without
        favourites the score is how often a title was liked.
        """
        exponent = novelty * DAMPING_PER_NOVELTY * (NEW_FRANCHISE_DAMPING if new_franchise else 1)
        liked = np.ones(len(favourites), np.float32) if weights is None else np.asarray(weights, np.float32)
        total = float(np.abs(liked).sum())
        if total > 0:
            score = self._sum([*favourites, *dislikes], np.append(liked, np.full(len(dislikes), -DISLIKE_WEIGHT)))
            score *= INPUT_SIZE / total
        else:
            score = np.exp(self._log_likes - self._log_likes.max(initial=0))
        score *= np.exp(-exponent * self._log_likes)
        if new_franchise and len(score):
            best = np.maximum.reduceat(score[self._order], self._starts)
            # The title's own score breaks ties within its franchise.
            score = best[self._group] + np.float32(1e-4) * score
        return score.astype(np.float32, copy=False)

    def contributions(self, favourites: Sequence[int], title: int) -> Floats:
        """What each favourite adds to the title's undamped score, (len(favourites),); they sum up to it."""
        rows = np.asarray(favourites, np.int64)
        added: Floats = self._left[rows] @ self._right[title]
        for i, row in enumerate(rows):
            span = slice(self._indptr[row], self._indptr[row + 1])
            added[i] += self._value[span][self._target[span] == title].sum()
        return (added * (INPUT_SIZE / max(len(rows), 1))).astype(np.float32)

    def similar(self, row: int) -> Floats:
        """Scores from that one title alone, (N,)."""
        return self.scores([row])

    def _sum(self, rows: Sequence[int], weights: Floats) -> Floats:
        at = np.asarray(rows, np.int64)
        score: Floats = self._right @ (weights.astype(np.float32) @ self._left[at])
        for row, weight in zip(at, weights, strict=True):
            span = slice(self._indptr[row], self._indptr[row + 1])
            score[self._target[span]] += weight * self._value[span]
        return score

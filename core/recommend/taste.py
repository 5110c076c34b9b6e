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

VERSION = 2
DISLIKE_WEIGHT = 0.3
"""What a dislike weighs against a like; dislikes as full negatives were measured to harm."""
INPUT_SIZE = 10
"""Scores are scaled as if this many favourites had been named, the number the weights were fitted for."""
DAMPING_PER_NOVELTY = 0.63
"""Exponent of the popularity damping at novelty 1; novelty .3 gives .19."""
NEW_FRANCHISE_DAMPING = 0.5
"""Share of that exponent used for lists of new franchises, where damping costs more."""
LEAST_LIKES = 10.0
"""Rarer than this counts as this: damping must not lift what nobody is known to like."""
MAPPED_POWER = 0.56
"""A mapped title's right factors grow with (predicted likes)^MAPPED_POWER; .7 was divided out in training."""
LATEST_YEAR = 2014
"""Later titles count as of this year: most lists end in 2016, and recency must not be learned from that."""
YEARS = np.arange(1960, 2021, 10, dtype=np.float32)
"""Knots of the piecewise linear year."""
MEMBERS = np.arange(2, 14, 2, dtype=np.float32)
"""Knots of the piecewise linear natural logarithm of members."""
SCORES = np.arange(5, 9.1, 1, dtype=np.float32)
"""Knots of the piecewise linear mean score."""
CHUNK = 2_000
"""Titles mapped at a time; bounds the memory of the kernel to some 8 MB."""
SETS = ("genres", "themes", "demographics", "studios")
SINGLE = ("type", "source", "rating")


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
        """Read `path` (npz, no pickles). Raises ArtefactError: missing, broken or of another version."""
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
        a, n = self._arrays, len(self.mal_ids)
        rank, landmarks = a["left"].shape[1], len(a["landmarks"])
        shapes = {
            "left": (n, rank), "left_scale": (n,), "right": (n, rank), "right_scale": (n,), "likes": (n,),
            "residual_scale": (n,), "residual_from": a["residual"].shape,
            "residual": (n, a["residual"].shape[1]), "landmarks": (landmarks, len(a["fact_names"])),
            "mapping": (landmarks, 2 * rank + 1), "mapping_mean": (2 * rank + 1,),
        }  # fmt: skip
        wrong = [name for name, shape in shapes.items() if a[name].shape != shape]
        if wrong or len(set(self.mal_ids.tolist())) != n or a["residual_from"].max(initial=0) >= max(n, 1):
            raise ValueError(f"shapes of {wrong}")

    def align(self, mal_ids: Ints, features: TitleFeatures) -> AlignedTaste:
        """Bind to a catalogue: `mal_ids` (N,) in row order (0 or less: not on MyAnimeList), `features` alike.

        Titles that the model does not know get their factors from their facts. Done once at start; 40,000 titles
        take up to a second.
        """
        a, rank = self._arrays, self._arrays["left"].shape[1]
        position = {int(m): i for i, m in enumerate(self.mal_ids)}
        known = np.array([position.get(int(m), -1) for m in mal_ids], np.int32)
        rows = np.flatnonzero(known >= 0).astype(np.int32)
        items = known[rows]
        likes = np.asarray(a["likes"], np.float32)[items]
        left = rescale(a["left"], a["left_scale"])[items]
        right = rescale(a["right"], a["right_scale"])[items]
        mapped = self._map(features)
        _follow_franchise(
            mapped, mapping_targets(left, right, likes), features.franchise, rows, np.sqrt(likes + 1)
        )
        log_likes = np.maximum(mapped[:, -1], np.log(LEAST_LIKES))
        gain = np.float32(self.meta["mapped_gain"]) * np.exp(MAPPED_POWER * mapped[:, -1:])  # type: ignore[arg-type]
        all_left, all_right = mapped[:, :rank], mapped[:, rank:-1] * gain
        all_left[rows], all_right[rows] = left, right
        log_likes[rows] = np.log(np.maximum(likes, LEAST_LIKES))
        # The file keeps residuals per target; scoring wants them per favourite.
        row_of = np.full(len(self.mal_ids), -1, np.int32)
        row_of[items] = rows
        source = row_of[a["residual_from"].astype(np.int64)]
        target = np.repeat(row_of[:, None], source.shape[1], axis=1)
        value = rescale(a["residual"], a["residual_scale"])
        keep = (source >= 0) & (target >= 0)
        source, target, value = source[keep], target[keep], value[keep]
        order = np.argsort(source, kind="stable")
        indptr = np.searchsorted(source[order], np.arange(len(mal_ids) + 1)).astype(np.int64)
        return AlignedTaste(
            np.ascontiguousarray(all_left), np.ascontiguousarray(all_right), log_likes, features.franchise,
            Residuals(indptr, target[order], value[order]),
        )  # fmt: skip

    def _map(self, features: TitleFeatures) -> Floats:
        """Facts to (N, 2 rank + 1): left factors, right factors before their gain, log of predicted likes."""
        a = self._arrays
        names = [str(name) for name in a["fact_names"]]
        landmarks = np.asarray(a["landmarks"], np.float32) / 127
        weights = np.asarray(a["mapping"], np.float32)
        facts = Facts(features, names)
        out = np.empty((facts.size, weights.shape[1]), np.float32)
        for start in range(0, facts.size, CHUNK):
            chunk = slice(start, min(start + CHUNK, facts.size))
            out[chunk] = kernel(facts.rows(chunk), landmarks, float(self.meta["width"])) @ weights  # type: ignore[arg-type]
        return out + np.asarray(a["mapping_mean"], np.float32)


def rescale(quantised: NDArray[np.generic], scale: NDArray[np.generic]) -> Floats:
    """int8 rows times their scale."""
    return np.asarray(quantised, np.float32) * np.asarray(scale, np.float32)[:, None]


def mapping_targets(left: Floats, right: Floats, likes: Floats) -> Floats:
    """What facts are mapped to, (n, 2 rank + 1): left, right over (likes + 5)^.7, log(likes + 5)."""
    return np.column_stack([left, right / (likes[:, None] + 5) ** np.float32(0.7), np.log(likes + 5)])


def kernel(x: Floats, landmarks: Floats, width: float) -> Floats:
    """Gaussian kernel exp(-width |x - z|^2), (len(x), len(landmarks))."""
    # In place: the matrix is large, and every pass over it costs as much as the exponential.
    out = x @ (np.float32(2 * width) * landmarks).T
    out -= np.float32(width) * (landmarks * landmarks).sum(axis=1)
    out -= np.float32(width) * (x * x).sum(axis=1)[:, None]
    return np.asarray(np.exp(out, out=out), np.float32)


def hat(values: Floats, knots: Floats) -> Floats:
    """Piecewise linear basis: (N, len(knots)), rows sum to 1, ends clipped, nan gives a row of zeros."""
    clipped = np.clip(values, knots[0], knots[-1])
    step = float(knots[1] - knots[0])
    basis = np.nan_to_num(np.clip(1 - np.abs(clipped[:, None] - knots) / step, 0, 1))
    return np.asarray(basis, np.float32)


def _follow_franchise(mapped: Floats, exact: Floats, franchise: Ints, rows: Ints, weight: Floats) -> None:
    """Shift mapped titles by the mean error at the known titles (`rows`) of their franchise, shrunk by one."""
    inside = franchise[rows] >= 0
    at, group = np.unique(franchise[rows][inside], return_inverse=True)
    if not len(at):
        return
    share = weight[inside]
    total = np.bincount(group, share) + 1
    error = (exact - mapped[rows])[inside] * share[:, None]
    mean = np.zeros((len(at), mapped.shape[1]), np.float32)
    np.add.at(mean, group, error)
    mean /= total[:, None]
    place = np.clip(np.searchsorted(at, franchise), 0, len(at) - 1)
    mine = (franchise >= 0) & (at[place] == franchise)
    mapped[mine] += mean[place[mine]]


class Facts:
    """Facts of titles as rows of numbers for the kernel, columns named `column=value`."""

    def __init__(self, features: TitleFeatures, names: Sequence[str]) -> None:
        self._place = {name: i for i, name in enumerate(names)}
        self.size = len(features.year)
        self._features = features
        self._labels = [
            (
                labels,
                np.array(
                    [self._place.get(f"{_space(column)}={word}", -1) for word in labels.vocab], np.int64
                ),
            )
            for column in SETS
            for labels in (getattr(features, column),)
        ]
        self._single = [
            np.array(
                [self._place.get(f"{column}={cell}", -1) for cell in getattr(features, column)], np.int64
            )
            for column in SINGLE
        ]
        self._numbers = [
            ("year", YEARS, np.minimum(features.year, LATEST_YEAR)),
            ("members", MEMBERS, np.log1p(features.members)),
            ("score", SCORES, features.score),
        ]

    def rows(self, chunk: slice) -> Floats:
        """(chunk length, columns)."""
        out = np.zeros((chunk.stop - chunk.start, len(self._place)), np.float32)
        for labels, place in self._labels:
            span = slice(int(labels.indptr[chunk.start]), int(labels.indptr[chunk.stop]))
            row = np.repeat(np.arange(len(out)), np.diff(labels.indptr[chunk.start : chunk.stop + 1]))
            _mark(out, row, place[labels.indices[span]] if len(place) else np.full(len(row), -1))
        for codes in self._single:
            _mark(out, np.arange(len(out)), codes[chunk])
        for column, knots, values in self._numbers:
            first = self._place[f"{column}={knots[0]:g}"]
            out[:, first : first + len(knots)] = hat(values[chunk], knots)
            out[:, self._place[f"{column}=None"]] = np.isnan(values[chunk])
        return out


def _space(column: str) -> str:
    """Genres, themes and demographics share one name space: titles moved between them over the years."""
    return "studios" if column == "studios" else "genres"


def _mark(out: Floats, row: NDArray[np.int64], column: NDArray[np.int64]) -> None:
    out[row[column >= 0], column[column >= 0]] = 1


@dataclass(frozen=True)
class Residuals:
    """What low rank forgot, in CSR form by favourite: `value` is added to the score of row `target`."""

    indptr: NDArray[np.int64]
    target: Ints
    value: Floats


class AlignedTaste:
    """The model over a catalogue of N rows. Immutable after construction; safe to use from several threads."""

    def __init__(
        self, left: Floats, right: Floats, log_likes: Floats, franchise: Ints, residuals: Residuals
    ) -> None:
        self._left, self._right, self._log_likes, self._residuals = left, right, log_likes, residuals
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
        """Score of every row, (N,), higher is better; the caller drops the favourites themselves.

        `weights` (len(favourites),) default to 1. `novelty` 0 (familiar) to 1 (hidden gems) damps popularity.
        `new_franchise`: every title gets its franchise's score, whichever title of it is to be shown. Without
        favourites the score is how often a title was liked.
        """
        exponent = novelty * DAMPING_PER_NOVELTY * (NEW_FRANCHISE_DAMPING if new_franchise else 1)
        liked = np.ones(len(favourites), np.float32) if weights is None else np.asarray(weights, np.float32)
        total = float(np.abs(liked).sum())
        if total > 0:
            score = self._sum(
                [*favourites, *dislikes], np.append(liked, np.full(len(dislikes), -DISLIKE_WEIGHT))
            )
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
            span = self._span(row)
            added[i] += self._residuals.value[span][self._residuals.target[span] == title].sum()
        return (added * (INPUT_SIZE / max(len(rows), 1))).astype(np.float32)

    def _sum(self, rows: Sequence[int], weights: Floats) -> Floats:
        at = np.asarray(rows, np.int64)
        score: Floats = self._right @ (weights.astype(np.float32) @ self._left[at])
        for row, weight in zip(at, weights, strict=True):
            span = self._span(row)
            score[self._residuals.target[span]] += weight * self._residuals.value[span]
        return score

    def _span(self, row: int) -> slice:
        return slice(int(self._residuals.indptr[row]), int(self._residuals.indptr[row + 1]))

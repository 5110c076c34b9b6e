"""From rating lists to the learned file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.recommend.taste import VERSION, Taste, rescale
from core.recommend.training import content
from core.recommend.training.compress import Array, compress
from core.recommend.training.data import (
    Catalogue,
    Lists,
    read_catalogue,
    read_franchises,
    read_lists,
    to_matrix,
)
from core.recommend.training.fit import GOOD, liked, named_to_rest

Progress = Callable[[str], None]

LEAST_LISTS = 10
"""Titles in fewer lists are left to the mapping from facts."""
RANK = 64
RESIDUALS = 20
MAPPED_GAIN = 2.0
"""On the right factors of mapped titles: at 2 they take .2 % of the first ten places for .001 of ndcg@10."""


def silent(_: str) -> None:
    return None


def fit_arrays(
    lists: Lists, catalogue: Catalogue, seed: int, progress: Progress = silent
) -> dict[str, Array]:
    """The learned file's arrays."""
    ratings, items = to_matrix(lists, LEAST_LISTS, catalogue.row)
    progress(f"{len(lists)} lists, {len(items)} titles")
    likes = np.asarray(liked(ratings, GOOD).sum(axis=0)).ravel()
    weights = named_to_rest(ratings)
    progress("weights fitted")
    arrays = compress(
        weights, np.sqrt(likes + 1), rank=min(RANK, len(items) - 1), residuals=RESIDUALS, seed=seed
    )
    progress("weights compressed")
    row = catalogue.row
    rows = np.array([row[int(m)] for m in items], np.int32)
    left, right = (rescale(arrays[side], arrays[f"{side}_scale"]) for side in ("left", "right"))
    arrays |= content.fit(catalogue.features, rows, left, right, likes)
    progress("mapping from facts fitted")
    meta = {
        "version": VERSION, "lists": len(lists), "titles": len(items), "seed": seed, "mapped_gain": MAPPED_GAIN,
        "width": content.WIDTH,
    }  # fmt: skip
    return arrays | {"mal_ids": items, "likes": likes.astype(np.int32), "meta": np.array(json.dumps(meta))}


def train(
    ratings: Path, catalogue: Path, franchises: Path, out: Path, seed: int = 1, progress: Progress = silent
) -> Taste:
    """Learn from `ratings` (CSV, whole lists) over the reference `catalogue` and write `out` (npz).

    The same input and seed give the same file on the same numpy and BLAS. Raises ValueError on malformed input.
    """
    titles = read_catalogue(catalogue, read_franchises(franchises))
    arrays = fit_arrays(read_lists(ratings), titles, seed, progress)
    save(arrays, out)
    progress(f"{out.name}: {out.stat().st_size / 1e6:.2f} MB")
    return Taste.load(out)


def save(arrays: dict[str, Array], out: Path) -> None:
    """Write the learned file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

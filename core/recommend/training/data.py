"""Reading what training needs: rating lists, the reference catalogue, franchises."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from core.recommend.taste import Labels, TitleFeatures

Lists = dict[str, dict[int, int]]
"""user -> MAL id -> rating 1..10, 0 where listed but not rated."""


@dataclass(frozen=True)
class Catalogue:
    """The reference catalogue's facts, in row order."""

    mal_ids: NDArray[np.int32]
    features: TitleFeatures
    adult: NDArray[np.bool_]
    aired: Sequence[str]
    """First air date as text that sorts; "9999" where unknown."""

    @property
    def row(self) -> dict[int, int]:
        return {int(m): i for i, m in enumerate(self.mal_ids)}


@contextmanager
def _text(path: Path) -> Iterator[io.TextIOBase]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as packed:
            yield packed
    else:
        with path.open(encoding="utf-8", newline="") as plain:
            yield plain


def read_lists(path: Path) -> Lists:
    """A ratings file (`user_id,mal_id,rating`, gzip or not). Raises ValueError on a line that is not so."""
    columns = {"user_id": "str", "mal_id": "int64", "rating": "int64"}
    try:
        table = pd.read_csv(path, usecols=list(columns), dtype=columns, keep_default_na=False)
    except ValueError as problem:
        raise ValueError(f"{path.name}: not user_id,mal_id,rating ({problem})") from problem
    lists: Lists = {}
    for user, title, rating in zip(*(table[name].tolist() for name in columns), strict=True):
        lists.setdefault(user, {})[title] = rating
    return lists


def read_franchises(path: Path) -> dict[int, int]:
    """`mal_id,franchise_id[,...]`."""
    return read_pairs(path, "mal_id", "franchise_id")


def read_pairs(path: Path, key: str, value: str) -> dict[int, int]:
    """Two whole-number columns of a CSV file as a mapping. Raises ValueError where they are not."""
    table = pd.read_csv(path, usecols=[key, value], dtype="int64")
    return dict(zip(table[key].tolist(), table[value].tolist(), strict=True))


def read_entry_points(path: Path) -> dict[int, int]:
    """`franchise_id,mal_id[,...]`: where a person says that a franchise is to be started."""
    return read_pairs(path, "franchise_id", "mal_id")


def read_catalogue(path: Path, franchises: Mapping[int, int]) -> Catalogue:
    """The reference catalogue (JSON Lines) with the franchises of another file."""
    with _text(path) as file:
        titles: list[dict[str, Any]] = [json.loads(line) for line in file if line.strip()]

    def numbers(key: str) -> NDArray[np.float32]:
        return np.array([np.nan if t[key] is None else t[key] for t in titles], np.float32)

    def words(key: str) -> list[str | None]:
        return [t[key] for t in titles]

    mal_ids = np.array([t["mal_id"] for t in titles], np.int32)
    features = TitleFeatures(
        genres=labels(t["genres"] for t in titles),
        themes=labels(t["themes"] for t in titles),
        demographics=labels(t["demographics"] for t in titles),
        studios=labels(t["studios"] for t in titles),
        type=words("type"),
        source=words("source"),
        rating=words("rating"),
        year=numbers("year"),
        score=numbers("score"),
        members=numbers("members"),
        episodes=numbers("episodes"),
        franchise=np.array([franchises.get(int(m), int(m)) for m in mal_ids], np.int32),
    )
    adult = np.array([t["is_adult"] is True for t in titles], bool)
    return Catalogue(mal_ids, features, adult, [t["aired_from"] or "9999" for t in titles])


def labels(cells: Iterable[Sequence[str]]) -> Labels:
    """A multi-valued column from one sequence of words per title."""
    place: dict[str, int] = {}
    indices: list[int] = []
    indptr = [0]
    for cell in cells:
        indices.extend(place.setdefault(word, len(place)) for word in cell)
        indptr.append(len(indices))
    return Labels(list(place), np.array(indptr, np.int32), np.array(indices, np.int32))


def to_matrix(
    lists: Lists, least_lists: int, known: Mapping[int, int]
) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    """Ratings + 1 as a (users, items) matrix (1 = listed, not rated), and the items' MAL ids.

    Items are the titles of `known` that stand in at least `least_lists` lists.
    """
    count: dict[int, int] = {}
    for titles in lists.values():
        for title in titles:
            count[title] = count.get(title, 0) + 1
    items = np.array(sorted(t for t, n in count.items() if n >= least_lists and t in known), np.int32)
    column = {int(m): i for i, m in enumerate(items)}
    rows = [u for u, titles in enumerate(lists.values()) for t in titles if t in column]
    columns = [column[t] for titles in lists.values() for t in titles if t in column]
    values = [r + 1 for titles in lists.values() for t, r in titles.items() if t in column]
    matrix = sp.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=(len(lists), len(items)))
    return matrix, items

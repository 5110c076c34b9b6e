"""The catalogue's texts as vectors: learned once, shipped small, extended for titles that a host imports."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ArtefactError
from core.recommend.encoder import Encoder, unit
from core.recommend.signals import Bools, Floats
from core.whole_file import whole_file

VERSION = 1
BATCH = 64
Progress = Callable[[int, int], None]
"""Told how many texts are done, of how many."""


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Directions of texts in d dimensions, one per MAL id.

    `mal_ids` (n,) int32 ascending; `codes` (n, d) int8, of which only the direction counts; `told` (n,) bool:
    made from a synopsis, not from facts alone; `mean` (e,) and `basis` (e, d), a principal component analysis, map an
    encoder's e dimensions to d: (vector - mean) @ basis.
    """

    encoder: str
    mal_ids: NDArray[np.int32]
    codes: NDArray[np.int8]
    told: Bools
    mean: Floats
    basis: Floats

    @classmethod
    def load(cls, path: Path) -> TextVectors:
        """Raises ArtefactError (`vectors-missing`, `vectors-broken`, `vectors-version`), naming the file."""
        try:
            # Opened here, because numpy leaves a file open that it cannot read.
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                meta = json.loads(str(file["meta"]))
                if meta["version"] != VERSION:
                    raise ArtefactError("vectors-version", path=path.name)
                found = cls(
                    str(meta["encoder"]), np.cumsum(file["mal_id_steps"], dtype=np.int32), file["codes"],
                    file["told"], file["mean"].astype(np.float32), file["basis"].astype(np.float32),
                )  # fmt: skip
        except FileNotFoundError as problem:
            raise ArtefactError("vectors-missing", path=path.name) from problem
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as problem:
            raise ArtefactError("vectors-broken", path=path.name) from problem
        n, d = found.codes.shape if found.codes.ndim == 2 else (-1, -1)
        fits = found.mal_ids.shape == found.told.shape == (n,) and found.basis.shape == (len(found.mean), d)
        if not fits or found.codes.dtype != np.int8:
            raise ArtefactError("vectors-broken", path=path.name)
        return found

    def save(self, path: Path) -> None:
        """Write `path` whole or not at all. Raises OSError."""
        meta = json.dumps({"version": VERSION, "encoder": self.encoder})
        with whole_file(path) as file:
            np.savez_compressed(
                file, meta=np.array(meta), mal_id_steps=np.diff(self.mal_ids, prepend=np.int32(0)),
                codes=self.codes, told=self.told, mean=self.mean.astype(np.float16),
                basis=self.basis.astype(np.float16),
            )  # fmt: skip

    @classmethod
    def learn(
        cls, encoder: str, mal_ids: NDArray[np.int32], vectors: Floats, told: Bools, dimensions: int
    ) -> TextVectors:
        """Fit mean and basis to `vectors` (n, e) and code them. `mal_ids` ascend."""
        mean = vectors.mean(axis=0)
        centred = (vectors - mean).astype(np.float64)
        _, axes = np.linalg.eigh(centred.T @ centred)
        basis = axes[:, ::-1][:, :dimensions].astype(np.float16).astype(np.float32)
        none = np.zeros(0, np.bool_)
        codes = np.zeros((0, basis.shape[1]), np.int8)
        return cls(encoder, np.zeros(0, np.int32), codes, none, _half(mean), basis).extended(
            mal_ids, vectors, told
        )

    def extended(self, mal_ids: NDArray[np.int32], vectors: Floats, told: Bools) -> TextVectors:
        """With `vectors` (m, e) of further titles; an id that is there already is replaced."""
        projected = self.project(vectors)
        codes = np.rint(projected * (127 / np.maximum(np.abs(projected).max(axis=1), 1e-9))[:, None]).astype(
            np.int8
        )
        kept = ~np.isin(self.mal_ids, mal_ids)
        ids = np.concatenate([self.mal_ids[kept], mal_ids]).astype(np.int32)
        order = np.argsort(ids, kind="stable")
        joined = np.concatenate([self.codes[kept], codes]), np.concatenate([self.told[kept], told])
        return TextVectors(
            self.encoder, ids[order], joined[0][order], joined[1][order], self.mean, self.basis
        )

    def project(self, vectors: Floats) -> Floats:
        """(m, d) unit vectors from an encoder's (m, e)."""
        return unit(np.asarray((vectors - self.mean) @ self.basis, np.float32))

    def align(self, mal_ids: NDArray[np.int32]) -> tuple[Floats, Bools, Bools]:
        """Unit vectors (N, d) in the order of `mal_ids` (N,), zeros where there is none; where there is one (N,); and
        where it was made from a synopsis (N,)."""
        out = np.zeros((len(mal_ids), self.codes.shape[1]), np.float32)
        if not len(self.mal_ids):
            return out, np.zeros(len(mal_ids), np.bool_), np.zeros(len(mal_ids), np.bool_)
        at = np.searchsorted(self.mal_ids, mal_ids).clip(max=len(self.mal_ids) - 1)
        found: Bools = self.mal_ids[at] == mal_ids
        out[found] = unit(self.codes[at[found]].astype(np.float32))
        return out, found, found & self.told[at]


def encode_all(
    encoder: Encoder, texts: Iterator[str], total: int, progress: Progress | None = None
) -> Iterator[Floats]:
    """Vectors (up to BATCH, e) of `texts`, batch by batch."""
    batch: list[str] = []
    done = 0
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH or done + len(batch) == total:
            yield encoder.encode(batch)
            done += len(batch)
            batch = []
            if progress is not None:
                progress(done, total)


def _half(values: Floats) -> Floats:
    return values.astype(np.float16).astype(np.float32)

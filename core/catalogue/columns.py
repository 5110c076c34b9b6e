"""Columns that are kept packed and decoded one cell at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SEPARATOR = "\n"  # between the strings of one cell; no title holds a line break


@dataclass(frozen=True, slots=True)
class StringColumn:
    """n strings in one UTF-8 blob; string i lies at bytes `offsets[i]:offsets[i + 1]` (int64, n + 1)."""

    blob: bytes
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> StringColumn:
        parts = [(text or "").encode() for text in texts]
        offsets = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return cls(b"".join(parts), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> str:
        return self.blob[self.offsets[i] : self.offsets[i + 1]].decode()

    def get(self, i: int) -> str | None:
        return self[i] or None

    def many(self, i: int) -> tuple[str, ...]:
        text = self[i]
        return tuple(text.split(SEPARATOR)) if text else ()

    def take(self, indices: NDArray[np.int64]) -> list[str]:
        bounds = zip(self.offsets[indices].tolist(), self.offsets[indices + 1].tolist(), strict=True)
        return [self.blob[a:b].decode() for a, b in bounds]

    def all(self) -> list[str]:
        bounds = self.offsets.tolist()
        return [self.blob[a:b].decode() for a, b in pairwise(bounds)]


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """One name per row out of a small vocabulary: `codes` int16 (rows), -1 where unknown."""

    vocab: tuple[str, ...]
    codes: NDArray[np.int16]

    @classmethod
    def of(cls, values: Sequence[str | None]) -> CodeColumn:
        vocab = tuple(sorted({value for value in values if value}))
        code = {name: i for i, name in enumerate(vocab)}
        return cls(vocab, np.array([code[value] if value else -1 for value in values], np.int16))

    def get(self, row: int) -> str | None:
        code = int(self.codes[row])
        return self.vocab[code] if code >= 0 else None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """Several names per row (CSR): those of row i are `vocab[indices[indptr[i]:indptr[i + 1]]]` (int32)."""

    vocab: tuple[str, ...]
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]

    @classmethod
    def of(cls, values: Sequence[tuple[str, ...]]) -> ListColumn:
        vocab = tuple(sorted({name for names in values for name in names}))
        code = {name: i for i, name in enumerate(vocab)}
        indptr = np.zeros(len(values) + 1, np.int32)
        np.cumsum([len(names) for names in values], out=indptr[1:])
        indices = np.array([code[name] for names in values for name in names], np.int32)
        return cls(vocab, indptr, indices)

    def get(self, row: int) -> tuple[str, ...]:
        return tuple(self.vocab[i] for i in self.indices[self.indptr[row] : self.indptr[row + 1]].tolist())

    def rows_with(self, codes: Iterable[int]) -> NDArray[np.bool_]:
        """Mask (rows) of those that have at least one of the vocabulary's `codes`."""
        wanted = np.zeros(len(self.vocab), np.bool_)
        wanted[list(codes)] = True
        counts = np.zeros(len(self.indices) + 1, np.int32)
        np.cumsum(wanted[self.indices], out=counts[1:])
        return np.diff(counts[self.indptr]) > 0

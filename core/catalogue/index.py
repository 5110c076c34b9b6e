"""The key index: exact, prefix and n-gram look-up over all search keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.catalogue.catalogue import Keys
from core.catalogue.columns import StringColumn
from core.catalogue.folding import compact, loosen

_BUCKETS = 1 << 16
_START = "\x02"  # stands before the first letter, so that beginnings weigh more


class KeyIndex:
    """Keys in the order of their compact form. Bigrams and trigrams of the compact form are hashed into 65,536
    buckets; a bucket's postings are the keys that hold one of its n-grams."""

    def __init__(self, keys: Keys) -> None:
        self.rows = keys.rows
        self.kinds = keys.kinds
        self.compact = _lines(compact(keys.joined))
        self.spaced = _lines(loosen(keys.joined))
        self.folded = _lines(keys.joined)
        codes = _codes(_START + compact(keys.joined).decode().replace("\n", "\n" + _START))
        breaks = codes == ord("\n")
        owners = np.cumsum(breaks, dtype=np.int32)
        inside = np.concatenate([~(breaks[:-1] | breaks[1:]), ~(breaks[:-2] | breaks[1:-1] | breaks[2:])])
        grams = _grams(codes)[inside]
        order = np.argsort(grams, kind="stable")
        self._postings = np.concatenate([owners[:-1], owners[:-2]])[inside][order]
        self._starts = np.zeros(_BUCKETS + 1, np.int64)
        np.cumsum(np.bincount(grams, minlength=_BUCKETS), out=self._starts[1:])
        self.lengths = np.bincount(owners[~breaks], minlength=len(self.rows)) - 1

    def exact(self, key: bytes) -> range:
        """Keys whose compact form is `key`."""
        return range(self._first(key), self._first(key + b"\x00"))

    def prefix(self, key: bytes) -> range:
        """Keys whose compact form begins with `key`."""
        return range(self._first(key), self._first(key + b"\xff"))

    def near(self, key: str, prior: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
        """The `limit` keys that share most with the compact form `key`, rare n-grams counting more.

        `prior` float32 (keys) multiplies the score: 0 leaves a key out."""
        grams = np.unique(_grams(_codes(_START + key)))
        starts, ends = self._starts[grams], self._starts[grams + 1]
        counts = ends - starts
        if not counts.sum():
            return np.empty(0, np.int64)
        weights = np.log1p(len(self.rows) / np.maximum(counts, 1)).astype(np.float32)
        hits = np.concatenate(
            [self._postings[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        )
        shared = np.bincount(hits, np.repeat(weights, counts), minlength=len(self.rows))
        # Half containment (partial titles), half likeness (typos): long keys lose some, not all.
        score = shared * prior / np.sqrt(self.lengths + 12.0)
        found = np.flatnonzero(score > 0)
        if len(found) > limit:
            found = found[np.argpartition(-score[found], limit)[:limit]]
        return found

    def _first(self, key: bytes) -> int:
        blob, offsets = self.compact.blob, self.compact.offsets
        low, high = 0, len(self.rows)
        while low < high:
            middle = (low + high) // 2
            if blob[offsets[middle] : offsets[middle + 1]] < key:
                low = middle + 1
            else:
                high = middle
        return low


def _lines(joined: bytes) -> StringColumn:
    """Lines without their line breaks."""
    data = np.frombuffer(joined, np.uint8)
    ends = np.append(np.flatnonzero(data == ord("\n")), len(data)) if len(data) else np.empty(0, np.int64)
    offsets = np.zeros(len(ends) + 1, np.int64)
    offsets[1:] = ends - np.arange(len(ends))
    return StringColumn(joined.replace(b"\n", b""), offsets)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _hash(a: NDArray[np.uint32], b: NDArray[np.uint32], c: NDArray[np.uint32] | None) -> NDArray[np.uint16]:
    mixed = a * np.uint32(0x9E3779B1) ^ b * np.uint32(0x85EBCA6B)
    if c is not None:
        mixed ^= c * np.uint32(0xC2B2AE35) ^ np.uint32(0x27D4EB2F)
    return ((mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x2C1B3C6D) >> np.uint32(16)).astype(np.uint16)


def _grams(codes: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Bigrams, then trigrams: 2 n - 3 hashes of n code points."""
    return np.concatenate([_hash(codes[:-1], codes[1:], None), _hash(codes[:-2], codes[1:-1], codes[2:])])

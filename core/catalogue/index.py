"""The key index: exact, prefix and n-gram look-up over all search keys."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.catalogue.catalogue import Keys
from core.catalogue.columns import StringColumn
from core.catalogue.folding import compact, loosen

_BUCKETS = 1 << 16
_PIECE = 1 << 13  # keys sorted at a time
_LONG = 8  # letters
_BREAK = ord("\n")
_START = "\x02"  # stands before the first letter, so that beginnings weigh more


class KeyIndex:
    """Keys in the order of their compact form. Bigrams and trigrams of the compact form are hashed into
    65,536 buckets; a bucket's postings are the keys that hold one of its n-grams."""

    def __init__(self, keys: Keys) -> None:
        self.rows = keys.rows
        self.kinds = keys.kinds
        joined = compact(keys.joined)
        self.compact = _lines(joined)
        self.spaced = _lines(loosen(keys.joined))
        self.folded = _lines(keys.joined)
        codes = _codes(_START + joined.decode().replace("\n", "\n" + _START))
        owners = np.cumsum(codes == _BREAK, dtype=np.int32)
        lengths = np.bincount(owners[codes != _BREAK], minlength=len(self.rows)) - 1
        self.lengths: NDArray[np.int32] = lengths[: len(self.rows)].astype(np.int32)
        self._starts, self._postings = _inverted(codes, owners)

    def exact(self, key: bytes) -> range:
        """Keys whose compact form is `key`."""
        return range(self._first(key), self._first(key + b"\x00"))

    def prefix(self, key: bytes) -> range:
        """Keys whose compact form begins with `key`."""
        return range(self._first(key), self._first(key + b"\xff"))

    def near(self, key: str, prior: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
        """The `limit` keys that share most with the compact form `key`, rare n-grams counting more.

        `prior` float32 (keys) multiplies the score: 0 leaves a key out."""
        grams = _grams(_codes(_START + key))
        if len(key) >= _LONG and key.isascii():
            grams = grams[len(key) :]  # the trigrams: pairs of Latin letters tell little, and are many
        grams = np.unique(grams)
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
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    hashes: NDArray[np.uint16] = (mixed >> np.uint32(16)).astype(np.uint16)
    return hashes


def _grams(codes: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Bigrams, then trigrams: 2 n - 3 hashes of n code points."""
    return np.concatenate([_hash(codes[:-1], codes[1:], None), _hash(codes[:-2], codes[1:-1], codes[2:])])


def _inverted(
    codes: NDArray[np.uint32], owners: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """First posting of every bucket (buckets + 1) and the postings: a counting sort in pieces, so that the
    working memory stays small beside the result."""
    breaks = np.flatnonzero(codes == _BREAK)[_PIECE::_PIECE].tolist()
    pieces = [slice(a, b) for a, b in pairwise([0, *breaks, len(codes)])]
    starts = np.zeros(_BUCKETS + 1, np.int64)
    for piece in pieces:
        starts[1:] += np.bincount(_grams_inside(codes[piece], owners[piece])[0], minlength=_BUCKETS)
    np.cumsum(starts, out=starts)
    postings = np.empty(int(starts[-1]), np.int32)
    free = starts[:-1].copy()
    for piece in pieces:
        grams, keys = _grams_inside(codes[piece], owners[piece])
        order = np.argsort(grams, kind="stable")
        counts = np.bincount(grams, minlength=_BUCKETS)
        within = np.arange(len(grams)) - np.repeat(np.cumsum(counts) - counts, counts)
        postings[np.repeat(free, counts) + within] = keys[order]
        free += counts
    return starts, postings


def _grams_inside(
    codes: NDArray[np.uint32], owners: NDArray[np.int32]
) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """N-grams that cross no line break, with their keys."""
    breaks = codes == _BREAK
    inside = np.concatenate([~(breaks[:-1] | breaks[1:]), ~(breaks[:-2] | breaks[1:-1] | breaks[2:])])
    return _grams(codes)[inside], np.concatenate([owners[:-1], owners[:-2]])[inside]

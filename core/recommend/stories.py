"""The catalogue's text vectors and the encoder, opened when first needed, kept, and completed on demand."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.catalogue import Catalogue
from core.errors import ArtefactError
from core.recommend.encoder import Encoder
from core.recommend.signals import Bools, Floats, Rows
from core.recommend.text import composed
from core.recommend.vectors import Progress, TextVectors, encode_all

log = logging.getLogger(__name__)

DIMENSIONS = 128
SAMPLE = 2048
"""Titles that the axes are learned from where an encoder has no shipped vectors."""
SAVE_EVERY = 1024
"""Titles between two savings: what an interrupted run loses at most."""


class Stories:
    """Text vectors (N, d) of a catalogue, float32 and of length 1; zeros where a title has none yet.

    The shipped file serves the encoder it was made with. What a host's own titles or another encoder need is added by
    `complete` and kept under `cache`.
    """

    def __init__(self, catalogue: Catalogue, shipped: Path, cache: Path, encoder: Encoder) -> None:
        self._catalogue, self._shipped, self._encoder = catalogue, shipped, encoder
        name = re.sub(r"[^a-z0-9]+", "-", encoder.name.lower()).strip("-")[:40]
        self._cached = cache / f"texts-{name}-{hashlib.sha256(encoder.name.encode()).hexdigest()[:8]}.npz"
        self._lock = threading.RLock()
        self._file: TextVectors | None = None
        self._opened = False
        self._aligned: tuple[Floats, Bools, Bools] | None = None

    @property
    def vectors(self) -> Floats | None:
        """(N, d), or None where nothing was ever encoded with this encoder."""
        aligned = self._open()
        return None if aligned is None else aligned[0]

    @property
    def known(self) -> Bools:
        """(N,) which titles have a vector."""
        aligned = self._open()
        return np.zeros(len(self._catalogue), np.bool_) if aligned is None else aligned[1]

    @property
    def told(self) -> Bools:
        """(N,) which vectors were made from a synopsis."""
        aligned = self._open()
        return np.zeros(len(self._catalogue), np.bool_) if aligned is None else aligned[2]

    def encode(self, texts: Sequence[str]) -> Floats:
        """(len(texts), d) unit vectors to compare with `vectors`. Raises Unavailable where the encoder cannot be had
        or nothing was encoded with it (`vectors-missing`)."""
        self._open()
        if self._file is None:
            raise ArtefactError("vectors-missing", path=self._cached.name)
        return self._file.project(self._encoder.encode(texts))

    def lacking(self) -> Rows:
        """Rows without a vector, and those with a synopsis of which only the facts were encoded."""
        self._open()
        mal_ids = self._catalogue.mal_ids
        if self._file is None:
            return np.arange(len(mal_ids))
        told = np.isin(mal_ids, self._file.mal_ids[self._file.told])
        lacking = ~np.isin(mal_ids, self._file.mal_ids)
        for row in np.flatnonzero(~told & ~lacking).tolist():
            lacking[row] = self._catalogue.anime(row).synopsis is not None
        return np.flatnonzero(lacking)

    def complete(self, progress: Progress | None = None) -> int:
        """Encode every title that lacks a vector, in batches, saving as it goes, so that an interrupted run goes on
        where it stopped. Returns how many were encoded. Raises Unavailable where the encoder cannot be had."""
        rows = self.lacking()
        if not len(rows):
            return 0
        if self._file is None:
            # Spread over the catalogue, so that the axes fit titles of every age.
            sample = rows[:: max(len(rows) // SAMPLE, 1)]
            rows = np.concatenate([sample, np.setdiff1d(rows, sample)])
        done = 0
        for start, stop in self._spans(len(rows)):
            part = np.sort(rows[start:stop])
            texts = (composed(self._catalogue, row) for row in part.tolist())
            report = None if progress is None else _shifted(progress, start, len(rows))
            vectors = np.concatenate(list(encode_all(self._encoder, texts, len(part), report)))
            told = np.array(
                [self._catalogue.anime(row).synopsis is not None for row in part.tolist()], np.bool_
            )
            mal_ids = self._catalogue.mal_ids[part]
            with self._lock:
                if self._file is None:
                    self._file = TextVectors.learn(self._encoder.name, mal_ids, vectors, told, DIMENSIONS)
                else:
                    self._file = self._file.extended(mal_ids, vectors, told)
                self._file.save(self._cached)
                self._aligned = None
            done += len(part)
        return done

    def _spans(self, total: int) -> list[tuple[int, int]]:
        first = SAMPLE if self._file is None else SAVE_EVERY
        bounds = [0, *range(first, total, SAVE_EVERY), total]
        return list(pairwise(bounds))

    def _open(self) -> tuple[Floats, Bools, Bools] | None:
        with self._lock:
            if not self._opened:
                self._file = self._read()
                self._opened = True
            if self._aligned is None and self._file is not None:
                self._aligned = self._file.align(self._catalogue.mal_ids)
            return self._aligned

    def _read(self) -> TextVectors | None:
        """The cache where it builds on what ships now, else what ships, where that is this encoder's."""
        found: list[TextVectors] = []
        for path in (self._shipped, self._cached):
            try:
                file = TextVectors.load(path)
            except ArtefactError as problem:
                if problem.key != "vectors-missing":
                    log.warning("text vectors left aside: %s", problem)
                continue
            if file.encoder == self._encoder.name:
                found.append(file)
        if len(found) == 2 and not np.array_equal(found[0].basis, found[1].basis):
            return found[0]  # made before an update of what ships; `complete` makes it anew
        return found[-1] if found else None


def _shifted(progress: Progress, start: int, total: int) -> Progress:
    def report(done: int, _: int) -> None:
        progress(start + done, total)

    return report

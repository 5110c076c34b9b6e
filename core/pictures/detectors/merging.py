"""Overlapping boxes made one: suppression within a detector, weighted fusion between several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.pictures.picture import Box, Detection

Corners = NDArray[np.float32]
"""Boxes as float32 [boxes, 4]: x0, y0, x1, y1."""

Scores = NDArray[np.float32]

FUSION_OVERLAP = 0.55
"""Intersection over union from which boxes of several detectors are one, as in Solovyev et al. (2021)."""

_INSIDE = 0.65
"""Share of the smaller box in the larger from which two boxes are one head seen whole and in part."""


def overlaps(one: Corners, others: Corners, pixel: float = 0.0) -> NDArray[np.float32]:
    """Intersection over union of box [4] with boxes [n, 4]: float32 [n]. `pixel`: added to sides, see `suppress`."""
    shared = _shared(one, others, pixel)
    total = _areas(one[None], pixel)[0] + _areas(others, pixel) - shared
    share: NDArray[np.float32] = shared / np.maximum(total, np.float32(1e-30))
    return share


def suppress(boxes: Corners, scores: Scores, most: float, pixel: float = 0.0) -> NDArray[np.intp]:
    """Non-maximum suppression: positions of the boxes kept, best first; none overlaps a better one by more than `most`.

    Args:
        pixel: 1 where the last pixel counts as part of a box (areas are then a pixel wider and higher).
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = order[0], order[1:]
        kept.append(int(best))
        order = order[overlaps(boxes[best], boxes[order], pixel) <= most]
    return np.asarray(kept, np.intp)


def to_detections(boxes: Corners, scores: Scores, width: int, height: int) -> tuple[Detection, ...]:
    """Corners in pixels of the picture to detections inside it, best first; without any under a pixel or not finite."""
    sound = np.isfinite(boxes).all(axis=1) & np.isfinite(scores)
    edges = np.asarray([width, height, width, height], np.float32)
    clipped = np.clip(boxes[sound], 0, edges).astype(np.float64)
    scores = np.clip(scores[sound], 0, 1)
    return tuple(
        Detection(Box(float(x0), float(y0), float(x1 - x0), float(y1 - y0)), float(scores[i]))
        for i in np.argsort(-scores, kind="stable")
        for x0, y0, x1, y1 in [clipped[i]]
        if x1 - x0 >= 1 and y1 - y0 >= 1
    )


def without_duplicates(detections: Sequence[Detection], most: float = 0.5) -> tuple[Detection, ...]:
    """Best first, without those that overlap a better one, lie in it or hold it (heads cut by a tile's edge)."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda found: -found.score):
        if not any(_same_head(detection.box, other.box, most) for other in kept):
            kept.append(detection)
    return tuple(kept)


def fuse(
    found: Sequence[Sequence[Detection]],
    weights: Sequence[float] | None = None,
    least: float = FUSION_OVERLAP,
) -> tuple[Detection, ...]:
    """Weighted boxes fusion (Solovyev, Wang, Gabruseva 2021) of what several detectors found, best first.

    Boxes that overlap by `least` or more become their mean, weighted by score; the score is the weighted mean over
    all detectors, one that missed the box counting as 0. With one detector its own boxes come back, but for
    duplicates.

    Args:
        found: detections by detector.
        weights: trust in each, all 1 by default.
    """
    shares = np.ones(len(found)) if weights is None else np.asarray(weights, np.float64)
    every = [(d, source) for source, detections in enumerate(found) for d in detections]
    every.sort(key=lambda item: -item[0].score * shares[item[1]])
    clusters: list[list[tuple[Detection, int]]] = []
    means: list[Box] = []
    for detection, source in every:
        likeness = [mean.overlap(detection.box) for mean in means]
        # A detector sees a head once: its own second box is not more evidence.
        open_to = [
            i
            for i, value in enumerate(likeness)
            if value >= least and all(s != source for _, s in clusters[i])
        ]
        if open_to:
            best = max(open_to, key=lambda i: likeness[i])
            clusters[best].append((detection, source))
            means[best] = _mean(clusters[best], shares)
        else:
            clusters.append([(detection, source)])
            means.append(detection.box)
    fused = [
        Detection(box, float(sum(d.score * shares[s] for d, s in cluster) / shares.sum()))
        for box, cluster in zip(means, clusters, strict=True)
    ]
    return without_duplicates(fused, least)


def _mean(cluster: Sequence[tuple[Detection, int]], shares: NDArray[np.float64]) -> Box:
    weights = np.asarray([max(d.score, 1e-6) * shares[s] for d, s in cluster])
    x, y, w, h = np.average(
        [(d.box.x, d.box.y, d.box.w, d.box.h) for d, _ in cluster], axis=0, weights=weights
    )
    return Box(float(x), float(y), float(w), float(h))


def _same_head(one: Box, other: Box, most: float) -> bool:
    if one.overlap(other) >= most:
        return True
    smaller, larger = sorted((one, other), key=lambda box: box.area)
    across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    if (
        across <= 0 or down <= 0 or smaller.area < larger.area / 4
    ):  # a small head before a large one is its own
        return False
    return across * down >= _INSIDE * smaller.area


def _areas(boxes: Corners, pixel: float) -> Corners:
    return (boxes[:, 2] - boxes[:, 0] + pixel) * (boxes[:, 3] - boxes[:, 1] + pixel)


def _shared(one: Corners, others: Corners, pixel: float) -> Corners:
    sides = np.minimum(one[2:], others[:, 2:]) - np.maximum(one[:2], others[:, :2]) + pixel
    area: Corners = np.maximum(sides, 0).prod(axis=1)
    return area

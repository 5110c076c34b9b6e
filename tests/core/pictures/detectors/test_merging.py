"""Suppression, fusion and tiles: properties that hold for any boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.pictures import Box, Detection, Picture
from core.pictures.detectors import TiledDetector, fuse, suppress
from core.pictures.detectors.heads import letterbox
from core.pictures.detectors.merging import Corners, Scores, overlaps, to_detections, without_duplicates
from core.pictures.detectors.tiling import tiles
from tests.core.pictures.detectors.tiny import picture_of

numbers = st.floats(0, 500, width=32)
boxes = st.builds(Box, numbers, numbers, st.floats(1, 300, width=32), st.floats(1, 300, width=32))
detections = st.lists(st.builds(Detection, boxes, st.floats(0, 1, width=32)), max_size=12)
overlap = st.floats(0.1, 0.9)


def to_arrays(found: Sequence[Detection]) -> tuple[Corners, Scores]:
    """float32 corners [n, 4] and scores [n]."""
    corners = [(d.box.x, d.box.y, d.box.x + d.box.w, d.box.y + d.box.h) for d in found]
    return np.asarray(corners, np.float32).reshape(-1, 4), np.asarray([d.score for d in found], np.float32)


@given(detections, overlap)
@settings(max_examples=50, deadline=None)
def test_suppression_keeps_the_best_and_nothing_that_overlaps_it(found: list[Detection], most: float) -> None:
    corners, scores = to_arrays(found)
    kept = suppress(corners, scores, most)
    assert len(kept) == len(set(kept.tolist()))
    assert list(scores[kept]) == sorted(scores[kept], reverse=True)
    if found:
        assert scores[kept[0]] == scores.max()
    for n, i in enumerate(kept):
        assert not (overlaps(corners[i], corners[kept[n + 1 :]]) > most).any()
    for i in set(range(len(found))) - set(kept.tolist()):
        assert any(overlaps(corners[k], corners[i : i + 1])[0] > most for k in kept)


@given(detections, overlap)
@settings(max_examples=50, deadline=None)
def test_suppression_twice_is_suppression_once(found: list[Detection], most: float) -> None:
    corners, scores = to_arrays(found)
    kept = suppress(corners, scores, most)
    again = suppress(corners[kept], scores[kept], most)
    assert again.tolist() == list(range(len(kept)))


@given(boxes, boxes)
@settings(deadline=None)
def test_overlap_is_the_one_of_boxes(one: Box, other: Box) -> None:
    corners, _ = to_arrays([Detection(one, 1), Detection(other, 1)])
    assert abs(float(overlaps(corners[0], corners[1:])[0]) - one.overlap(other)) < 1e-3


@given(detections, st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=50, deadline=None)
def test_detections_lie_in_the_picture(found: list[Detection], width: int, height: int) -> None:
    corners, scores = to_arrays(found)
    for detection in to_detections(corners * 2 - 300, scores, width, height):
        box = detection.box
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.w <= width
        assert box.y + box.h <= height
        assert min(box.w, box.h) >= 1


def test_what_is_not_finite_is_left_out() -> None:
    corners = np.asarray([[0, 0, 9, 9], [np.nan, 0, 9, 9], [0, 0, np.inf, 9], [0, 0, 8, 8]], np.float32)
    scores = np.asarray([0.5, 0.5, 0.5, np.nan], np.float32)
    assert to_detections(corners, scores, 10, 10) == (Detection(Box(0, 0, 9, 9), 0.5),)


@given(st.lists(detections, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_fusion_stays_within_what_was_found(found: list[list[Detection]]) -> None:
    fused = fuse(found)
    every = [d for part in found for d in part]
    assert len(fused) <= len(every)
    for detection in fused:
        assert 0 <= detection.score <= max(d.score for d in every) + 1e-9
        assert min(d.box.x for d in every) - 1e-3 <= detection.box.x <= max(d.box.x for d in every) + 1e-3
    assert without_duplicates(fused, 0.55) == fused


@given(detections)
@settings(max_examples=50, deadline=None)
def test_detectors_that_agree_change_nothing(found: list[Detection]) -> None:
    apart = without_duplicates(found, 0.3)
    together = fuse([apart, apart, apart])
    assert len(together) <= len(apart)
    for detection in together:
        assert any(
            detection.box.overlap(other.box) > 0.98 and abs(detection.score - other.score) < 1e-6
            for other in apart
        )


def test_agreement_counts_and_boxes_are_averaged() -> None:
    one, other = Detection(Box(0, 0, 100, 100), 0.9), Detection(Box(10, 0, 100, 100), 0.9)
    alone = Detection(Box(300, 300, 50, 50), 0.9)
    fused = fuse([[one, alone], [other]])
    assert fused[0].box.x == 5
    assert fused[0].score > fused[1].score
    assert fused[1].box == alone.box
    trusted = fuse([[one], [other]], [3, 1])
    assert trusted[0].box.x == 2.5


def test_a_detector_does_not_agree_with_itself() -> None:
    one = Detection(Box(0, 0, 100, 100), 0.9)
    assert fuse([[one, one], []])[0].score <= 0.45 + 1e-9


@given(st.integers(1, 6000), st.integers(1, 6000), st.integers(64, 800))
@settings(max_examples=60, deadline=None)
def test_tiles_cover_the_picture_and_lie_in_it(width: int, height: int, side: int) -> None:
    parts = tiles(width, height, side)
    assert len(parts) <= 9
    across, down = np.zeros(width, bool), np.zeros(height, bool)
    for part in parts:
        assert part == part.within(width, height)
        across[int(part.x) : int(part.x + part.w)] = True
        down[int(part.y) : int(part.y + part.h)] = True
    assert across.all()
    assert down.all()
    assert len({(part.w, part.h) for part in parts}) == 1


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from([64, 256, 384]))
@settings(max_examples=40, deadline=None)
def test_the_letterbox_and_its_inverse_are_within_a_pixel(width: int, height: int, longest: int) -> None:
    images, scale = letterbox(np.zeros((height, width, 3), np.uint8), longest)
    assert images.shape[2] % 32 == images.shape[3] % 32 == 0
    assert max(images.shape[2:]) < longest + 32
    seen = images[0, 0] != 114  # the grey that was added
    new_height, new_width = seen.any(1).sum(), seen.any(0).sum()
    assert max(new_width, new_height) == longest
    back = np.asarray([0, 0, new_width, new_height], np.float32) / scale
    assert abs(back[2] - width) < 1
    assert abs(back[3] - height) < 1


class Sees:
    """A detector that knows where heads are and sees those that are large enough in what it is shown."""

    name = "sees"

    def __init__(self, heads: Sequence[Box], least: float) -> None:
        self.heads = heads
        self.least = least
        self.shown: list[tuple[int, int]] = []

    def detect(self, picture: Picture) -> tuple[Detection, ...]:
        self.shown.append((picture.width, picture.height))
        rows, columns = np.nonzero(picture.pixels[..., 0] > 100)
        if not len(rows):
            return ()
        found = []
        for part in _columns_of(columns):
            down = rows[(columns >= part[0]) & (columns <= part[-1])]
            box = Box(
                float(part[0]),
                float(down.min()),
                float(part[-1] - part[0] + 1),
                float(down.max() - down.min() + 1),
            )
            if max(box.w, box.h) >= self.least * max(picture.width, picture.height):
                found.append(Detection(box, 0.5 + box.w / 10_000))
        return tuple(sorted(found, key=lambda d: -d.score))


def _columns_of(columns: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Columns that are used, in runs."""
    used = np.unique(columns)
    return np.split(used, np.nonzero(np.diff(used) > 1)[0] + 1)


def crowd(heads: Sequence[Box]) -> Picture:
    picture = picture_of(2000, 1500, [])
    for head in heads:
        picture.pixels[int(head.y) : int(head.y + head.h), int(head.x) : int(head.x + head.w), 0] = 255
    return picture


HEADS = [Box(x, 60 + 137 * n, 70, 70) for n, x in enumerate(range(30, 1900, 205))]


def test_small_heads_of_a_large_picture_are_found_in_its_parts() -> None:
    detector = Sees(HEADS, 0.05)
    assert detector.detect(crowd(HEADS)) == ()
    found = TiledDetector(detector, 400).detect(crowd(HEADS))
    assert {(d.box.x, d.box.y, d.box.w, d.box.h) for d in found} == {(h.x, h.y, h.w, h.h) for h in HEADS}


def test_parts_are_not_asked_where_it_does_not_pay() -> None:
    for detector, picture in (
        (Sees([], 0.01), picture_of(700, 700, [Box(100, 100, 20, 20)])),  # not large
        (Sees([], 0.01), crowd([Box(300, 300, 600, 600)])),  # a large head
    ):
        assert len(TiledDetector(detector, 400).detect(picture)) == 1
        assert len(detector.shown) == 1


@given(st.lists(st.tuples(st.integers(0, 1900), st.integers(0, 1400)), min_size=1, max_size=4))
@settings(max_examples=10, deadline=None)
def test_no_head_is_told_twice(places: list[tuple[int, int]]) -> None:
    picture = crowd([Box(x, y, 80, 80) for x, y in places])
    found = TiledDetector(Sees([], 0.01), 400).detect(picture)
    for n, one in enumerate(found):
        assert all(one.box.overlap(other.box) < 0.5 for other in found[n + 1 :])

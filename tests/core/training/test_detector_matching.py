"""How detections are matched with true boxes, and the figures made from it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training.detection_data import HeadPicture, corners
from core.training.evaluate_detector import Detections, average_precision, evaluate, match, overlap, suppress

SIDES = st.tuples(*[st.integers(0, 80)] * 2, *[st.integers(1, 60)] * 2)
BOXES = st.lists(SIDES, max_size=8).map(corners)


def picture(
    boxes: list[list[float]], unsure: list[list[float]] | None = None, source: str = "drawn"
) -> HeadPicture:
    return HeadPicture("a.png", source, Path("none.zip"), 200, 100, corners(boxes), corners(unsure or []))


def detections(boxes: list[list[float]], scores: list[float]) -> Detections:
    return Detections(corners(boxes), np.array(scores, np.float32))


@given(BOXES, BOXES, st.sampled_from([0.3, 0.4, 0.5, 0.75]))
def test_a_true_box_is_hit_once_and_only_by_what_overlaps_it(
    found: np.ndarray, truths: np.ndarray, least: float
) -> None:
    taken = match(found, truths, least)
    hits = [hit for hit in taken if hit is not None]
    assert len(taken) == len(found)
    assert len(set(hits)) == len(hits)
    for box, hit in zip(found, taken, strict=True):
        if hit is not None:
            assert overlap(box, truths)[hit] >= least
    for index, (box, hit) in enumerate(zip(found, taken, strict=True)):
        if hit is None:  # every true box it overlaps enough was taken by an earlier, better detection
            near = set(np.flatnonzero(overlap(box, truths) >= least))
            assert near <= {other for other in taken[:index] if other is not None}


@given(BOXES)
def test_the_truth_itself_hits_everything_distinct(truths: np.ndarray) -> None:
    assert all(hit is not None for hit in match(truths, truths, 0.5))


@given(BOXES, BOXES)
def test_a_stricter_overlap_never_hits_with_the_best_box_what_a_looser_one_misses(
    found: np.ndarray, truths: np.ndarray
) -> None:
    for box in found:
        strict, loose = match(box[None], truths, 0.5), match(box[None], truths, 0.4)
        assert strict[0] is None or loose[0] == strict[0]


@given(BOXES, BOXES)
def test_overlap_is_symmetric_and_a_share(first: np.ndarray, second: np.ndarray) -> None:
    for index, box in enumerate(first):
        for other, share in enumerate(overlap(box, second)):
            assert 0 <= share <= 1
            assert share == pytest.approx(overlap(second[other], first)[index])


def test_overlap_of_known_boxes() -> None:
    assert overlap(corners([[0, 0, 10, 10]])[0], corners([[5, 0, 10, 10], [20, 20, 5, 5]])) == pytest.approx(
        [1 / 3, 0]
    )


def test_the_better_scored_box_takes_the_head_and_the_other_is_false() -> None:
    found = corners([[0, 0, 9, 10], [0, 0, 10, 10]])
    assert match(found, corners([[0, 0, 10, 10]]), 0.5) == [0, None]


def test_figures_count_hits_misses_and_false_boxes() -> None:
    pictures = [
        picture([[0, 0, 40, 40], [100, 0, 40, 40]]),
        picture([], source="places"),
        picture([], source="places"),
    ]
    results = [
        detections([[0, 0, 40, 40], [160, 50, 20, 20], [100, 0, 40, 40]], [0.9, 0.8, 0.1]),
        detections([[0, 0, 20, 20], [30, 30, 20, 20]], [0.7, 0.6]),
        detections([[0, 0, 20, 20]], [0.2]),
    ]
    figures = evaluate(pictures, results, 0.5)
    assert figures["all"]["recall_50"] == 0.5
    assert figures["all"]["precision_50"] == 0.5
    assert figures["all"]["faceless"] == 2
    assert figures["all"]["false_boxes"] == 2
    assert figures["all"]["faceless_with_false_box"] == 1
    assert figures["by_source"]["places"]["recall_50"] is None
    assert figures["recall_by_size"]["0.125-0.25"] == {"heads": 2, "recall_50": 0.5}


def test_area_under_the_curve_of_a_known_ranking() -> None:
    pictures = [picture([[0, 0, 40, 40], [100, 0, 40, 40]])]
    found = [detections([[0, 0, 40, 40], [160, 50, 20, 20], [100, 0, 40, 40]], [0.9, 0.8, 0.1])]
    assert average_precision(pictures, found, 0.5) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert average_precision(pictures, [detections([], [])], 0.5) == 0


def test_what_lies_on_an_unsure_area_is_not_held_against_the_detector() -> None:
    pictures = [picture([[0, 0, 40, 40]], [[100, 0, 40, 40]])]
    found = [detections([[0, 0, 40, 40], [100, 0, 40, 40]], [0.9, 0.8])]
    assert evaluate(pictures, found, 0.5)["all"]["precision_50"] == 1


def test_overlapping_detections_leave_the_best() -> None:
    found = suppress(detections([[0, 0, 39, 40], [0, 0, 40, 40], [100, 0, 40, 40]], [0.3, 0.9, 0.5]), 0.5)
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])
    assert len(suppress(detections([], []), 0.5).scores) == 0

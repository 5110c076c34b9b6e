"""Near-duplicates: exact, and quick enough for a hundred thousand."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pictures import difference, perceptual_hash
from core.training.reading import NEAR, clusters, near_pairs
from tests.core.training.drawn import face


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 2**64 - 1), max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.sets(st.integers(0, 63), max_size=9)), max_size=24),
    st.integers(0, 8),
)
def test_every_near_pair_is_found_and_no_other(
    start: list[int], turned: list[tuple[int, set[int]]], within: int
) -> None:
    values = start + [start[at % len(start)] ^ sum(1 << bit for bit in bits) for at, bits in turned if start]
    found = {
        (int(one), int(other))
        for piece in near_pairs(np.array(values, np.uint64), within)
        for one, other in piece
    }
    assert found == {
        (one, other)
        for one, other in itertools.combinations(range(len(values)), 2)
        if difference(values[one], values[other]) <= within
    }


def test_clusters_link_by_steps() -> None:
    far = 0xFFFF_0000_FFFF_0000
    values = np.array([0, 0b111111, 0b111111_111111, far, 0, far ^ 1], np.uint64)
    found = clusters(values)
    assert found[0] == found[1] == found[2] == found[4], "each is six bits from the next"
    assert found[3] == found[5] != found[0]
    assert clusters(np.zeros(0, np.uint64)).tolist() == []


def test_a_hundred_thousand_are_compared() -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 2**64, 100_000, dtype=np.uint64)
    values[50_000:50_100] = values[:100] ^ np.uint64(0b1011 << 30)
    values[60_000:70_000] = values[0]  # one picture ten thousand times costs no more than once
    found = clusters(values)
    assert all(found[at] == found[50_000 + at] for at in range(100))
    assert len(np.unique(found)) == pytest.approx(100_000 - 10_100, abs=1)


@pytest.mark.parametrize("hair", ["blue", "red"])
def test_another_size_and_quality_is_near_another_drawing_is_not(hair: str) -> None:
    drawn = np.asarray(face(hair, "green", 3, 160))
    small = cv2.resize(drawn, (90, 90), interpolation=cv2.INTER_AREA)
    coded = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    assert coded is not None
    own = perceptual_hash(drawn)
    assert difference(own, perceptual_hash(coded.astype(np.uint8))) <= NEAR
    assert difference(own, perceptual_hash(np.ascontiguousarray(drawn[:, ::-1]))) > NEAR

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.catalogue import Catalogue
from core.errors import ArtefactError
from core.recommend.stories import Stories
from core.recommend.vectors import TextVectors
from tests.core.recommend.conftest import DATA, LetterEncoder


def some(n: int = 50) -> tuple[TextVectors, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    vectors = np.random.default_rng(3).normal(size=(n, 32)).astype(np.float32)
    ids = np.arange(10, 10 + 3 * n, 3, dtype=np.int32)
    return TextVectors.learn("letters", ids, vectors, np.arange(n) % 2 == 0, 16), vectors


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    made, _ = some()
    made.save(tmp_path / "texts.npz")
    loaded = TextVectors.load(tmp_path / "texts.npz")
    for name in ("mal_ids", "codes", "told", "mean", "basis"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(made, name))
    assert loaded.encoder == "letters"


def test_rounding_keeps_directions() -> None:
    made, vectors = some()
    aligned, known, told = made.align(made.mal_ids)
    assert known.all()
    assert told.sum() == 25
    assert (np.einsum("ij,ij->i", aligned, made.project(vectors)) > 0.999).all()


def test_align_leaves_unknown_titles_at_zero() -> None:
    made, _ = some()
    aligned, known, told = made.align(np.array([10, 11, 13, 9999], np.int32))
    assert known.tolist() == [True, False, True, False]
    assert not aligned[~known].any()
    assert not told[1]


def test_extending_replaces_and_keeps_order() -> None:
    made, vectors = some()
    more = made.extended(np.array([13, 5], np.int32), vectors[:2], np.array([True, True]))
    assert len(more.mal_ids) == 51
    assert (np.diff(more.mal_ids) > 0).all()
    np.testing.assert_array_equal(more.codes[more.mal_ids == 13], made.codes[:1])


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "texts.npz").write_bytes(content)
    with pytest.raises(ArtefactError) as problem:
        TextVectors.load(tmp_path / "texts.npz")
    assert problem.value.key == "vectors-broken"


def test_what_ships_covers_the_catalogue(shipped: Catalogue) -> None:
    path = DATA / "recommend" / "texts.npz"
    assert path.stat().st_size < 3_000_000
    found = TextVectors.load(path)
    assert np.isin(shipped.mal_ids, found.mal_ids).mean() > 0.99
    assert found.told.sum() > 10_000


def test_completing_an_interrupted_run(
    small: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.recommend.stories.SAMPLE", 24)
    monkeypatch.setattr("core.recommend.stories.SAVE_EVERY", 16)
    first = LetterEncoder(fail_after=40)
    with pytest.raises(KeyboardInterrupt):
        Stories(small, tmp_path / "none.npz", tmp_path, first).complete()
    again = LetterEncoder()
    stories = Stories(small, tmp_path / "none.npz", tmp_path, again)
    told: list[tuple[int, int]] = []
    count = stories.complete(lambda done, total: told.append((done, total)))
    assert 0 < count < len(small)
    assert len(first.encoded) + len(again.encoded) == len(small)  # nothing twice
    assert told[-1] == (count, count)
    assert stories.known.all()
    assert Stories(small, tmp_path / "none.npz", tmp_path, LetterEncoder()).complete() == 0


def test_a_cache_of_another_making_is_left_aside(small: Catalogue, tmp_path: Path) -> None:
    shipped, _ = some()
    shipped.save(tmp_path / "shipped.npz")
    stories = Stories(small, tmp_path / "shipped.npz", tmp_path / "cache", LetterEncoder())
    other = TextVectors.learn(
        "letters", shipped.mal_ids, np.eye(50, 64, dtype=np.float32), np.ones(50, np.bool_), 8
    )
    (cached,) = [stories._cached]
    other.save(cached)
    assert stories.lacking().size == len(small)
    vectors = stories.vectors
    assert vectors is not None
    assert vectors.shape == (len(small), 16)


def test_broken_vectors_leave_the_rest_working(small: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "shipped.npz").write_bytes(b"broken")
    stories = Stories(small, tmp_path / "shipped.npz", tmp_path / "cache", LetterEncoder())
    assert stories.vectors is None
    with pytest.raises(ArtefactError):
        stories.encode(["anything"])

"""The learned model at run time, on the shipped file over a small made-up catalogue."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ArtefactError
from core.recommend.taste import AlignedTaste, Labels, Taste, TitleFeatures, hat

SHIPPED = Path(__file__).parents[3] / "data/recommend/taste.npz"
COWBOY_BEBOP, TRIGUN, MUSHISHI, NATSUME, NARUTO = 1, 6, 457, 4081, 20
NEW, UNKNOWN = 9_000_001, 9_000_002


def labels(cells: list[list[str]]) -> Labels:
    vocab = sorted({word for cell in cells for word in cell})
    indices = [vocab.index(word) for cell in cells for word in cell]
    return Labels(vocab, np.cumsum([0, *map(len, cells)]).astype(np.int32), np.array(indices, np.int32))


def features(
    genres: list[list[str]], members: list[float], franchise: list[int] | None = None
) -> TitleFeatures:
    n = len(genres)
    none = labels([[] for _ in range(n)])
    return TitleFeatures(
        genres=labels(genres), themes=none, demographics=none, studios=none, type=["TV"] * n,
        source=["manga"] * n, rating=["PG-13"] * n, year=np.full(n, 2008, np.float32),
        score=np.full(n, 8, np.float32), members=np.array(members, np.float32),
        episodes=np.full(n, 26, np.float32),
        franchise=np.array(franchise if franchise else range(n), np.int32),
    )  # fmt: skip


@pytest.fixture(scope="module")
def taste() -> Taste:
    return Taste.load(SHIPPED)


IDS = np.array([COWBOY_BEBOP, TRIGUN, MUSHISHI, NATSUME, NARUTO, NEW, UNKNOWN], np.int32)
GENRES = [["Action", "Sci-Fi"], ["Action", "Sci-Fi"], ["Slice of Life", "Supernatural"],
          ["Slice of Life", "Supernatural"], ["Action"], ["Slice of Life", "Supernatural"], []]  # fmt: skip
FACTS = features(GENRES, [1.5e6, 7e5, 7e5, 3e5, 2e6, 5e5, np.nan])


@pytest.fixture(scope="module")
def aligned(taste: Taste) -> AlignedTaste:
    return taste.align(IDS, FACTS)


def test_the_file_is_small() -> None:
    assert SHIPPED.stat().st_size <= 1_500_000


def test_likes_lead_to_their_like(aligned: AlignedTaste) -> None:
    quiet, space = aligned.scores([2], novelty=0.5), aligned.scores([0], novelty=0.5)
    assert quiet[3] > quiet[1]
    assert space[1] > space[3]


def test_a_title_in_no_list_is_placed_by_its_facts(aligned: AlignedTaste) -> None:
    assert aligned.scores([2])[5] > aligned.scores([0])[5]
    assert np.isfinite(aligned.scores([5])).all()
    assert aligned.scores([5])[3] > aligned.scores([5])[1]


def test_a_title_without_facts_stays_behind(aligned: AlignedTaste) -> None:
    scores = aligned.scores([0, 2])
    assert scores[6] < min(scores[1], scores[3])


def test_contributions_are_what_leaving_one_out_takes_away(aligned: AlignedTaste) -> None:
    favourites = [0, 2, 4]
    parts = aligned.contributions(favourites, 3)
    whole = aligned.scores(favourites, novelty=0)[3]
    assert parts.sum() == pytest.approx(whole, rel=1e-4)
    for i in range(3):
        rest = [f for j, f in enumerate(favourites) if j != i]
        # Scores are scaled to ten favourites, so the rest of three is worth two thirds of its own score.
        assert parts[i] == pytest.approx(whole - aligned.scores(rest, novelty=0)[3] * 2 / 3, abs=1e-4)


def test_a_dislike_pulls_down_and_weighs_less_than_a_like(aligned: AlignedTaste) -> None:
    plain = aligned.scores([0], novelty=0)
    disliked = aligned.scores([0], dislikes=[2], novelty=0)
    liked = aligned.scores([0, 2], novelty=0) * 2
    assert disliked[3] < plain[3]
    assert plain[3] - disliked[3] < liked[3] - plain[3]


def test_weights_scale_favourites(aligned: AlignedTaste) -> None:
    heavy = aligned.scores([0, 2], np.array([0.1, 1], np.float32))
    light = aligned.scores([0, 2], np.array([1, 0.1], np.float32))
    assert heavy[3] - heavy[1] > light[3] - light[1]


def test_novelty_lifts_the_rarer(aligned: AlignedTaste) -> None:
    familiar, hidden = aligned.scores([0, 2], novelty=0), aligned.scores([0, 2], novelty=1)
    assert hidden[3] / hidden[4] > familiar[3] / familiar[4]


def test_a_franchise_is_scored_as_one(taste: Taste) -> None:
    aligned = taste.align(IDS, features(GENRES, [1e6] * 7, [0, 1, 2, 3, 4, 3, -1]))
    scores = aligned.scores([2], new_franchise=True)
    assert scores[5] == pytest.approx(scores[3], rel=1e-2)
    assert scores[6] != pytest.approx(scores[3], rel=1e-2)


def test_without_favourites_the_best_liked_lead(aligned: AlignedTaste) -> None:
    scores = aligned.scores([], novelty=0)
    assert scores[0] > scores[3] > scores[6]


@cache
def small() -> AlignedTaste:
    return Taste.load(SHIPPED).align(IDS, FACTS)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=500), st.lists(st.integers(0, 6), max_size=3), st.floats(0, 1))
def test_scores_are_finite_and_of_one_scale(likes: list[int], dislikes: list[int], novelty: float) -> None:
    aligned = small()
    scores = aligned.scores(likes, dislikes=dislikes, novelty=novelty)
    assert scores.shape == (7,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert np.abs(scores).max() < 50


def test_an_empty_catalogue_aligns(taste: Taste) -> None:
    assert taste.align(np.zeros(0, np.int32), features([], [])).scores([]).shape == (0,)


def test_forty_thousand_titles_are_aligned_and_scored(taste: Taste) -> None:
    n, rng = 40_000, np.random.default_rng(1)
    ids = np.concatenate([taste.mal_ids, np.arange(5_000_000, 5_000_000 + n - len(taste.mal_ids))])
    words = ["Action", "Drama", "Comedy", "Sci-Fi", "Romance", "School", "Mecha"]
    cells = [[words[i % 7], words[i % 5], words[i % 3]] for i in range(n)]
    facts = features(cells, (10 ** rng.uniform(2, 6, n)).tolist(), list(rng.integers(0, 20_000, n)))
    scores = taste.align(ids.astype(np.int32), facts).scores(
        rng.integers(0, 4_000, 50).tolist(), new_franchise=True
    )
    assert scores.shape == (n,)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("content", [b"", b"not a zip file at all"])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "taste.npz"
    path.write_bytes(content)
    with pytest.raises(ArtefactError):
        Taste.load(path)


@pytest.mark.parametrize("change", ["missing", "shape", "version"])
def test_a_foreign_file_is_refused(tmp_path: Path, change: str) -> None:
    with np.load(SHIPPED) as file:
        arrays = {name: file[name] for name in file.files}
    if change == "missing":
        del arrays["left"]
    elif change == "shape":
        arrays["likes"] = arrays["likes"][:-1]
    else:
        arrays["meta"] = np.array(json.dumps(json.loads(str(arrays["meta"])) | {"version": 99}))
    path = tmp_path / "taste.npz"
    np.savez(path, **arrays)
    with pytest.raises(ArtefactError):
        Taste.load(path)
    with pytest.raises(ArtefactError):
        Taste.load(tmp_path / "absent.npz")


def test_the_piecewise_linear_basis_sums_to_one_and_clips() -> None:
    knots = np.array([0, 10, 20], np.float32)
    basis = hat(np.array([-5, 5, 20, 99, np.nan], np.float32), knots)
    assert basis.tolist() == [[1, 0, 0], [0.5, 0.5, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]]

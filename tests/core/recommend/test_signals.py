"""The contract that every signal keeps, and that the quick hybrid equals the plain one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.catalogue import Anime, Catalogue
from core.recommend.encoder import unit
from core.recommend.hybrid import Hybrid
from core.recommend.labels import joined
from core.recommend.metadata import AGE_ORDER, SPANS, Metadata
from core.recommend.signals import Floats, Signal, TasteSignal, title_features
from core.recommend.synopsis import Synopses
from core.recommend.taste import Taste
from core.recommend.variety import Variety, ranked
from core.settings import Settings


@pytest.fixture(scope="module")
def stories(small: Catalogue) -> Floats:
    vectors = np.random.default_rng(5).normal(size=(len(small), 24)).astype(np.float32)
    return unit(vectors)


@pytest.fixture(scope="module", params=["taste", "hybrid", "metadata alone"])
def signal(
    request: pytest.FixtureRequest, small: Catalogue, settings: Settings, taste: Taste, stories: Floats
) -> Signal:
    if request.param == "taste":
        aligned = taste.align(small.mal_ids, title_features(small))
        return TasteSignal(aligned, np.isin(small.mal_ids, taste.mal_ids))
    similarity = Synopses(stories).similarity if request.param == "hybrid" else None
    return Hybrid(
        Metadata(small, settings.hybrid_weights), similarity, settings.alpha, small.members, "hybrid"
    )


FAVOURITES = [3, 11, 40, 60]


def test_scores_every_title(signal: Signal, small: Catalogue) -> None:
    for new_franchise in (False, True):
        scores = signal.scores(FAVOURITES, None, novelty=0.3, new_franchise=new_franchise)
        assert scores.shape == (len(small),)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()


def test_contributions_are_differences(signal: Signal) -> None:
    """What a favourite adds is in proportion to what its own scores say; weights scale it."""
    rows = [7, 20, 33]
    weights = np.array([1, 0.5, 1.5, 1], np.float32)
    added = signal.contributions(FAVOURITES, weights, rows)
    assert added.shape == (4, 3)
    plain = signal.contributions(FAVOURITES, None, rows)
    ratios = added / np.where(np.abs(plain) > 1e-7, plain, np.nan)
    for i in range(4):
        known = ratios[i][~np.isnan(ratios[i])]
        assert np.allclose(known, known[:1], rtol=1e-3)
    alone = np.stack([signal.contributions([title], None, rows)[0] for title in FAVOURITES])
    assert np.allclose(alone / 4, plain, atol=1e-5)


def test_weights_move_scores_towards_the_heavier(signal: Signal) -> None:
    first = signal.scores([3], None, novelty=0.3, new_franchise=False)
    second = signal.scores([60], None, novelty=0.3, new_franchise=False)
    mixed = signal.scores([3, 60], np.array([10, 0.1], np.float32), novelty=0.3, new_franchise=False)
    assert np.corrcoef(mixed, first)[0, 1] > np.corrcoef(mixed, second)[0, 1]


def plain_similarity(a: Anime, b: Anime, weights: dict[str, float]) -> float:
    """The recipe for one pair, straight from the facts."""

    def jaccard(x: set[str], y: set[str]) -> float:
        return len(x & y) / len(x | y) if x | y else 0.0

    def near(x: Any, y: Any, span: float) -> float:
        return max(0.0, 1 - abs(x - y) / span) if x is not None and y is not None else 0.0

    def log(x: float | None) -> float | None:
        return math.log(x) if x else None

    def age(x: str | None) -> int | None:
        return AGE_ORDER.index(x) if x else None

    parts = {
        "genres": jaccard({*a.genres, *a.themes, *a.demographics}, {*b.genres, *b.themes, *b.demographics}),
        "studios": jaccard(set(a.studios), set(b.studios)),
        "producers": jaccard(set(a.producers), set(b.producers)),
        "type": float(a.type is not None and a.type == b.type),
        "source": float(a.source is not None and a.source == b.source),
        "age_rating": near(age(a.age_rating), age(b.age_rating), 5),
        "score": near(a.score, b.score, SPANS["score"]),
        "year": near(a.year, b.year, SPANS["year"]),
        "episodes": near(log(a.episodes), log(b.episodes), SPANS["episodes"]),
        "minutes": near(log(a.minutes), log(b.minutes), SPANS["minutes"]),
    }
    return sum(weights[name] * parts[name] for name in weights) / sum(weights.values())


def test_the_quick_metadata_equals_the_plain(shipped: Catalogue, settings: Settings) -> None:
    rng = np.random.default_rng(11)
    rows = rng.choice(len(shipped), 12, replace=False).tolist()
    quick = Metadata(shipped, settings.hybrid_weights).similarity(rows)
    for at, row in enumerate(rows):
        mine = shipped.anime(row)
        for other in rng.choice(len(shipped), 150, replace=False).tolist():
            expected = plain_similarity(mine, shipped.anime(other), settings.hybrid_weights)
            assert quick[at, other] == pytest.approx(expected, abs=2e-4)


def test_the_hybrid_mixes_scaled_halves(small: Catalogue, settings: Settings, stories: Floats) -> None:
    metadata, synopses = Metadata(small, settings.hybrid_weights), Synopses(stories)
    halves = [metadata.similarity(FAVOURITES), synopses.similarity(FAVOURITES)]
    np.testing.assert_allclose(halves[1], stories[FAVOURITES] @ stories.T, atol=1e-5)
    scaled = [
        (h - h.min(1, keepdims=True)) / (h.max(1, keepdims=True) - h.min(1, keepdims=True)) for h in halves
    ]
    for alpha in (0.0, 0.3, 1.0):
        hybrid = Hybrid(metadata, synopses.similarity, alpha, small.members, "hybrid")
        expected = (alpha * scaled[0] + (1 - alpha) * scaled[1]).mean(axis=0)
        found = hybrid.scores(FAVOURITES, None, novelty=0.3, new_franchise=False)
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_variety_spreads_picks(shipped: Catalogue) -> None:
    variety = Variety(joined(shipped))
    scores = shipped.members / shipped.members.max()
    rows = ranked(scores, ~shipped.is_adult, 200)
    likeness = []
    for strength in (0.0, 0.5):
        picked = variety.chosen(rows, scores[rows], 10, strength)
        assert len(set(picked)) == 10
        assert picked[0] == rows[0]
        alike = variety.likeness(np.array(picked))
        likeness.append((alike.sum() - 10) / 90)
    assert likeness[1] < 0.8 * likeness[0]


def test_ranked_is_the_plain_order() -> None:
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 20, 300).astype(np.float32)
    may_show = rng.random(300) < 0.5
    expected = sorted(np.flatnonzero(may_show).tolist(), key=lambda row: (-scores[row], row))
    for most in (1, 10, 400):
        assert ranked(scores, may_show, most).tolist() == expected[:most]

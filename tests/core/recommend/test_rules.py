"""What is never shown, on every path: told from the catalogue by other means than the code under test uses."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue, Filters
from core.recommend import Friend, Question, Recommender
from tests.core.recommend.conftest import small_records

IDS = [record.mal_id for record in small_records()]
FAMILIES = sorted({record.franchise_id or 0 for record in small_records()})
some = st.frozensets(st.sampled_from(IDS), max_size=8)
friends = st.builds(
    Friend,
    st.sampled_from(["Bo", "Cy"]),
    st.lists(st.sampled_from(IDS), max_size=4).map(tuple),
    some,
    some,
    some,
)
filters = st.one_of(
    st.none(),
    st.builds(
        Filters, genres=st.sampled_from([(), ("Action",), ("Drama",)]), exclude=st.sampled_from([(), ("Comedy",)]),
        types=st.sampled_from([(), ("TV",), ("Movie",)]), year_from=st.sampled_from([None, 2005]),
    ),
)  # fmt: skip
questions = st.builds(
    Question,
    favourites=st.lists(st.sampled_from(IDS), max_size=12).map(tuple),
    scores=st.dictionaries(st.sampled_from(IDS), st.floats(1, 10), max_size=6),
    based_on=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    mood=st.sampled_from([None, "quiet drama", "スポーツ", "sin romance"]),
    seen=some, dropped=some, dismissed=some, filters=filters, novelty=st.floats(0, 1),
    min_members=st.sampled_from([None, 5000]), count=st.integers(1, 12), adult=st.booleans(),
    friends=st.lists(friends, max_size=2).map(tuple), next_seasons=st.booleans(),
)  # fmt: skip


def family(catalogue: Catalogue, mal_id: int) -> int:
    anime = catalogue.by_mal_id(mal_id)
    assert anime is not None
    return anime.franchise_id


def families(catalogue: Catalogue, mal_ids: Iterable[int]) -> set[int]:
    return {family(catalogue, mal_id) for mal_id in mal_ids if catalogue.by_mal_id(mal_id)}


def check(catalogue: Catalogue, question: Question, picked: list[int]) -> None:
    """Every rule, one by one."""
    assert len(picked) == len(set(picked)) <= question.count
    picked_families = [family(catalogue, mal_id) for mal_id in picked]
    assert len(picked_families) == len(set(picked_families)), "a franchise is one pick"
    people: tuple[Question | Friend, ...] = (question, *question.friends)
    for mal_id in picked:
        anime = catalogue.by_mal_id(mal_id)
        assert anime is not None
        assert question.adult or not anime.is_adult
        assert anime.status != "upcoming" or question.filters is not None
        assert question.min_members is None or (anime.members or 0) >= question.min_members
        assert anime.franchise_id not in families(catalogue, question.based_on)
        if question.filters is not None:
            assert set(question.filters.genres) <= set(anime.genres)
            assert not set(question.filters.exclude) & set(anime.genres)
            assert not question.filters.types or anime.type in question.filters.types
            assert question.filters.year_from is None or (anime.year or 0) >= question.filters.year_from
        entry = catalogue.entry_point(anime.franchise_id) == anime.row
        for person in people:
            watched = {*person.favourites, *person.seen}
            unwanted = person.dropped | person.dismissed
            assert mal_id not in watched | unwanted
            assert anime.franchise_id not in families(catalogue, unwanted), "nothing of a franchise given up"
            if anime.franchise_id in families(catalogue, watched):
                assert question.next_seasons
                assert not entry
                mine = [catalogue.anime(row) for row in catalogue.franchise_rows(anime.franchise_id)]
                number = int(catalogue.season_number[anime.row])
                numbers = {
                    a.mal_id: int(catalogue.season_number[a.row]) for a in mine if a.type in ("TV", "ONA")
                }
                earlier = {n for n in numbers.values() if 0 < n < number}
                parts = catalogue.part_number[anime.row] > 1
                assert earlier or parts, "a next season has earlier ones"
                assert earlier <= {n for mal_id, n in numbers.items() if mal_id in watched}, (
                    "all of them are known"
                )
            else:
                assert entry, "whoever knows nothing of a franchise starts at its entry point"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=questions)
def test_no_path_breaks_a_rule(either: Recommender, small: Catalogue, question: Question) -> None:
    check(small, question, [pick.mal_id for pick in either.recommend(question)])


@settings(max_examples=60, deadline=None)
@given(question=questions)
def test_a_start_keeps_the_rules(either: Recommender, small: Catalogue, question: Question) -> None:
    asked = Question(
        seen=question.seen,
        dropped=question.dropped,
        dismissed=question.dismissed,
        adult=question.adult,
        count=3,
    )
    check(small, asked, [pick.mal_id for pick in either.start(asked)])


@settings(max_examples=60, deadline=None)
@given(
    favourites=st.lists(st.sampled_from(IDS), max_size=12, unique=True), mood=st.sampled_from([None, "funny"])
)
def test_batch_lists_keep_the_rules(
    either: Recommender, small: Catalogue, favourites: list[int], mood: str | None
) -> None:
    recommendations, fresh = either.batch(favourites, mood)
    check(small, Question(favourites=tuple(favourites), count=20), fresh)
    liked = families(small, favourites)
    assert not set(recommendations) & set(favourites)
    assert len(set(recommendations)) == len(recommendations) <= 20
    others = [mal_id for mal_id in recommendations if family(small, mal_id) not in liked]
    check(small, Question(count=20), others)
    assert not any(small.is_adult[small.row_of(mal_id)] for mal_id in recommendations)


@pytest.mark.parametrize("next_seasons", [False, True])
def test_rules_hold_on_what_ships(recommender: Recommender, shipped: Catalogue, next_seasons: bool) -> None:
    rng = np.random.default_rng(7)
    popular = shipped.mal_ids[np.argsort(-shipped.members)[:1500]].tolist()
    for _ in range(15):
        drawn = rng.choice(popular, 60, replace=False).tolist()
        question = Question(
            favourites=tuple(drawn[:10]), seen=frozenset(drawn[10:40]), dropped=frozenset(drawn[40:50]),
            dismissed=frozenset(drawn[50:]), count=10, next_seasons=next_seasons, novelty=float(rng.random()),
        )  # fmt: skip
        picks = recommender.recommend(question)
        assert len(picks) == 10
        check(shipped, question, [pick.mal_id for pick in picks])


def test_next_season_follows_the_last_one_known(recommender: Recommender) -> None:
    seen = frozenset({16498, 25777})  # Shingeki no Kyojin, seasons 1 and 2
    asked = Question(favourites=(1535,), seen=seen, count=50, next_seasons=True)
    picked = {pick.mal_id for pick in recommender.recommend(asked)}
    assert 35760 in picked  # season 3, and none after it
    assert not picked & {38524, 40028, 48583, 51535}
    assert not {35760, 38524} & {
        pick.mal_id for pick in recommender.recommend(Question(favourites=(1535,), seen=seen, count=50))
    }


def test_each_line_of_a_franchise_has_its_own_next_season(recommender: Recommender) -> None:
    index, index_2, railgun, railgun_2 = 4654, 8937, 6213, 16049
    narrow = Filters(studios=("J.C.Staff",), genres=("Sci-Fi",))
    for first, second, other in ((index, index_2, railgun_2), (railgun, railgun_2, index_2)):
        asked = Question(
            favourites=(1535,), seen=frozenset({first}), filters=narrow, count=50, next_seasons=True
        )
        picked = {pick.mal_id for pick in recommender.recommend(asked)}
        assert second in picked
        assert other not in picked


def test_a_number_in_a_title_is_no_season(recommender: Recommender) -> None:
    sequels = Filters(studios=("Production I.G",), year_from=2025)
    asked = Question(
        favourites=(1535,), seen=frozenset({52588}), filters=sequels, count=50, next_seasons=True
    )
    assert 59177 in {pick.mal_id for pick in recommender.recommend(asked)}


def test_a_gap_or_a_drop_ends_the_run(recommender: Recommender) -> None:
    gap = Question(favourites=(1535,), seen=frozenset({25777}), count=50, next_seasons=True)
    dropped = Question(
        favourites=(1535,), seen=frozenset({16498}), dropped=frozenset({36106}), count=50, next_seasons=True
    )
    for question in (gap, dropped):
        picked = [pick.mal_id for pick in recommender.recommend(question)]
        assert not {16498, 25777, 35760} & set(picked)


def test_a_friend_who_has_not_seen_the_first_season_blocks_the_second(recommender: Recommender) -> None:
    mine = Question(favourites=(16498,), count=50, next_seasons=True)
    assert 25777 in {pick.mal_id for pick in recommender.recommend(mine)}
    with_bo = Question(favourites=(16498,), count=50, next_seasons=True, friends=(Friend("Bo", (1535,)),))
    assert 25777 not in {pick.mal_id for pick in recommender.recommend(with_bo)}


def test_filtering_never_leaves_a_list_short_while_titles_remain(
    recommender: Recommender, shipped: Catalogue
) -> None:
    narrow = Filters(genres=("Mystery",), studios=("Madhouse",), types=("TV",))
    question = Question(favourites=(1535,), filters=narrow, count=50)
    left = narrow.mask(shipped, adult=False) & (shipped.entry_rows == np.arange(len(shipped)))
    left[shipped.row_of(1535)] = False
    assert len(recommender.recommend(question)) == min(50, int(left.sum())) > 5

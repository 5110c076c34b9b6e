"""Filters: names with tolerance, ranges, and the adult rule."""

from __future__ import annotations

import numpy as np
import pytest

from core.catalogue import Catalogue, Filters, TitleSearch, genre_names
from core.errors import UserError


def _ids(catalogue: Catalogue, filters: Filters, *, adult: bool = False) -> set[int]:
    return set(catalogue.mal_ids[filters.mask(catalogue, adult=adult)].tolist())


def test_without_conditions_all_but_adult_pass(small: Catalogue) -> None:
    assert _ids(small, Filters()) == {10, 11, 12, 13, 14, 30}
    assert _ids(small, Filters(), adult=True) == {10, 11, 12, 13, 14, 20, 30}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(genres=("drama",)), {10, 11}),
        (Filters(genres=("Drama", "scifi")), {10}),
        (Filters(genres=("isekai",)), {10}),
        (Filters(themes=("space",)), {10}),
        (Filters(genres=("shonen",)), {10}),
        (Filters(genres=("drama",), exclude=("sci fi",)), {11}),
        (Filters(studios=("bones",)), {10}),
        (Filters(types=("film", "OVA")), {13, 30}),
        (Filters(year_from=2010, year_to=2012), {10, 11}),
        (Filters(year_to=2009), {13, 14}),
        (Filters(season="Spring", year_from=2012), {11}),
        (Filters(status="finished"), {10}),
        (Filters(min_score=8), {10}),
        (Filters(min_score=8.5), set()),
        (Filters(max_minutes=10), {11}),
        (Filters(min_minutes=10), {10}),
        (Filters(max_episodes=12), {10}),
        (Filters(min_episodes=13), set()),
        (Filters(min_members=300_000), {10, 11, 13}),
    ],
)
def test_a_condition(small: Catalogue, filters: Filters, expected: set[int]) -> None:
    assert _ids(small, filters) == expected


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("scifi", "Sci-Fi"),
        ("SF", "Sci-Fi"),
        ("slice of life", "Slice of Life"),
        ("SLICE-OF-LIFE", "Slice of Life"),
        ("shonen", "Shounen"),
        ("shojo", "Shoujo"),
        ("romence", "Romance"),
        ("mecha", "Mecha"),
        ("isekai", "Isekai"),
        ("iyashikei", "Iyashikei"),
        ("cute girls doing cute things", "CGDCT"),
        ("yuri", "Girls Love"),
        ("magical girl", "Mahou Shoujo"),
        ("yakuza", "Organized Crime"),
    ],
)
def test_names_are_understood(shipped: Catalogue, name: str, known: str) -> None:
    found = Filters(genres=(name,)).mask(shipped, adult=False)
    columns = (shipped.genres, shipped.themes, shipped.demographics, shipped.tags)
    named = np.zeros(len(shipped), np.bool_)
    for column in columns:
        if known in column.vocab:
            named |= column.rows_with([column.vocab.index(known)])
    assert found.sum() >= (named & ~shipped.is_adult).sum() > 0
    assert not (found & shipped.is_adult).any()


def test_an_unknown_name_says_what_is_near(shipped: Catalogue) -> None:
    with pytest.raises(UserError) as caught:
        Filters(genres=("romanticomedia",)).mask(shipped, adult=False)
    assert caught.value.key == "filter-unknown"
    assert "Romance" in str(caught.value.arguments["nearest"])
    for filters in (Filters(studios=("qqqq",)), Filters(types=("qqqq",)), Filters(season="qqqq")):
        with pytest.raises(UserError):
            filters.mask(shipped, adult=False)


def test_genre_names_hold_themes_and_demographics(shipped: Catalogue) -> None:
    assert {"Drama", "Isekai", "Seinen"} <= set(genre_names(shipped))


def test_random_keeps_to_the_filters(shipped: Catalogue, search: TitleSearch) -> None:
    filters = Filters(genres=("mystery",), year_from=2000, year_to=2010)
    rows = {search.random(filters, seed=seed) for seed in range(40)}
    assert len(rows) > 10
    assert all(row is not None and filters.mask(shipped, adult=False)[row] for row in rows)
    assert search.random(filters, seed=3) == search.random(filters, seed=3)
    assert search.random(Filters(min_score=9.99)) is None


def test_season_is_sorted_by_members(shipped: Catalogue, search: TitleSearch) -> None:
    rows = search.season(2011, "spring")
    titles = [shipped.title(row) for row in rows]
    assert "Steins;Gate" in titles[:3]
    assert all(shipped.year[row] == 2011 and not shipped.is_adult[row] for row in rows)
    members = [float(shipped.members[row]) for row in rows]
    assert members == sorted(members, reverse=True)
    assert search.season(2011, "autumn") == search.season(2011, "fall")

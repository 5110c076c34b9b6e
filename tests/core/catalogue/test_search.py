"""Title search over the shipped catalogue."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue, Filters, TitleSearch
from core.catalogue.folding import compact, fold, loosen, romanise
from core.catalogue.links import mal_or_anilist_id
from core.errors import UserError

FOLDER = Path(__file__).parent


@pytest.mark.parametrize(("name", "least"), [("queries.tsv", 0.98), ("queries_hard.tsv", 0.97)])
def test_the_right_title_comes_first(
    shipped: Catalogue, search: TitleSearch, name: str, least: float
) -> None:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    right, asked, wrong = Counter[str](), Counter[str](), []
    for row in rows:
        first = search.search(row["query"], limit=1)[0]
        good = str(shipped.mal_ids[first.row]) in row["mal_ids"].split()
        asked[row["kind"]] += 1
        right[row["kind"]] += good
        if not good:
            wrong.append((row["query"], shipped.title(first.row)))
    assert len(rows) >= 300
    assert right.total() / asked.total() >= least, wrong
    assert all(right[kind] / asked[kind] >= 0.85 for kind in asked), wrong


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("Mushishi", "exact"),
        ("蟲師", "exact"),
        ("fmab", "alias"),
        ("vinland sag", "prefix"),
        ("mushishy", "fuzzy"),
    ],
)
def test_a_match_says_how_it_was_found(search: TitleSearch, query: str, kind: str) -> None:
    assert search.search(query)[0].kind == kind


def test_scores_fall_and_no_row_comes_twice(search: TitleSearch) -> None:
    found = search.search("naruto", limit=50)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert len({match.row for match in found}) == len(found) == 50


def test_filters_hold(shipped: Catalogue, search: TitleSearch) -> None:
    found = search.search("naruto", filters=Filters(types=("movie",)), limit=5)
    assert all(shipped.types.get(match.row) == "Movie" for match in found)
    assert "Naruto" in shipped.title(found[0].row)
    with pytest.raises(UserError):
        search.search("naruto", filters=Filters(genres=("qqqq",)))


def test_adult_titles_need_leave(shipped: Catalogue, search: TitleSearch) -> None:
    row = next(row for row in range(len(shipped)) if shipped.is_adult[row] and shipped.members[row] > 50_000)
    title, mal_id = shipped.title(row), int(shipped.mal_ids[row])
    for query in (title, title[:5], f"#{mal_id}", f"https://myanimelist.net/anime/{mal_id}"):
        assert all(not shipped.is_adult[match.row] for match in search.search(query, limit=100))
        assert all(not shipped.is_adult[match.row] for match in search.complete(query))
        resolution = search.resolve(query)
        for found in (resolution.clear, *resolution.candidates, *resolution.nearest):
            assert found is None or not shipped.is_adult[found]
    assert search.search(title, adult=True)[0].row == row
    assert search.resolve(f"#{mal_id}", adult=True).clear == row


@pytest.mark.parametrize(
    "query",
    ["#457", "mal:457", "MAL 457", "https://myanimelist.net/anime/457/Mushishi", "myanimelist.net/anime/457",
     "<https://anilist.co/anime/457/Mushishi/>", "anilist:457", "mushishi", "mushi shi", "MUSHISHI"],
)  # fmt: skip
def test_resolve_is_clear(shipped: Catalogue, search: TitleSearch, query: str) -> None:
    assert search.resolve(query).clear == shipped.row_of(457)


def test_an_unknown_id_is_not_taken_for_another(search: TitleSearch) -> None:
    resolution = search.resolve("#99999999")
    assert resolution.clear is None
    assert not resolution.candidates


def test_another_finds_another(shipped: Catalogue, search: TitleSearch) -> None:
    assert search.resolve("another").clear == shipped.row_of(11111)


def test_a_close_race_asks(shipped: Catalogue, search: TitleSearch) -> None:
    resolution = search.resolve("hunter x hunter")
    assert resolution.clear is None
    assert {int(shipped.mal_ids[row]) for row in resolution.candidates} >= {136, 11061}


def test_nothing_that_fits_names_the_nearest(search: TitleSearch) -> None:
    resolution = search.resolve("xqzzvw kkjjq")
    assert resolution.clear is None
    assert not resolution.candidates
    assert len(resolution.nearest) == 3
    assert search.search("xqzzvw kkjjq")


@pytest.mark.parametrize("query", ["", "   ", "!!!", "♥"])
def test_nothing_typed_offers_the_popular(shipped: Catalogue, search: TitleSearch, query: str) -> None:
    offered = search.complete(query)
    assert len(offered) == 25 or query.strip()
    assert offered
    assert shipped.members[offered[0].row] == shipped.members[~shipped.is_adult].max()
    assert search.resolve(query).clear is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("stei", "Steins;Gate"), ("vinl", "Vinland Saga"), ("your li", "Shigatsu wa Kimi no Uso"),
     ("mush", "Mushishi"), ("demon slayer", "Kimetsu no Yaiba"), ("gundam", "Kidou Senshi Gundam"),
     ("one p", "One Piece"), ("進", "Shingeki no Kyojin"), ("attack on ti", "Shingeki no Kyojin"),
     ("cowb", "Cowboy Bebop")],
)  # fmt: skip
def test_completion(shipped: Catalogue, search: TitleSearch, typed: str, expected: str) -> None:
    assert expected in [shipped.title(match.row) for match in search.complete(typed)][:3]


def test_a_continuation_is_among_the_first(shipped: Catalogue, search: TitleSearch) -> None:
    assert shipped.row_of(1735) in [match.row for match in search.complete("naruto")][:6]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(search: TitleSearch, text: str) -> None:
    assert search.search(text, limit=3)
    search.resolve(text)
    assert search.complete(text)


@given(st.text())
def test_folding_is_stable(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert b" " not in compact(folded.encode())
    assert compact(f"{folded}\n{folded}".encode()).split(b"\n") == [compact(folded.encode())] * 2
    assert len(loosen(folded.encode()).split()) == len(folded.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shingeki no Kyojin Season 3 Part 2", "shingeki no kyojin s3 p2"),
        ("Overlord II", "overlord 2"),
        ("進撃の巨人 第2期", "進撃の巨人 2期"),
        ("Boku no Hero Academia 4th Season", "boku no hero academia season 4"),
        ("Haikyuu!! Second Season", "haikyuu s2"),
        ("けいおん！", "ケイオン"),
        ("Steins;Gate", "STEINS GATE"),
        ("Yū Yū Hakusho", "Yu Yu Hakusho"),
        ("Ｆａｔｅ／Ｚｅｒｏ", "fate zero"),
        ("Hunter × Hunter", "hunter x hunter"),
        ("The iDOLM@STER", "the idolmaster"),
        ("Hell's Paradise", "hells paradise"),
        ("銀魂 第二期", "銀魂 2期"),
        ("Spy x Family Part 2", "spy x family 2nd cour"),
    ],
)
def test_one_spelling(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kimi wo", "kimi o"), ("Yuu Yuu Hakusho", "yu yu hakusho"), ("Shoujo", "shojo"), ("Tsubasa", "tubasa"),
     ("Sanshirou", "sanshiro"), ("shimbun", "shinbun")],
)  # fmt: skip
def test_one_romanisation(one: str, other: str) -> None:
    assert compact(fold(f"{one} x").encode()) == compact(fold(f"{other} x").encode())


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("しんげきのきょじん", "shingekinokyojin"),
        ("ナルト", "naruto"),
        ("はっちゃん", "hatchan"),
        ("ちょっと", "chotto"),
    ],
)
def test_kana_in_latin_letters(kana: str, latin: str) -> None:
    assert romanise(fold(kana)) == latin
    assert romanise("漢字") is None


@pytest.mark.parametrize(
    "text", ["457", "# 457", "mal", "https://example.org/anime/457", "anilist.co/manga/457"]
)
def test_what_is_no_id(text: str) -> None:
    assert mal_or_anilist_id(text) is None

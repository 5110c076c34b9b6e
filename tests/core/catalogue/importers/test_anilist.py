"""Updates from AniList, against a strict loopback double."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from typing import Any

import pytest

from core.catalogue import Anime, Catalogue
from core.catalogue.importers import Places, Report, update_from_anilist
from core.errors import Unavailable, UserError
from tests.doubles.anilist import AniListDouble

YEAR = datetime.now(UTC).year


def media(number: int, **changes: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": number, "idMal": 1000 + number, "format": "TV", "status": "RELEASING", "episodes": 12, "duration": 24,
        "season": "SPRING", "seasonYear": YEAR, "source": "LIGHT_NOVEL", "isAdult": False,
        "genres": ["Drama", "Mecha"], "synonyms": [], "averageScore": 74, "popularity": 900,
        "description": "A town waits for rain<br><br>and <i>gets</i> it. (Source: a site)",
        "title": {"romaji": f"Ame {number} no Hi", "english": None, "native": f"雨{number}の日"},
        "startDate": {"year": YEAR, "month": 4, "day": 3}, "endDate": {"year": None, "month": None, "day": None},
        "tags": [
            {"name": "Twist", "rank": 99, "isGeneralSpoiler": False, "isMediaSpoiler": True},
            {"name": "Rain", "rank": 60, "isGeneralSpoiler": False, "isMediaSpoiler": False},
            {"name": "Town", "rank": 80, "isGeneralSpoiler": False, "isMediaSpoiler": False},
        ],
        "studios": {"edges": [
            {"isMain": True, "node": {"name": "Studio Sora"}}, {"isMain": False, "node": {"name": "Kaze"}},
        ]},
        "coverImage": {"large": "https://s4.anilist.co/file/anilistcdn/media/anime/cover/1.jpg"},
        "relations": {"edges": []},
    }  # fmt: skip
    return {**item, **changes}


async def update(places: Places, double: AniListDouble, **options: Any) -> Report:
    return await update_from_anilist(places, address=double.address, wait=double.wait, **options)


def found(places: Places, mal_id: int) -> Anime:
    anime = Catalogue.open(places.imported).by_mal_id(mal_id)
    assert anime
    return anime


async def test_titles_are_added_and_brought_up_to_date(places: Places) -> None:
    night = {"romaji": "Yoru no Densha", "english": "Night Train", "native": "夜の電車"}
    sequel = {"edges": [{"relationType": "PREQUEL", "node": {"idMal": 3, "type": "ANIME"}}]}
    manga = {"edges": [{"relationType": "SOURCE", "node": {"idMal": 1, "type": "MANGA"}}]}
    items = [
        media(1, idMal=3, title=night, status="FINISHED", endDate={"year": YEAR, "month": 6, "day": 20}),
        media(2, idMal=3, title=night),
        media(3, relations=sequel),
        media(4, relations=manga, isAdult=True, popularity=None, averageScore=None),
        media(5, idMal=None),
        media(6, isAdult=None, genres=[]),
        media(
            7, idMal=1, title={"romaji": "Kumo no Machi", "english": None, "native": None}, popularity=60_000
        ),
        media(8, season="FALL", startDate={"year": YEAR, "month": 10, "day": None}),
    ]
    async with AniListDouble(items).serve() as double:
        report = await update(places, double, year=YEAR, season="spring")
        assert (report.read, report.added, report.enriched) == (7, 3, 2)
        assert dict(report.reasons) == {"import-row-no-mal-id": 1, "import-row-twice": 1}
        before = places.imported.read_bytes()
        again = await update(places, double, year=YEAR, season="spring")
        assert (again.added, again.enriched) == (0, 0)
        assert places.imported.read_bytes() == before
        assert (
            await update(places, double)
        ).added == 1  # without a season: all that begin this year and the next
    train = found(places, 3)
    assert (train.status, train.aired_to, train.title_english) == ("finished", f"{YEAR}-06-20", "Night Train")
    assert (train.score, train.members) == (7.0, 2000)  # gathered from more people
    assert train.anilist_id == 1
    assert train.synopsis == "A town waits for rain\nand gets it."
    town = found(places, 1)
    assert (town.score, town.members) == (7.4, 60_000)
    new = found(places, 1003)
    assert (new.franchise_id, new.anilist_id, new.minutes, new.source) == (3, 3, 24, "light_novel")
    assert (new.genres, new.themes, new.tags) == (("Drama",), ("Mecha",), ("Town", "Rain"))
    assert (new.studios, new.producers, new.season, new.year) == (("Studio Sora",), ("Kaze",), "spring", YEAR)
    assert (new.title_japanese, new.is_adult) == ("雨3の日", False)
    assert (found(places, 1004).franchise_id, found(places, 1004).is_adult) == (1004, True)
    assert found(places, 1006).is_adult is True
    assert Catalogue.open(places.imported).info.date == datetime.now(UTC).date().isoformat()


async def test_the_rate_limit_is_kept(places: Places) -> None:
    async with AniListDouble([media(i) for i in range(1, 321)], limit=3).serve() as double:
        report = await update(places, double, year=YEAR)
    assert report.added == 320
    assert double.pages == [1, 2, 3, 4, 5, 6, 7]
    assert double.refused == 0
    assert double.waited == [60.0, 60.0]


async def test_refused_for_haste_it_waits_as_told(places: Places) -> None:
    async with AniListDouble([media(1)]).serve() as double:
        double.faults = [429, 429]
        assert (await update(places, double, year=YEAR)).added == 1
    assert double.waited == [7.0, 7.0]


async def test_faults_are_tried_again(places: Places) -> None:
    async with AniListDouble([media(i) for i in range(1, 61)]).serve() as double:
        double.faults = [500, "cut", "garbage", "", 502]
        assert (await update(places, double, year=YEAR)).added == 60
    assert double.pages == [1, 2]
    assert double.waited == [2.0, 4.0, 8.0, 2.0]


async def test_an_update_goes_on_where_it_stopped(places: Places) -> None:
    checkpoint = places.folder / "anilist-pages.jsonl"
    async with AniListDouble([media(i) for i in range(1, 131)]).serve() as double:
        double.faults = ["", "", *[503] * 6]
        with pytest.raises(Unavailable, match="anilist-unreachable"):
            await update(places, double, year=YEAR)
        assert not places.imported.exists()
        assert double.pages == [1, 2]
        with checkpoint.open("ab") as file:
            file.write(b'{"media": [{"id"')  # as a kill in the middle of a line leaves it
        report = await update(places, double, year=YEAR)
        assert double.pages == [1, 2, 3]
        assert report.added == 130
        assert not checkpoint.exists()


async def test_a_full_disk_is_told_and_what_was_fetched_stays(places: Places) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    pages = places.folder / "anilist-pages.jsonl"
    async with AniListDouble([media(number) for number in range(1, 130)]).serve() as double:
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            for room in (10, 100_000):  # not even for the question; for one page of three
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
                with pytest.raises(UserError, match="import-unwritable"):
                    await update(places, double, year=YEAR, season="spring")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        assert not places.imported.exists()
        assert pages.exists()
        assert double.pages == [1, 2]
        assert (await update(places, double, year=YEAR, season="spring")).added == 129
        assert double.pages == [1, 2, 2, 3], "the first page was kept"
    assert not pages.exists()


async def test_another_question_starts_anew(places: Places) -> None:
    async with AniListDouble([media(i) for i in range(1, 61)]).serve() as double:
        double.faults = ["", *[503] * 6]
        with pytest.raises(Unavailable):
            await update(places, double, year=YEAR)
        assert (await update(places, double, year=YEAR, season="spring")).added == 60
    assert double.pages == [1, 1, 2]


async def test_a_refusal_is_told(places: Places) -> None:
    async with AniListDouble([media(1)]).serve() as double:
        double.faults = [403]
        with pytest.raises(Unavailable, match="anilist-refused"):
            await update(places, double, year=YEAR)
    with pytest.raises(Unavailable, match="anilist-unreachable"):
        await update(places, double, year=YEAR)  # nobody listens any more


async def test_garbage_in_an_answer_is_counted(places: Places) -> None:
    strange: list[Any] = [
        media(1, title=None), media(2, title={"romaji": 5}),
        media(3, tags=[None, {"rank": "x"}], studios=[], genres="x"),
        media(4, startDate={"year": YEAR, "month": 13, "day": 77}, coverImage=None, relations={"edges": [1]}),
        media(5, description=7, averageScore=1e9, popularity=-1, duration="long", episodes=10**30),
    ]  # fmt: skip
    async with AniListDouble(strange).serve() as double:
        report = await update(places, double, year=YEAR, season="spring")
    assert (report.read, report.added, report.reasons["import-row-title"]) == (5, 4, 1)
    assert json.loads(json.dumps(found(places, 1005).score)) is None

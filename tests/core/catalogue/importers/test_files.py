"""Every importer with a small file of its format: read, merged, and the same again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from core.catalogue import Anime, Catalogue, Record, write_pack
from core.catalogue.importers import Format, Options, Places, import_files
from core.errors import UserError

KAGGLE = """MAL_ID,Name,Score,Genres,English name,Japanese name,Type,Episodes,Aired,Premiered,Producers,Licensors,\
Studios,Source,Duration,Rating,Ranked,Popularity,Members
1,Kumo no Machi,6.5,"Drama, Space",Town of Clouds,雲の街,TV,12,"Apr 3, 2010 to Jun 26, 2010",Spring 2010,"Sora Fund, \
Kaze",Unknown,studio sora,Light novel,24 min. per ep.,PG - Children,10.0,5,40000
2,Umi no Neko,7.25,"Comedy, Seinen, Police",Sea Cat,海の猫,TV,Unknown,2015 to ?,Unknown,Unknown,Unknown,Unknown,\
4-koma manga,1 hr. 5 min.,PG-13 - Teens 13 or older,Unknown,7,900
70,Kumo no Machi 2nd Season,Unknown,Drama,Unknown,Unknown,TV,12,"Apr, 2012",Spring 2012,Unknown,Unknown,Unknown,\
Unknown,30 sec.,G - All Ages,Unknown,7,300
71,Himitsu,Unknown,Yaoi,Unknown,Unknown,OVA,1,2012,Unknown,Unknown,Unknown,Unknown,Unknown,Unknown,Unknown,Unknown,7,30
x,Broken,1,2
abc,No number,Unknown,Drama,Unknown,Unknown,TV,12,2012,Unknown,Unknown,Unknown,Unknown,Unknown,Unknown,Unknown,1,7,300
"""
SYNOPSES = """MAL_ID,Name,Score,Genres,sypnopsis
1,Kumo no Machi,6.5,Drama,"Another text that must not replace ours, ever."
2,Umi no Neko,7.25,Comedy,"A cat leaves the harbour to find out where the waves begin.

It meets a lighthouse. (Source: a leaflet)"
70,Kumo no Machi 2nd Season,Unknown,Drama,No synopsis information has been added to this title. Help improve it.
"""


def offline(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "sources": [
            "https://anidb.net/anime/9",
            "https://anilist.co/anime/900",
            "https://myanimelist.net/anime/2",
        ],
        "title": "Umi no Neko",
        "type": "TV",
        "episodes": 13,
        "status": "FINISHED",
        "animeSeason": {"season": "FALL", "year": 2015},
        "picture": "https://cdn.example.org/2.jpg",
        "duration": {"value": 1440, "unit": "SECONDS"},
        "score": {"arithmeticMean": 6.97},
        "synonyms": ["Le chat de la mer", "UMI NO NEKO!"],
        "studios": ["studio sora"],
        "producers": ["kaze works"],
        "relatedAnime": [],
        "tags": ["comedy", "cats"],
    }
    return {**entry, **changes}


OFFLINE = [
    offline(),
    offline(sources=["https://anidb.net/anime/1"], title="Elsewhere"),
    offline(sources=["https://myanimelist.net/anime/80"], title="A New Name", relatedAnime=["https://myanimelist.net/anime/3"]),
    offline(sources=["https://myanimelist.net/anime/81"], title="Night", tags=["romance", "hentai"], studios=[]),
    offline(sources=["https://myanimelist.net/anime/82"], title="Untold", tags=[], studios=[], synonyms=[]),
    offline(sources=["https://myanimelist.net/anime/1"], title="Something Quite Different", synonyms=[]),
]  # fmt: skip
META = {"license": {"name": "x"}, "repository": "anime-offline-database", "lastUpdate": "2026-09-10"}


def found(places: Places, mal_id: int) -> Anime:
    anime = Catalogue.open(places.imported).by_mal_id(mal_id)
    assert anime
    return anime


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def again(places: Places, *paths: Path, options: Options | None = None) -> None:
    before = places.imported.read_bytes()
    report = import_files(places, paths, options)
    assert (report.added, report.enriched) == (0, 0)
    assert places.imported.read_bytes() == before


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
def test_kaggle_pair(places: Places, tmp_path: Path, suffix: str) -> None:
    facts, synopses = write(tmp_path / f"a.{suffix}", KAGGLE), write(tmp_path / f"s.{suffix}", SYNOPSES)
    report = import_files(places, [facts, synopses])
    assert (report.read, report.added, report.enriched, report.unchanged) == (9, 2, 2, 0)
    assert [(item.file, item.row.place, item.row.reason) for item in report.skipped] == [
        (facts.name, 6, "import-row-columns"),
        (facts.name, 7, "import-row-id"),
    ]
    known = found(places, 1)
    assert known.score == 8.1  # older numbers replace nothing
    assert known.members == 50_000
    assert known.synopsis == "Our own words about it."
    assert (known.aired_to, known.source, known.minutes) == ("2010-06-26", "light_novel", 24)
    assert known.genres == ("Drama",)
    assert known.themes == ()
    assert known.studios == ("Studio Sora",)
    assert known.producers == ("Sora Fund", "Kaze")
    filled = found(places, 2)
    assert (filled.genres, filled.themes, filled.demographics) == (("Comedy",), ("Police",), ("Seinen",))
    assert (filled.source, filled.minutes, filled.age_rating) == ("4_koma_manga", 65, "PG-13")
    assert filled.is_adult is False
    assert filled.aired_from == "2015"
    assert filled.aired_to is None
    assert (
        filled.synopsis
        == "A cat leaves the harbour to find out where the waves begin.\nIt meets a lighthouse."
    )
    sequel = found(places, 70)
    assert (sequel.franchise_id, sequel.synopsis, sequel.minutes) == (1, None, 0.5)
    assert sequel.is_adult is False
    assert found(places, 71).is_adult is True  # nothing says that it is not
    info = Catalogue.open(places.imported).info
    assert info.source.endswith("; imported: Kaggle Anime Recommendation Database 2020")
    assert info.date == "2026-08-31"
    assert Catalogue.open(places.imported).entry_points == {1: "first"}
    again(places, facts, synopses)
    again(places, synopses, facts)


@pytest.mark.parametrize("form", ["json", "jsonl", "jsonl-bare"])
def test_offline_database(places: Places, tmp_path: Path, form: str) -> None:
    if form == "json":
        path = write(tmp_path / "x.json.gz", json.dumps({**META, "data": OFFLINE}))
    else:
        rows = OFFLINE if form == "jsonl-bare" else [META, *OFFLINE]
        path = write(tmp_path / "x.jsonl", "\n".join(map(json.dumps, rows)))
    report = import_files(places, [path])
    assert (report.read, report.added, report.enriched, report.unchanged) == (6, 3, 1, 0)
    assert dict(report.reasons) == {"import-row-no-mal-id": 1, "import-row-other-title": 1}
    known = found(places, 2)
    assert (known.anilist_id, known.episodes, known.minutes, known.season) == (900, 13, 24, "fall")
    assert known.synonyms == ("Le chat de la mer",)
    assert known.studios == ("Studio Sora",)  # as the catalogue spells it
    assert known.producers == ("Kaze Works",)
    assert (known.score, known.genres, known.tags) == (6.97, ("Comedy",), ("Cats",))
    assert known.is_adult is False
    assert found(places, 80).franchise_id == 3
    assert [found(places, mal_id).is_adult for mal_id in (80, 81, 82)] == [False, True, True]
    assert Catalogue.open(places.imported).info.date == (
        "2026-08-31" if form == "jsonl-bare" else "2026-09-10"
    )
    again(places, path)


def test_offline_database_without_the_newer_fields(places: Places, tmp_path: Path) -> None:
    old = {
        key: OFFLINE[0][key]
        for key in ("sources", "title", "type", "episodes", "status", "animeSeason", "tags")
    }
    path = write(tmp_path / "x.json", json.dumps({**META, "data": [old]}))
    assert import_files(places, [path]).enriched == 1
    assert found(places, 2).score is None


def test_cut_files_change_nothing(places: Places, tmp_path: Path) -> None:
    whole = json.dumps({**META, "data": OFFLINE * 50})
    cut = write(tmp_path / "cut.json", whole[:-40])
    packed = tmp_path / "cut.csv.gz"
    packed.write_bytes(gzip.compress((KAGGLE + "5,a\n" * 100_000).encode())[:-100])
    for path in (cut, packed):
        with pytest.raises(UserError, match="import-cut"):
            import_files(places, [path])
    assert not places.imported.exists()


TABLE = """uid;Title;Synonyms;genre;start_date;Rating;Score;Episodes
1;Kumo no Machi;Cloudtown|クモマチ;['Drama', 'Space'];2010-04-03;PG;9.9;12
90;Ame, Ame;Rain, Rain;Drama, Slice of Life;Apr 1, 2019;R+;7,5;12
"""


def test_table_with_guessed_columns(places: Places, tmp_path: Path) -> None:
    path = write(tmp_path / "mal.csv", TABLE)
    report = import_files(places, [path])
    assert (report.added, report.enriched) == (1, 1)
    assert found(places, 1).synonyms == ("Cloudtown", "クモマチ")
    added = found(places, 90)
    assert (added.title, added.synonyms) == ("Ame, Ame", ("Rain, Rain",))
    assert (added.genres, added.age_rating, added.aired_from) == (
        ("Drama", "Slice of Life"),
        "R+",
        "2019-04-01",
    )
    assert (added.is_adult, added.year, added.franchise_id) == (False, 2019, 90)
    again(places, path)


def test_table_with_mapping_and_date(places: Places, tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", "nr,Wie es heisst,Note,Leute\n3,Yoru no Densha,8.5,9000\n")
    mapping = {"mal_id": "nr", "title": "Wie es heisst", "score": "Note", "members": "Leute"}
    with pytest.raises(UserError, match="import-columns"):
        import_files(places, [path])
    assert import_files(places, [path], Options(mapping=mapping)).unchanged == 1  # undated: fills only
    options = Options(mapping=mapping, date="2026-10-01")
    assert import_files(places, [path], options).enriched == 1
    assert (found(places, 3).score, found(places, 3).members) == (8.5, 9000)
    again(places, path, options=options)
    for wrong in ({"mal_id": "no such"}, {"no field": "nr"}):
        with pytest.raises(UserError, match="import-map"):
            import_files(places, [path], Options(mapping={**mapping, **wrong}))


def reference(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "mal_id": 3, "anilist_id": 33, "title": "Yoru no Densha", "title_english": "Night Train",
        "synonyms": ["YoruDen"],
        "type": "TV", "episodes": 24, "duration_min": 23.5, "status": "finished", "aired_from": "2026",
        "aired_to": "2026-09-20", "rating": "PG-13", "is_adult": False, "genres": ["Mystery"], "themes": ["Vampire"],
        "studios": ["Ito"], "score": 7.7, "members": 5000, "stats_date": "2026-09",
        "synopsis": "A long enough synopsis.",
    }  # fmt: skip
    return {**row, **changes}


def test_json_lines(places: Places, tmp_path: Path) -> None:
    rows: list[Any] = [
        [1], reference(), reference(), {"mal_id": 4, "title": "Only a name"}, reference(mal_id=5, title="Car CM"),
        reference(mal_id=6, title="Yoru no Densha 2nd Season", stats_date="2099-01"), {"mal_id": True}, {"mal_id": 7},
    ]  # fmt: skip
    path = write(tmp_path / "x.jsonl.gz", "{broken\n\n" + "\n".join(map(json.dumps, rows)))
    report = import_files(places, [path])
    assert (report.read, report.added, report.enriched) == (9, 1, 1)
    assert dict(report.reasons) == {
        "import-row-json": 2, "import-row-twice": 1, "import-row-bare": 1, "import-row-commercial": 1,
        "import-row-id": 1, "import-row-title": 1,
    }  # fmt: skip
    assert (report.skipped[0].row.place, report.skipped[0].row.reason) == (1, "import-row-json")
    known = found(places, 3)
    assert (known.status, known.score, known.members, known.aired_to) == ("finished", 7.7, 5000, "2026-09-20")
    assert known.aired_from == "2026-04-05"  # the import knows the year only
    assert (known.themes, known.synopsis) == ((), "A long enough synopsis.")
    assert found(places, 6).franchise_id == 3
    assert Catalogue.open(places.imported).info.date == "2026-09-01"  # a day to come is nobody's
    again(places, path)


def test_a_later_release_of_the_shipped_catalogue_shines_through(places: Places, tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", json.dumps(reference(mal_id=6, title="Addition")))
    import_files(places, [path])
    own = Record(9, "Added by the release", type="TV")
    write_pack(
        (*Catalogue.open(places.shipped).records(), own),
        places.shipped,
        source="newer facts",
        date="2026-12-01",
    )
    report = import_files(places, [path])
    assert (report.added, report.enriched) == (0, 0)
    assert found(places, 9).title == "Added by the release"
    assert found(places, 6).title == "Addition"
    again(places, path)


def test_unknown_formats(places: Places, tmp_path: Path) -> None:
    cases = {
        "import-format-unknown": ["hello there", "", "[1, 2]", '{"a": 1}', "\0\1,\2"],
        "import-columns": ["a,b\n1,2\n"],
        "import-zip": ["PK\x03\x04...."],
    }
    for key, texts in cases.items():
        for text in texts:
            with pytest.raises(UserError, match=key):
                import_files(places, [write(tmp_path / "x", text)])
    with pytest.raises(UserError, match="import-unreadable"):
        import_files(places, [tmp_path / "missing.csv"])
    for chosen in Format:
        path = write(tmp_path / "x.csv", "mal_id,title\n5,Nothing else\n")
        if chosen is Format.KAGGLE_2020:
            with pytest.raises(UserError, match="import-columns"):
                import_files(places, [path], Options(chosen))
        else:
            assert import_files(places, [path], Options(chosen)).added == 0

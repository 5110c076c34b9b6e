"""Lists as MyAnimeList and AniList export them, read whole or refused with a clear reason."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from core.people.lists import read_list
from tests.core.people.listed import entries, refusal


def mal(**fields: str) -> str:
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<?xml version='1.0'?>\n<myanimelist>\n<myinfo/>\n<anime>{inside}</anime>\n</myanimelist>"


def test_mal_xml() -> None:
    (entry,) = entries(
        mal(
            series_animedb_id="457", series_title="<![CDATA[Mushishi & Co]]>", my_score="9", my_status="On-Hold",
            my_comments="<![CDATA[calm <3]]>", my_watched_episodes="7", my_tags="<![CDATA[rain, slow]]>",
        )
    )  # fmt: skip
    assert (entry.mal_id, entry.titles, entry.status, entry.score, entry.note) == (
        457, ("Mushishi & Co",), "on_hold", 9, "calm <3",
    )  # fmt: skip
    assert entry.fields["my_watched_episodes"] == "7"
    assert entry.fields["my_tags"] == "rain, slow"
    assert not entry.is_favourite
    assert entry.mark == "seen"
    assert entry.where == "4 (Mushishi & Co)"


@pytest.mark.parametrize(
    ("status", "score", "mark", "favourite"),
    [
        ("Completed", "8", "seen", True),
        ("2", "10", "seen", True),
        ("Completed", "7", "seen", False),
        ("Completed", "0", "seen", False),
        ("Watching", "10", "seen", False),
        ("On-Hold", "9", "seen", False),
        ("Dropped", "9", "dropped", False),
        ("Plan to Watch", "0", "planned", False),
        ("6", "0", "planned", False),
    ],
)
def test_what_becomes_of_each_status(status: str, score: str, mark: str, favourite: bool) -> None:
    (entry,) = entries(mal(series_animedb_id="1", my_status=status, my_score=score))
    assert (entry.mark, entry.is_favourite) == (mark, favourite)


def test_a_tag_marks_a_favourite() -> None:
    (entry,) = entries(
        mal(series_animedb_id="1", my_status="Completed", my_score="6", my_tags="slow, Favorite")
    )
    assert entry.is_favourite


def test_xml_packed_and_in_other_encodings() -> None:
    plain = mal(series_title="蟲師", my_status="Completed").replace("<?xml version='1.0'?>", "")
    for data in (
        gzip.compress(plain.encode(), mtime=0),
        b"\xef\xbb\xbf" + plain.encode(),
        plain.encode("utf-16"),
        b"\n\n " + plain.encode(),
        plain.replace("Completed", "Comp\x08leted").encode(),
    ):
        (entry,) = entries(data)
        assert (entry.titles, entry.status) == (("蟲師",), "completed")


def test_rows_that_cannot_be_read_are_named() -> None:
    parsed = read_list(
        b"<myanimelist>\n<anime></anime>\n"
        b"<anime><series_title>A</series_title><my_status>Lost</my_status></anime>\n"
        b"<anime><series_title>B</series_title><my_status>Completed</my_status><my_score>11</my_score></anime>\n"
        b"</myanimelist>"
    )
    assert parsed.skipped == [("2", "list-row-empty"), ("4 (B)", "list-row-score")]
    assert [(entry.name, entry.problem) for entry in parsed.entries] == [
        ("A", "list-row-status"),
        ("B", None),
    ]


def test_dangerous_and_broken_xml() -> None:
    bomb = (
        '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><myanimelist><anime>&b;</anime></myanimelist>'
    )
    outside = '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><myanimelist>&a;</myanimelist>'
    assert refusal(bomb)[0] == refusal(outside)[0] == "list-unreadable"
    assert refusal("<html><body>log in</body></html>")[0] == "list-unreadable"
    assert refusal("<myanimelist>\n<anime>\n<series_title>A</series") == ("list-broken", {"line": 3})
    assert refusal("<myanimelist><manga><my_status>2</my_status></manga></myanimelist>")[0] == "list-manga"


def anilist(score_format: str | None, *listed: dict[str, Any], name: str = "Completed") -> str:
    options = {"mediaListOptions": {"scoreFormat": score_format}} if score_format else {}
    lists = [{"name": name, "status": "COMPLETED", "entries": list(listed)}]
    return json.dumps({"data": {"MediaListCollection": {"user": options, "lists": lists}}})


@pytest.mark.parametrize(
    ("score_format", "given_score", "score"),
    [
        ("POINT_100", 85, 8.5), ("POINT_100", 3, 1), ("POINT_10_DECIMAL", 7.5, 7.5), ("POINT_10", 8, 8),
        ("POINT_5", 4, 8), ("POINT_3", 3, 10), ("POINT_3", 2, 6.67), ("POINT_100", 0, None),
        (None, 90, 9), (None, 9, 9), (None, None, None),
    ],
)  # fmt: skip
def test_anilist_scores(score_format: str | None, given_score: float | None, score: float | None) -> None:
    (entry,) = entries(anilist(score_format, {"mediaId": 1, "score": given_score}))
    assert entry.score == score
    assert entry.is_favourite is (score is not None and score >= 8)


def test_anilist() -> None:
    listed = {
        "mediaId": 154587, "status": "PAUSED", "score": 0, "progress": 5, "repeat": 2, "notes": "later",
        "startedAt": {"year": 2023, "month": 9, "day": None},
        "media": {"idMal": 52991, "title": {"romaji": "Sousou no Frieren", "native": "葬送のフリーレン"},
                  "episodes": 28},
    }  # fmt: skip
    (entry,) = entries(anilist("POINT_10", listed))
    assert (entry.mal_id, entry.anilist_id, entry.status, entry.note) == (52991, 154587, "on_hold", "later")
    assert entry.titles == ("Sousou no Frieren", "葬送のフリーレン")
    assert entry.raw == listed
    assert entry.fields["my_start_date"] == "2023-09-00"
    assert (entry.fields["my_watched_episodes"], entry.fields["my_times_watched"]) == ("5", "2")


def test_anilist_favourites_custom_lists_and_manga() -> None:
    document = json.loads(
        anilist("POINT_10", {"mediaId": 1, "score": 5, "media": {"isFavourite": True}}, {"mediaId": 2})
    )
    collection = document["data"]["MediaListCollection"]
    collection["lists"].append({"name": "Favourites", "isCustomList": True, "entries": [{"mediaId": 2}]})
    collection["lists"].append({"name": "Manga", "entries": [{"mediaId": 3, "media": {"type": "MANGA"}}]})
    collection["user"]["favourites"] = {"anime": {"nodes": [{"id": 4, "title": {"romaji": "D"}}]}}
    parsed = read_list(json.dumps(document).encode())
    assert [(entry.anilist_id, entry.is_favourite) for entry in parsed.entries] == [
        (1, True),
        (2, True),
        (4, True),
    ]
    assert parsed.skipped == [("4", "list-row-manga")]


def test_anilist_archive() -> None:
    archive = {
        "user": {"id": 1},
        "lists": [
            {
                "series_type": 0,
                "series_id": 1,
                "status": 2,
                "score": 90,
                "progress": 26,
                "started_on": 20200131,
            },
            {"series_type": 0, "series_id": 2, "status": 5, "score": 0},
            {"series_type": 0, "series_id": 3, "status": 4, "score": 0},
            {"series_type": 1, "series_id": 4, "status": 2, "score": 90},
        ],
    }
    parsed = read_list(json.dumps(archive).encode())
    assert [(entry.anilist_id, entry.status, entry.score) for entry in parsed.entries] == [
        (1, "completed", 9), (2, "completed", None), (3, "on_hold", None),
    ]  # fmt: skip
    assert parsed.entries[0].fields["my_start_date"] == "2020-01-31"
    assert parsed.skipped == [("4", "list-row-manga")]


def test_mal_api() -> None:
    page = {
        "data": [
            {
                "node": {"id": 457, "title": "Mushishi"},
                "list_status": {
                    "status": "plan_to_watch", "score": 0, "num_episodes_watched": 3, "tags": ["a", "b"],
                    "comments": "c",
                },
            },
            {"node": {"id": 1, "title": "Cowboy Bebop"}, "list_status": {"status": "completed", "score": 8}},
        ],
        "paging": {},
    }  # fmt: skip
    for document in (page, [page], page["data"]):
        first, second = entries(json.dumps(document))
        assert (first.mal_id, first.mark, first.note, first.fields["my_tags"]) == (
            457,
            "planned",
            "c",
            "a, b",
        )
        assert second.is_favourite

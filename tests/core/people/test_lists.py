"""Lists in every format, told apart by their content, read whole or refused with a clear reason."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.people.lists import MOST_BYTES, MOST_ENTRIES, ListEntry, read_list
from core.people.lists.entry import read_score


def entries(data: bytes | str) -> list[ListEntry]:
    return read_list(data.encode() if isinstance(data, str) else data).entries


def refusal(data: bytes | str) -> tuple[str, dict[str, Any]]:
    with pytest.raises(UserError) as refused:
        entries(data)
    return refused.value.key, dict(refused.value.arguments)


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


@pytest.mark.parametrize(
    "csv",
    [
        "Title,Score,Status,Notes\nMushishi,9,Completed,calm\n",
        "anime_title;MY SCORE;watch status;comments\r\nMushishi;9,0;completed;calm\r\n",
        '"Name"\t"Your Rating"\t"List Status"\t"Note"\n"Mushishi"\t"9/10"\t"WATCHED"\t"calm"\n',
        "\ufeffNotes|Title|Rating|State|Extra\ncalm|Mushishi|4.5/5|finished|x\n",
        "title,score,status,notes\n\n\nMushishi,90,2,calm\n",
    ],
)
def test_csv_with_headings_of_many_kinds(csv: str) -> None:
    (entry,) = entries(csv)
    assert (entry.titles, entry.score, entry.status, entry.note) == (("Mushishi",), 9, "completed", "calm")
    assert entry.is_favourite


def test_csv_ids_favourites_and_rows_with_faults() -> None:
    parsed = read_list(
        b"mal_id,title,score,status,favorite\n"
        b"457,Mushishi,6,completed,yes\n"
        b",Monster,,planning,\n"
        b",,9,completed,\n"
        b',"Two\nlines",nine,completed,no\n'
        b",Late,5,someday,\n"
        b"1,Cowboy Bebop\n"
    )
    assert [(e.mal_id, e.name, e.mark, e.is_favourite) for e in parsed.entries] == [
        (457, "Mushishi", "seen", True),
        (None, "Monster", "planned", False),
        (None, "Two\nlines", "seen", False),
        (None, "Late", "seen", False),
        (1, "Cowboy Bebop", "seen", False),
    ]
    assert parsed.skipped == [("4", "list-row-empty"), ("5 (Two\nlines)", "list-row-score")]
    assert parsed.entries[3].problem == "list-row-status"
    assert parsed.entries[3].where == "7 (Late)"


def test_csv_of_titles_alone_is_a_list_of_favourites() -> None:
    assert all(
        e.is_favourite and e.mark is None for e in entries("title,year\nMushishi,2005\nMonster,2004\n")
    )
    assert [e.name for e in entries("Title\nMushishi\nHello, World\n")] == ["Mushishi", "Hello, World"]
    assert refusal('title,score\nMushishi,9\nMonster,"8\n')[0] == "list-broken"


def test_plain_titles() -> None:
    text = """# My list
    - Mushishi
    2. Re:Zero kara Hajimeru Isekai Seikatsu
    * "Monster"

    #457
    91 Days
    https://myanimelist.net/anime/1/Cowboy_Bebop
    Hello, World
    Death Note - 9/10
    School Days (3/10)
    Fate/stay night
    """
    parsed = read_list(text.encode())
    assert [entry.name for entry in parsed.entries] == [
        "Mushishi", "Re:Zero kara Hajimeru Isekai Seikatsu", "Monster", "#457", "91 Days",
        "https://myanimelist.net/anime/1/Cowboy_Bebop", "Hello, World", "Death Note", "School Days", "Fate/stay night",
    ]  # fmt: skip
    assert [(e.score, e.is_favourite, e.mark) for e in parsed.entries[-3:]] == [
        (9, True, None), (3, False, "seen"), (None, True, None),
    ]  # fmt: skip
    assert parsed.skipped == [("1", "list-row-heading")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("蟲師\nモンスター", "cp932"),
        ("Pokémon\nLes Misérables", "cp1252"),
        ("蟲師\nCowboy Bebop", "utf-16"),
        ("蟲師", "utf-8"),
    ],
)
def test_encodings(text: str, encoding: str) -> None:
    assert [entry.name for entry in entries(text.encode(encoding))] == text.split("\n")


def test_json_of_other_shapes() -> None:
    assert [e.name for e in entries('["Mushishi", "Monster"]')] == ["Mushishi", "Monster"]
    (entry,) = entries('{"anime": [{"title": "Mushishi", "score": 9, "status": "completed", "mal_id": 457}]}')
    assert (entry.mal_id, entry.score, entry.is_favourite) == (457, 9, True)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "list-empty"),
        (b" \n\n ", "list-empty"),
        (b"[]", "list-empty"),
        (b"<myanimelist></myanimelist>", "list-empty"),
        (b"title,score\n", "list-empty"),
        (b"\x89PNG\r\n\x1a\n", "list-unreadable"),
        (b"PK\x03\x04abc", "list-unreadable"),
        (b"a\x00b", "list-unreadable"),
        (b"\x1f\x8bnot gzip at all", "list-unreadable"),
        (gzip.compress(b"Mushishi" * 100, mtime=0)[:-12], "list-unreadable"),
        (b"3", "ok"),
        (b'{"a": 1}', "list-unreadable"),
        (b'{"data": [', "list-broken"),
        (b"[" * 100_000, "list-unreadable"),
        (b"[" + b"9" * 10_000 + b"]", "list-unreadable"),
    ],
)
def test_what_is_no_list(data: bytes, key: str) -> None:
    if key == "ok":
        assert entries(data)
    else:
        assert refusal(data)[0] == key


def test_limits() -> None:
    assert refusal(b"x" * (MOST_BYTES + 1)) == ("list-too-large", {"megabytes": 32})
    assert refusal(gzip.compress(b"\n" * (MOST_BYTES + 1), 1))[0] == "list-too-large"
    assert refusal("\n".join(f"t{n}" for n in range(MOST_ENTRIES + 1))) == (
        "list-too-many",
        {"most": MOST_ENTRIES},
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["data", "node", "list_status", "MediaListCollection", "lists", "entries", "media", "mediaId", "title",
             "score", "status", "id", "idMal", "format", "unmatched", "user", "favourites", "anime", "nodes",
             "series_id", "imported", "fields", "tags", "startedAt", "year", "notes", "favourite", "added_at", "mal_id"]
        ) | st.text(max_size=4),
        inner | st.sampled_from(["osusume", "COMPLETED", "seen", "completed", 1, 8.5, "2025-01-01T00:00:00Z"]),
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_any_json_is_read_or_refused(document: Any) -> None:
    check(json.dumps(document).encode())


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.lists(
        st.sampled_from(
            ["<myanimelist>", "</myanimelist>", "<anime>", "</anime>", "<my_score>", "</my_score>", "9", "&amp;",
             "<a/>", "title", "score", ",", ";", "\n", '"', "Mushishi", "status", "9/10", "1.", "- ", "9/0", "#457",
             "é"]
        ),
        max_size=30,
    ).map(lambda parts: "".join(parts).encode())
)  # fmt: skip
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check(data)


def check(data: bytes) -> None:
    try:
        parsed = read_list(data)
    except UserError as refused:
        assert refused.key.startswith("list-")  # noqa: PT017
        return
    for entry in parsed.entries:
        assert entry.name.encode()
        assert entry.score is None or 1 <= entry.score <= 10
        assert entry.mal_id is None or 0 < entry.mal_id < 2**31
        json.dumps(entry.kept())


@given(
    st.one_of(st.none(), st.text(max_size=6), st.floats(), st.integers(), st.booleans()),
    st.sampled_from([3, 5, 10, 100]),
)
def test_a_score_is_none_within_the_range_or_refused(value: object, scale: int) -> None:
    try:
        score = read_score(value, scale)
    except ValueError:
        return
    assert score is None or 1 <= score <= 10

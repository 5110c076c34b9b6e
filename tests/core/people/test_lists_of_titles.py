"""Lists as people write them: tables, plain titles, JSON of their own."""

from __future__ import annotations

import pytest

from core.people.lists import read_list
from tests.core.people.listed import entries, refusal


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

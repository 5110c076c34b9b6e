"""Whatever is sent as a list is read within limits or refused."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.people.lists import MOST_BYTES, MOST_ENTRIES, read_list
from core.people.lists.entry import read_score
from tests.core.people.listed import entries, refusal


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

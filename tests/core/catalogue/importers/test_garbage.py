"""Whatever stands in a row: nothing crashes, every row is counted, a second import changes nothing."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.catalogue.importers import FIELDS, Format, Options, Places, Report, import_files

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
IDS = st.integers(1, 12) | st.sampled_from([0, -3, 10**12, "7", "7.0", "seven", None, True, 1e400, [1]])
TITLES = st.sampled_from(
    ["Kumo no Machi", "Kumo no Machi Season 2", "Umi", "Umi no Neko", "海の猫"]
) | st.text(max_size=12)
_WORDS = (
    "2026-09-10 2099-01-01 0000-99-99 Unknown TV Rx Drama Hentai 24 -1 1e99 ['a', https://a.b/c Spring nan ٣"
)
_PHRASES = (
    "Apr 31, 2020 to ?",
    "Spring 1998",
    "1 hr. 5 min.",
    "a\nb",
    "\x00",
    "\ud800",
    "Drama, Yaoi",
    "x" * 600,
)
WORDS = st.sampled_from([*_WORDS.split(), *_PHRASES])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
_NAMES = """
    anilist_id title_english title_japanese synonyms type episodes duration_min status aired_from aired_to season year
    source rating is_adult genres themes demographics tags studios producers score members members_2020 franchise_id
    tvdb_season image_url synopsis stats_date
"""
FACTS = st.dictionaries(
    st.sampled_from(_NAMES.split()), VALUES | WORDS | st.lists(WORDS, max_size=4), max_size=12
)
ROWS = (
    st.builds(lambda mal_id, title, facts: {"mal_id": mal_id, "title": title, **facts}, IDS, TITLES, FACTS)
    | VALUES
)


def check(places: Places, content: bytes, options: Options, rows: int | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        fresh = Places(places.shipped, Path(folder) / "home")
        first = import_files(fresh, [path], options)
        _counted(first, rows)
        before = fresh.imported.read_bytes() if fresh.imported.exists() else None
        second = import_files(fresh, [path], options)
        _counted(second, rows)
        assert (second.added, second.enriched) == (0, 0)
        if before is not None:
            assert fresh.imported.read_bytes() == before
            catalogue = Catalogue.open(fresh.imported)
            assert [record.mal_id for record in catalogue.records()] == catalogue.mal_ids.tolist()


def _counted(report: Report, rows: int | None) -> None:
    assert rows is None or report.read == rows
    assert report.read == report.added + report.enriched + report.unchanged + report.reasons.total()


@QUICK
@given(st.lists(ROWS, max_size=8))
def test_json_lines(places: Places, rows: list[Any]) -> None:
    check(places, "\n".join(map(json.dumps, rows)).encode(), Options(Format.JSON_LINES), len(rows))


@QUICK
@given(st.lists(st.binary(max_size=30), max_size=6))
def test_json_lines_of_bytes(places: Places, lines: list[bytes]) -> None:
    check(places, b"\n" + b"\n".join(lines), Options(Format.JSON_LINES), None)


SOURCES = st.builds(lambda mal_id: f"https://myanimelist.net/anime/{mal_id}", IDS) | WORDS
_OFFLINE_NAMES = """
    type episodes status animeSeason picture duration score synonyms studios producers relatedAnime tags
"""
_PARTS = st.dictionaries(st.sampled_from(["value", "unit", "year", "season", "arithmeticMean"]), WORDS)
OFFLINE = (
    st.builds(
        lambda sources, title, facts: {"sources": sources, "title": title, **facts},
        st.lists(SOURCES, max_size=3) | VALUES,
        TITLES | VALUES,
        st.dictionaries(
            st.sampled_from(_OFFLINE_NAMES.split()), VALUES | st.lists(SOURCES, max_size=3) | _PARTS
        ),
    )
    | VALUES
)


@QUICK
@given(st.lists(OFFLINE, max_size=8), st.booleans())
def test_offline_database(places: Places, rows: list[Any], lines: bool) -> None:
    meta = {"lastUpdate": "2026-09-10", "license": {}}
    safe = json.loads(json.dumps(rows), parse_constant=lambda _: None)  # a JSON document has no NaN
    safe = _small(safe)
    if lines:
        content = "\n".join(map(json.dumps, [meta, *safe]))
    else:
        content = json.dumps({**meta, "data": safe}, allow_nan=False)
    check(places, content.encode(), Options(Format.OFFLINE_DATABASE), len(rows))


def _small(value: Any) -> Any:
    """The value with its numbers and characters in the range that every JSON parser reads."""
    if isinstance(value, list):
        return [_small(item) for item in value]
    if isinstance(value, dict):
        return {_small(key): _small(item) for key, item in value.items()}
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) > 2**53:
        return 0
    return value


@QUICK
@given(
    st.lists(
        st.tuples(IDS, TITLES, st.lists(WORDS | st.text(max_size=15), max_size=len(FIELDS) - 2)), max_size=6
    )
)
def test_tables(places: Places, rows: list[tuple[Any, str, list[str]]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    for mal_id, title, values in rows:
        writer.writerow([mal_id, title, *values, *[""] * (len(FIELDS) - 2 - len(values))])
    content = out.getvalue().encode("utf-8", "surrogatepass")
    check(places, content, Options(Format.MAL_CSV), len(rows))


@QUICK
@given(st.binary(max_size=200))
def test_tables_of_bytes(places: Places, content: bytes) -> None:
    check(places, b"MAL_ID,Name,sypnopsis\n" + content, Options(Format.KAGGLE_2020), None)
    check(places, b"mal_id,title\n" + content, Options(Format.MAL_CSV), None)

"""The files of public data sets as they are: read whole, told apart, hardly a row lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue.importers import Format, Options, Places, import_files
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.formats import rows_of
from core.catalogue.importers.rows import BadRow, Entry

DATA = Path(__file__).parents[5] / "shared" / "data" / "anime"
FILES = {
    "anime_2020.csv.gz": (Format.KAGGLE_2020, 17_562, 0),
    "anime_with_synopsis_2020_rebuilt.csv.gz": (Format.KAGGLE_2020, 16_214, 0),
    "catalogue.jsonl.gz": (Format.JSON_LINES, 25_888, 0),
    "samples/anime-offline-database-minified.rebuilt.json.gz": (Format.OFFLINE_DATABASE, 3000, 0),
    "samples/anime-offline-database.rebuilt.jsonl.gz": (Format.OFFLINE_DATABASE, 3000, 0),
}
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data/anime")


@pytest.mark.parametrize("name", FILES)
def test_rows(name: str) -> None:
    chosen, rows = rows_of(ImportFile(DATA / name), Options())
    found = list(rows)
    bad = [row for row in found if isinstance(row, BadRow)]
    assert (chosen, len(found), len(bad)) == FILES[name]
    entries = [row for row in found if isinstance(row, Entry)]
    if "with_synopsis" in name:
        assert sum(entry.record.synopsis is not None for entry in entries) > 7000
    else:
        assert sum(entry.record.type is not None for entry in entries) > 0.8 * len(entries)
        assert sum(entry.record.year is not None for entry in entries) > 0.7 * len(entries)


def test_both_forms_of_one_database_say_the_same(places: Places) -> None:
    one, other = (
        DATA / "samples" / f"anime-offline-database{end}.gz"
        for end in ("-minified.rebuilt.json", ".rebuilt.jsonl")
    )
    first = import_files(places, [one])
    assert first.added > 2900
    before = places.imported.read_bytes()
    second = import_files(places, [other])
    assert (second.added, second.enriched) == (0, 0)
    assert places.imported.read_bytes() == before

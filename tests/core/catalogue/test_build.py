"""The shipped catalogue is what its command makes of the reference and our own tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from core.catalogue import Catalogue, write_pack
from core.catalogue.build import DATE, SOURCE, records_of

OWN = Path(__file__).parents[3] / "data" / "catalogue"
REFERENCE = Path(__file__).parents[4] / "shared" / "data" / "anime"


def _rows(name: str) -> list[dict[str, str]]:
    with (OWN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_only_our_own_synopses_ship(shipped: Catalogue) -> None:
    ours = {
        int(item["mal_id"]): item["synopsis"]
        for path in (OWN / "synopses").glob("*.jsonl")
        for item in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    assert {record.mal_id: record.synopsis for record in shipped.records() if record.synopsis} == ours


def test_chosen_entry_points_are_compiled_in(shipped: Catalogue) -> None:
    rows = _rows("entry_points.csv")
    assert len(rows) > 50
    for row in rows:
        franchise = int(row["franchise_id"])
        assert shipped.entry_point(franchise) == shipped.row_of(int(row["mal_id"])), row
        assert shipped.entry_points[int(row["mal_id"])] == row["reason"]


def test_franchise_corrections_are_compiled_in(shipped: Catalogue) -> None:
    for row in _rows("franchise_corrections.csv"):
        found = shipped.row_of(int(row["mal_id"]))
        if found is not None:
            assert int(shipped.franchise[found]) == int(row["franchise_id"])


def test_abbreviations_are_compiled_in(shipped: Catalogue) -> None:
    for row in _rows("abbreviations.csv"):
        anime = shipped.by_mal_id(int(row["mal_id"]))
        assert anime is None or row["abbreviation"] in anime.abbreviations


def test_building_again_gives_the_shipped_catalogue(shipped: Catalogue, tmp_path: Path) -> None:
    if not REFERENCE.exists():
        pytest.skip("needs the reference data")
    path = tmp_path / "again.npz"
    write_pack(
        records_of(REFERENCE, OWN),
        path,
        source=SOURCE,
        date=DATE,
        entry_points={int(row["mal_id"]): row["reason"] for row in _rows("entry_points.csv")},
    )
    again = Catalogue.open(path)
    assert list(again.records()) == list(shipped.records())
    assert again.keys.joined == shipped.keys.joined
    assert dict(again.entry_points) == dict(shipped.entry_points)

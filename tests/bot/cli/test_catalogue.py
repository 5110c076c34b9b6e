"""`osusume catalogue import` and `update`, as a host types them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.texts import Texts
from core.catalogue import Catalogue, Record, write_pack
from tests.bot.cli.conftest import Run
from tests.doubles.anilist import AniListDouble
from tests.doubles.aside import served_aside


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a small shipped catalogue beside it."""
    shipped = tmp_path / "data" / "catalogue" / "catalogue.npz"
    write_pack([Record(1, "Kumo no Machi", type="TV")], shipped, source="test facts", date="2026-08-31")
    monkeypatch.setattr("bot.cli.catalogue.DATA", tmp_path / "data")
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, osusume: Run) -> Run:
    """Runs `osusume catalogue ...`."""
    return partial(osusume, "catalogue")


TABLE = "nr,Wie,Genre\n1,Kumo no Machi,Drama\n5,Umi,Comedy\nx,Broken,\n" + "y,Broken,\n" * 9


def test_import(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    code, said, _ = run("import", "t.csv", "--map", "mal_id=nr,title=Wie", "--map", "genres=Genre")
    assert code == 0
    assert "Read 12 rows: one title added, 1 enriched, 0 unchanged, 10 rows skipped." in said
    assert "t.csv, row at 4: there is no MAL id" in said
    assert "... and 7 more like this" in said
    assert "from their next start" in said
    assert len(Catalogue.open(home / "catalogue" / "catalogue.npz")) == 2
    code, said, _ = run("import", "t.csv", "--map", "mal_id=nr,title=Wie,genres=Genre", "--json")
    assert code == 0
    report = json.loads(said)
    assert (report["read"], report["unchanged"], report["skipped"], report["titles"]) == (12, 2, 10, 2)
    assert report["reasons"] == {"import-row-id": 10}
    assert report["examples"][0]["line"] == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.csv"], "I cannot read missing.csv"),
        (["t.csv"], "--map mal_id=COLUMN,title=COLUMN"),
        (["t.csv", "--map", "title"], "Write --map title=Name"),
        (["t.csv", "--map", "name=Wie"], "There is no field “name”"),
        (["t.csv", "--map", "title=What"], "There is no column “What”"),
        (["t.csv", "--date", "May"], "Write it like 2026-01-31"),
        (["t.txt"], "Say which it is with --format: kaggle-2020"),
    ],
)
def test_what_a_host_can_mend(run: Run, home: Path, tmp_path: Path, words: list[str], sentence: str) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "t.txt").write_text("hello", encoding="utf-8")
    code, _, error = run("import", *words)
    assert code == 1
    assert sentence in error
    assert not (home / "catalogue" / "catalogue.npz").exists()


@pytest.fixture
def anilist() -> Iterator[AniListDouble]:
    item: dict[str, Any] = {
        "id": 7, "idMal": 70, "title": {"romaji": "Ame"}, "format": "TV", "season": "SPRING", "seasonYear": 2026,
        "startDate": {"year": 2026, "month": 4, "day": 1}, "isAdult": False, "genres": ["Drama"], "description": None,
    }  # fmt: skip
    double = AniListDouble([item])
    with served_aside(double.serve()):
        yield double


def test_update(run: Run, home: Path, anilist: AniListDouble) -> None:
    words = ["update", "--year", "2026", "--season", "spring", "--address", anilist.address]
    code, said, _ = run(*words)
    assert code == 0
    assert "one title added" in said
    code, said, _ = run(*words, "--json")
    assert code == 0
    report = json.loads(said)
    assert (report["added"], report["enriched"], report["unchanged"]) == (0, 0, 1)
    anilist.faults = [403]
    code, _, error = run(*words)
    assert code == 1
    assert "AniList refused the question" in error
    assert len(Catalogue.open(home / "catalogue" / "catalogue.npz")) == 2


def test_every_key_of_the_importers_has_its_sentence() -> None:
    texts = Texts("en")
    folder = Path(__file__).parents[3] / "core" / "catalogue" / "importers"
    keys = {
        key
        for path in folder.glob("*.py")
        for key in re.findall(r'"((?:import|anilist)-[a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(keys) > 15
    assert [key for key in sorted(keys) if not texts.has(key)] == []

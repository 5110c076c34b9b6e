"""`osusume catalogue import` and `update`, as a host types them."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.texts import Texts
from core.catalogue import Catalogue, Record, write_pack
from tests.doubles.anilist import AniListDouble


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a small shipped catalogue beside it."""
    shipped = tmp_path / "data" / "catalogue" / "catalogue.npz"
    write_pack([Record(1, "Kumo no Machi", type="TV")], shipped, source="test facts", date="2026-08-31")
    monkeypatch.setattr("bot.cli.catalogue.DATA", tmp_path / "data")
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["osusume", "catalogue", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


TABLE = "nr,Wie,Genre\n1,Kumo no Machi,Drama\n5,Umi,Comedy\nx,Broken,\n" + "y,Broken,\n" * 9


def test_import(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    assert run(monkeypatch, "import", "t.csv", "--map", "mal_id=nr,title=Wie", "--map", "genres=Genre") == 0
    said = capsys.readouterr().out
    assert "Read 12 rows: one title added, 1 enriched, 0 unchanged, 10 rows skipped." in said
    assert "t.csv, row at 4: there is no MAL id" in said
    assert "... and 7 more like this" in said
    assert "from their next start" in said
    assert len(Catalogue.open(home / "catalogue" / "catalogue.npz")) == 2
    assert run(monkeypatch, "import", "t.csv", "--map", "mal_id=nr,title=Wie,genres=Genre", "--json") == 0
    report = json.loads(capsys.readouterr().out)
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
def test_what_a_host_can_mend(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "t.txt").write_text("hello", encoding="utf-8")
    assert run(monkeypatch, "import", *words) == 1
    assert sentence in capsys.readouterr().err
    assert not (home / "catalogue" / "catalogue.npz").exists()


@pytest.fixture
def anilist() -> Iterator[AniListDouble]:
    """The double on a loop of its own: the command brings its own loop."""
    item: dict[str, Any] = {
        "id": 7, "idMal": 70, "title": {"romaji": "Ame"}, "format": "TV", "season": "SPRING", "seasonYear": 2026,
        "startDate": {"year": 2026, "month": 4, "day": 1}, "isAdult": False, "genres": ["Drama"], "description": None,
    }  # fmt: skip
    double = AniListDouble([item])
    ready, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with double.serve():
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    yield double
    loop.call_soon_threadsafe(over.set)
    thread.join(10)
    loop.close()


def test_update(
    home: Path, anilist: AniListDouble, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["update", "--year", "2026", "--season", "spring", "--address", anilist.address]
    assert run(monkeypatch, *words) == 0
    assert "one title added" in capsys.readouterr().out
    assert run(monkeypatch, *words, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["enriched"], report["unchanged"]) == (0, 0, 1)
    anilist.faults = [403]
    assert run(monkeypatch, *words) == 1
    assert "AniList refused the question" in capsys.readouterr().err
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

"""`osusume data`, as a host types it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from core.training.reading import open_data
from tests.bot.cli.conftest import Run
from tests.core.training.drawn import face
from tests.core.training.reading import built


@pytest.fixture
def run(osusume: Run) -> Run:
    """Runs `osusume data ...`."""
    return partial(osusume, "data")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two characters with a dozen pictures each, and a broken one."""
    for hair in ("blue", "red"):
        for number in range(12):
            path = tmp_path / "set" / hair / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            face(hair, "green", number + len(hair) * 50, 64).save(path)
    built.put(tmp_path / "set" / "red" / "broken.png", "no picture")
    return tmp_path / "set"


def test_report(run: Run, folders: Path) -> None:
    code, out, err = run("report", str(folders))
    assert (code, err.strip()) == (0, "set: imagefolder")
    assert "picture-is-text" in out
    assert "red/broken.png" in out
    code, out, _ = run("report", "set", "--json", "--embed", "--sheet", "sheet.png")
    told = json.loads(out)
    assert (code, told["samples"], told["classes"]) == (0, 25, {"blue": 12, "red": 12})
    assert told["embedder"]
    assert str(folders.parent) not in out
    assert Path("sheet.png").stat().st_size > 1000


def test_split(run: Run, folders: Path) -> None:
    code, out, _ = run(
        "split", "set", "--out", "parts.jsonl", "--validation", "0.25", "--seed", "1", "--json"
    )
    told = json.loads(out)
    assert (code, told["written"], told["broken"]) == (0, 24, 1)
    assert told["train"] + told["validation"] == 24
    first = {str(sample.image): sample.split for sample in open_data(Path("parts.jsonl"))}
    assert set(first.values()) == {"train", "validation"}
    for number in range(3):
        face("green", "red", number, 64).save(folders / "blue" / f"new{number}.png")
    code, _, _ = run("split", "set", "--out", "more.jsonl", "--keep", "parts.jsonl", "--validation", "0.25")
    more = {str(sample.image): sample.split for sample in open_data(Path("more.jsonl"))}
    assert code == 0
    assert len(more) == 27
    assert {name: more[name] for name in first} == first


def test_friendly_refusals(run: Run, folders: Path) -> None:
    for words, said in (
        (("report", "gone"), "There is nothing at gone"),
        (("report", "set", "--format", "excel"), "I know no data format excel"),
        (("report", "set", "--format", "voc"), "set does not look like voc data"),
        (("report", "set", "--ratings", "x"), "Ratings are s, q and e"),
        (("split", "set", "--out", "a.jsonl", "--validation", "1.5"), "above 0 and below 1"),
        (("report", "set", "--images", "gone"), "There is nothing at gone"),
    ):
        code, out, err = run(*words)
        assert (code, out) == (1, "")
        assert said in err
        assert len(err.strip().splitlines()) <= 2
    assert not Path("a.jsonl").exists()


def test_convert(run: Run, folders: Path) -> None:
    code, out, _ = run("convert", "set", "--to", "jsonl", "--out", "out", "--json")
    assert (code, json.loads(out)["written"]) == (0, 24)
    assert len(list(open_data(Path("out")))) == 24
    code, out, err = run("convert", "set", "--to", "coco", "--out", "boxes")
    assert (code, out) == (1, "")
    assert "There are no boxes in set" in err

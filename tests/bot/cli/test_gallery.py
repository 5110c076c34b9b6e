"""`osusume gallery`, as a host types it, with tiny models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.bot.cli.conftest import Run
from tests.tiny_models import COLOURS, drawn


@pytest.fixture
def run(place: Path, osusume: Run) -> Run:
    """Runs `osusume ...` where the models are tiny."""
    return osusume


def crop(path: str, colour: str, shade: int = 0) -> None:
    """A face crop: one colour."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    red, green, blue = COLOURS[colour]
    Image.new("RGB", (20, 20), (red - shade, green, blue)).save(path)


def test_labels_as_the_folders_are_called(run: Run) -> None:
    labels = ("[bold]x", "dr._stone", "re:zero_:smile:", "saber_(fate)")
    for label, colour in zip(labels, ("magenta", "cyan", "yellow", "green"), strict=True):
        crop(f"set/{label}/a.png", colour)
        crop(f"set/{label}/b.png", colour, 3)
    code, out, _ = run("gallery", "build", "set", "--name", "my.set-2", "--crops")
    assert code == 0
    for label in labels:
        assert label in out
    known = json.loads(run("gallery", "list", "--json")[1])
    assert [(one["gallery"], one["characters"], one["faces"]) for one in known] == [
        ("shipped", 3, 9), ("my.set-2", 4, 8),
    ]  # fmt: skip
    assert known[0]["embedder"] == known[1]["embedder"]
    _, out, _ = run("identify", "set", "--crops", "--gallery", "my.set-2", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["faces"][0]["candidates"][0]["character"] for row in rows] == [
        label for label in labels for _ in range(2)
    ]
    series = {row["faces"][0]["candidates"][0]["series"] for row in rows[6:]}
    assert series == {"fate"}


def test_what_became_of_every_picture(run: Run) -> None:
    Path("set/yuzu").mkdir(parents=True)
    for number in range(6):
        Path(f"set/yuzu/{number}.png").write_bytes(drawn("yellow", number=number))
    Path("set/yuzu/again.png").write_bytes(drawn("yellow", number=0))
    Path("set/yuzu/other.png").write_bytes(drawn("blue"))
    Path("set/yuzu/two.png").write_bytes(drawn("red", "blue"))
    Path("set/yuzu/nobody.png").write_bytes(drawn())
    Path("set/yuzu/broken.png").write_bytes(drawn("red")[:300])
    crop("set/nobody_at_all/plain.png", "red", 160)
    code, out, _ = run("gallery", "build", "set", "--name", "own", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["gallery"] == "own"
    nobody, yuzu = told["characters"]
    assert (nobody["character"], nobody["kept"], nobody["no_face"]) == ("nobody_at_all", 0, ["plain.png"])
    assert yuzu == {
        "character": "yuzu", "kept": 6, "dropped": ["other.png"], "no_face": ["nobody.png"],
        "many_faces": ["two.png"], "repeated": ["again.png"],
        "unreadable": [{"image": "broken.png", "error": "picture-truncated"}],
    }  # fmt: skip
    assert json.loads(run("gallery", "list", "--json")[1])[1]["characters"] == 1


def test_built_again_it_is_another_one(run: Run) -> None:
    crop("set/yuzu/a.png", "magenta")
    crop("set/yuzu/b.png", "magenta", 3)
    crop("ask.png", "magenta", 5)

    def who() -> tuple[bool, str]:
        face = json.loads(run("identify", "ask.png", "--crops", "--gallery", "own", "--json")[1])["faces"][0]
        return face["unknown"], face["candidates"][0]["character"]

    run("gallery", "build", "set", "--name", "own", "--crops")
    assert who() == (False, "yuzu")
    Path("set/yuzu").rename("set/ema")
    run("gallery", "build", "set", "--name", "own", "--crops")
    assert who() == (False, "ema")


def test_removed_with_what_an_interrupted_build_left_behind(run: Run, tmp_path: Path) -> None:
    crop("set/yuzu/a.png", "magenta")
    assert run("gallery", "build", "set", "--name", "my.own", "--crops")[0] == 0
    (built,) = (tmp_path / "home").rglob("my.own.npz")
    folder = built.parent
    kept = {path.name for path in folder.iterdir()} - {built.name}
    (folder / "my.own.journal").write_text("{}\n", encoding="utf-8")
    (folder / "my.journal").write_text("{}\n", encoding="utf-8")
    assert run("gallery", "remove", "my.own")[0] == 0
    assert {path.name for path in folder.iterdir()} == {*kept, "my.journal"}, "another gallery's stays"
    assert run("gallery", "remove", "my")[0] == 0, "it was never finished"
    assert {path.name for path in folder.iterdir()} == kept
    assert run("gallery", "remove", "my")[0] == 1


def test_removed_and_refused(run: Run) -> None:
    crop("set/yuzu/a.png", "magenta")
    assert run("gallery", "build", "set", "--name", "own", "--crops")[0] == 0
    assert "own" in run("gallery", "list")[1]
    assert run("gallery", "remove", "own")[0] == 0
    assert [one["gallery"] for one in json.loads(run("gallery", "list", "--json")[1])] == ["shipped"]
    refusals = (
        (("remove", "own"), "own"), (("remove", "shipped"), "shipped"),
        (("build", "set", "--name", "../own"), "../own"), (("build", "set", "--name", "shipped"), "shipped"),
        (("build", "nowhere", "--name", "own"), "nowhere"), (("build", "set/yuzu", "--name", "own"), "yuzu"),
    )  # fmt: skip
    for words, said in refusals:
        code, out, err = run("gallery", *words)
        assert (code, out) == (1, "")
        assert said in err
        assert len(err.strip().splitlines()) == 1

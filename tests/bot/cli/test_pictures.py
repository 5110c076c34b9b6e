"""`osusume detect|identify|tag|caption|describe|embed`, as a host types them, with tiny models."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.inference import InferenceQueue
from tests.bot.cli.conftest import Run
from tests.tiny_models import drawn

RunJson = Callable[..., tuple[int, list[dict[str, object]], str]]
Row = dict[str, object]

KEYS = {"image", "width", "height", "faces", "whole", "tags", "caption", "seconds"}
FACE_KEYS = {"box", "score", "candidates", "unknown", "traits"}


@pytest.fixture
def run(place: Path, osusume: Run) -> RunJson:
    """Runs `osusume ... --json`: the lines as data."""

    def run(*words: str) -> tuple[int, list[Row], str]:
        code, out, err = osusume(*words, "--json")
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


def faces(row: Row) -> list[Row]:
    found = row["faces"]
    assert isinstance(found, list)
    return found


def named(row: Row) -> list[str | None]:
    """Of each face who it is, None where that is unknown."""
    return [None if face["unknown"] else best(face)["character"] for face in faces(row)]


def best(face: Row) -> dict[str, str]:
    candidates = face["candidates"]
    assert isinstance(candidates, list)
    first = candidates[0]
    assert isinstance(first, dict)
    return first


def near(box: object, *expected: float, by: float = 3) -> bool:
    assert isinstance(box, list)
    return bool(np.abs(np.asarray(box) - expected).max() <= by)


def test_describe_is_one_line_of_data_a_picture(run: RunJson, place: Path) -> None:
    (place / "two.png").write_bytes(drawn("red", "yellow", width=320, height=240))
    code, (row,), _ = run("describe", "two.png")
    assert code == 0
    assert row.keys() == KEYS
    assert (row["image"], row["width"], row["height"], row["whole"]) == ("two.png", 320, 240, False)
    first = faces(row)[0]
    assert all(face.keys() == FACE_KEYS for face in faces(row))
    assert isinstance(first["candidates"], list)
    assert [one.keys() for one in first["candidates"]] == [{"character", "series", "score"}] * 3
    scores = [one["score"] for one in first["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert isinstance(row["tags"], list)
    tags = {tag["tag"]: tag for tag in row["tags"]}
    assert tags["smile"] == {"tag": "smile", "category": "general", "score": 0.9}
    assert isinstance(row["caption"], str)
    assert row["caption"].endswith(".")
    assert isinstance(row["seconds"], float)
    assert 0 < row["seconds"] < 30


def test_each_command_gives_its_part(run: RunJson, place: Path) -> None:
    (place / "a.png").write_bytes(drawn("green", width=320, height=240))
    _, (detected,), _ = run("detect", "a.png")
    (head,) = faces(detected)
    assert near(head["box"], 100, 60, 120, 120)
    assert (head["score"], head["candidates"], detected["tags"], detected["caption"]) == (0.8, [], [], None)
    _, (identified,), _ = run("identify", "a.png")
    assert named(identified) == ["nagato_yuki"]
    assert best(faces(identified)[0])["series"] == "suzumiya_haruhi_no_yuuutsu"
    assert (identified["tags"], identified["caption"]) == ([], None)
    _, (tagged,), _ = run("tag", "a.png")
    assert tagged["tags"]
    assert tagged["caption"] is None
    Image.new("RGB", (64, 64), "white").save(place / "white.png")
    _, (white,), _ = run("tag", "white.png")
    names = [tag["tag"] for tag in white["tags"]]  # type: ignore[attr-defined]
    assert "sky" in names
    assert "night" not in names, "below its threshold"
    _, (short,), _ = run("caption", "a.png", "--length", "short")
    _, (long,), _ = run("caption", "a.png")
    assert "Nagato Yuki" in str(long["caption"])
    assert len(str(short["caption"])) < len(str(long["caption"]))
    _, (japanese,), _ = run("caption", "a.png", "--language", "ja")
    assert any(ord(sign) > 0x3000 for sign in str(japanese["caption"]))
    _, (embedded,), _ = run("embed", "a.png")
    vector = faces(embedded)[0]["embedding"]
    assert np.linalg.norm(np.asarray(vector)) == pytest.approx(1, abs=1e-4)


def test_unknown_faces_keep_their_candidates(run: RunJson, place: Path) -> None:
    (place / "a.png").write_bytes(drawn("yellow"))
    _, (row,), _ = run("identify", "a.png")
    (face,) = faces(row)
    assert face["unknown"] is True
    assert len(face["candidates"]) == 3  # type: ignore[arg-type]


def test_without_a_face_data_tells_whom_the_whole_picture_is_like(run: RunJson, place: Path) -> None:
    Image.new("RGB", (64, 48), (150, 60, 60)).save(place / "sure.png")
    Image.new("RGB", (64, 48), (120, 110, 20)).save(place / "unsure.png")
    _, rows, _ = run("identify", "sure.png", "unsure.png")
    assert [row["whole"] for row in rows] == [True, True]
    assert [named(row) for row in rows] == [["makise_kurisu"], [None]]
    assert [faces(row)[0]["box"] for row in rows] == [[0, 0, 64, 48]] * 2
    _, (heads,), _ = run("detect", "sure.png")
    assert (heads["faces"], heads["whole"]) == ([], False)


def test_folders_whatever_the_ending_and_refused_files(run: RunJson, place: Path) -> None:
    deep = place / "pictures" / "deep"
    deep.mkdir(parents=True)
    (deep / "b.txt").write_bytes(drawn("red", file="JPEG"))
    (deep / "a.gif").write_bytes(drawn("blue", file="WEBP"))
    (place / "pictures" / "z.png").write_bytes(b"%PDF-1.7 no picture")
    (place / "pictures" / "y.png").write_bytes(drawn("green")[:200])
    (place / "pictures" / ".hidden.png").write_bytes(drawn("red"))
    (place / "pictures" / "empty").touch()
    code, rows, _ = run("identify", "pictures", "gone.png", str(deep / "b.txt"))
    assert code == 1
    assert [row["image"] for row in rows] == [
        "pictures/deep/a.gif", "pictures/deep/b.txt", "pictures/empty", "pictures/y.png", "pictures/z.png",
        "gone.png", str(deep / "b.txt"),
    ]  # fmt: skip
    assert [named(row) for row in (rows[0], rows[1], rows[6])] == [
        ["ikari_shinji"], ["makise_kurisu"], ["makise_kurisu"],
    ]  # fmt: skip
    for row in rows[2:6]:
        assert row.keys() == {"image", "error"}
    said = [str(row["error"]) for row in rows[2:6]]
    assert "empty" in said[0]
    assert "too early" in said[1]
    assert "PDF" in said[2]
    assert "gone.png" in said[3]


def test_a_file_over_the_limit_is_not_read(
    run: RunJson, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSUSUME_PICTURE_MEBIBYTES", "1")
    with (place / "huge.png").open("wb") as file:
        file.truncate(3 * 2**30)
    code, (row,), _ = run("detect", "huge.png")
    assert code == 1
    assert "3,072.1 MB" in str(row["error"])


def test_crops_are_one_face_each(run: RunJson, place: Path) -> None:
    (place / "crop.png").write_bytes(drawn("red", width=40, height=40))
    Image.new("RGB", (40, 50), (240, 40, 40)).save(place / "plain.png")
    code, rows, _ = run("identify", "crop.png", "plain.png", "--crops")
    assert code == 0
    assert [[face["box"] for face in faces(row)] for row in rows] == [[[0, 0, 40, 40]], [[0, 0, 40, 50]]]
    assert named(rows[1]) == ["makise_kurisu"]
    assert [row["whole"] for row in rows] == [False, False]


def test_boxes_are_of_the_upright_picture(run: RunJson, place: Path) -> None:
    upright = Image.open(io.BytesIO(drawn("red", "blue", width=320, height=240)))
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn it a quarter to the right to see it"
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    turned.save(place / "turned.jpg", exif=exif, quality=95, subsampling=0)
    _, (row,), _ = run("identify", "turned.jpg")
    assert (row["width"], row["height"]) == (320, 240)
    assert named(row) == ["makise_kurisu", "ikari_shinji"]
    assert near(faces(row)[0]["box"], 40, 60, 80, 80)
    assert near(faces(row)[1]["box"], 200, 60, 80, 80)


def test_one_gallery_alone_or_with_the_shipped_one(run: RunJson, place: Path) -> None:
    for number, name in enumerate(("yuzu_(citrus)", "re:dr._[x]")):
        folder = place / "own" / name
        folder.mkdir(parents=True)
        colour = ("magenta", "cyan")[number]
        for shade in range(3):
            (folder / f"{shade}.png").write_bytes(drawn(colour, number=shade))
    assert run("gallery", "build", "own", "--name", "mine")[0] == 0
    (place / "a.png").write_bytes(drawn("magenta", number=9))
    (place / "b.png").write_bytes(drawn("red", number=9))
    (place / "c.png").write_bytes(drawn("cyan", number=9))

    def asked(*galleries: str) -> list[list[str | None]]:
        options = [word for name in galleries for word in ("--gallery", name)]
        code, rows, _ = run("identify", "a.png", "b.png", "c.png", *options)
        assert code == 0
        return [named(row) for row in rows]

    assert asked("shipped")[0] == [None]
    assert asked("mine") == [["yuzu_(citrus)"], [None], ["re:dr._[x]"]]
    assert asked("mine", "shipped") == [["yuzu_(citrus)"], ["makise_kurisu"], ["re:dr._[x]"]]
    _, (alone,), _ = run("identify", "b.png", "--gallery", "mine")
    (face,) = faces(alone)
    assert {one["character"] for one in face["candidates"]} == {"yuzu_(citrus)", "re:dr._[x]"}  # type: ignore[attr-defined]
    code, rows, err = run("identify", "a.png", "--gallery", "nobodys")
    assert (code, rows) == (1, [])
    assert "nobodys" in err
    assert "mine" in err
    assert len(err.splitlines()) == 1


def test_models_are_loaded_before_the_first_picture(
    run: RunJson, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow first run of a model is not in any picture's time: the queue sees another request before the pictures."""
    owners: list[object] = []
    original = InferenceQueue.run

    async def noting(queue: InferenceQueue, owner: object, *rest: object, **options: object) -> object:
        owners.append(owner)
        return await original(queue, owner, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(InferenceQueue, "run", noting)
    (place / "a.png").write_bytes(drawn("red"))
    run("describe", "a.png")
    assert len(owners) == 2
    assert owners[1] == "a.png"


def test_a_missing_model_is_one_clear_line(
    run: RunJson, place: Path, shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thin = tmp_path / "thin"
    shutil.copytree(shipped, thin, symlinks=True)
    (thin / "models" / "recogniser.onnx").unlink()
    monkeypatch.setattr("core.osusume.DATA", thin)
    (place / "a.png").write_bytes(drawn("red"))
    assert len(faces(run("detect", "a.png")[1][0])) == 1
    code, rows, err = run("identify", "a.png")
    assert (code, rows) == (1, [])
    assert "faces" in err
    assert len(err.splitlines()) == 1


def test_drawn_pictures_of_every_folder(run: RunJson, place: Path) -> None:
    for folder in ("one", "two"):
        (place / folder).mkdir()
        (place / folder / "a.png").write_bytes(drawn("red", number=len(folder)))
    (place / "two" / "nobody.png").write_bytes(drawn())
    code, _, _ = run("describe", "one", "two", "--out", "drawn")
    assert code == 0
    made = sorted((path.name for path in (place / "drawn").iterdir()), key=lambda name: Path(name).stem)
    assert [Path(name).stem for name in made] == ["a", "a-2", "nobody"]
    with Image.open(place / "drawn" / made[0]) as image:
        assert min(image.size) >= 240
    with Image.open(place / "drawn" / made[2]) as plain:
        assert len(plain.convert("RGB").resize((32, 24)).getcolors() or []) == 1, (
            "nobody there: nothing drawn"
        )


def test_lines_for_people(osusume: Run, place: Path) -> None:
    (place / "a.png").write_bytes(drawn("red"))
    (place / "b.png").write_bytes(drawn("yellow"))
    (place / "c.png").write_bytes(drawn())
    code, out, _ = osusume("describe", "a.png", "b.png", "c.png")
    assert code == 0
    assert "Makise Kurisu · Steins;Gate" in out
    assert "Unknown" in out
    assert "No anime face here" in out
    assert "as a whole" not in out
    Image.new("RGB", (64, 48), (150, 60, 60)).save(place / "d.png")
    code, out, _ = osusume("identify", "d.png")
    assert "Makise Kurisu" in out
    assert "as a whole" in out, "nobody takes it for a face"
    code, out, err = osusume("describe", "c.png", "--length", "endless")
    assert code == 1
    assert "endless" in err
    (place / "empty").mkdir()
    assert osusume("detect", "empty")[0] == 1

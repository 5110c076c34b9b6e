"""The learned tagger's training, on pictures that the test draws."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.errors import UserError
from core.pictures import Box, Face, Picture
from core.pictures.taggers import OurTagger
from core.training import head_looks, tagger
from core.training.evaluate_tagger import figures
from tests.core.pictures.detectors.tiny import Folder

COUNT = 36


def drawn(index: int) -> NDArray[np.uint8]:
    """Every third picture is a chequered board, the others are smooth."""
    chance = np.random.default_rng(index)
    colour = chance.integers(60, 250, 3)
    if index % 3 == 0:
        squares = (np.indices((96, 96)).sum(0) // int(chance.integers(6, 12))) % 2
        return np.asarray(squares[..., None] * colour, np.uint8)
    ramp = np.linspace(0.5, 1, 96)[:, None, None] * np.ones((96, 96, 1))
    return np.asarray(ramp * colour, np.uint8)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "tagged").mkdir()
    chance = np.random.default_rng(5)
    lines = []
    with zipfile.ZipFile(folder / "tagged" / "pictures_0.zip", "w") as archive:
        for index in range(COUNT):
            buffer = io.BytesIO()
            Image.fromarray(drawn(index)).save(buffer, "PNG")
            archive.writestr(f"{index}.png", buffer.getvalue())
            tags = (
                ["board"] * (index % 3 == 0)
                + ["chance"] * bool(chance.random() < 0.4)
                + ["rare"] * (index < 2)
            )
            lines.append({"file": f"{index}.png", "tags": tags, "by": "hand, closed list"})
        lines.append({"file": "0.png", "tags": ["board"], "by": "caption by a model"})
    (folder / "tagged" / "index.jsonl").write_text(
        "\n".join(json.dumps(line) for line in lines), encoding="utf-8"
    )
    write_heads(folder)
    return folder


HAIR = {"black": (20, 20, 25), "blonde": (240, 210, 110), "blue": (50, 80, 220), "red": (200, 30, 40)}


def head(hair: str, gender: str, seed: int) -> NDArray[np.uint8]:
    """Hair above and beside a face; who is male has a wide beam across it."""
    chance = np.random.default_rng(seed)
    pixels = np.empty((64, 64, 3), np.int64)
    pixels[:] = HAIR[hair]
    pixels[24:, 16:48] = (250, 220, 200)
    if gender == "male":
        pixels[44:56, 16:48] = (60, 40, 30)
    return np.asarray(np.clip(pixels + chance.integers(-15, 15, (64, 64, 3)), 0, 255), np.uint8)


def write_heads(folder: Path) -> None:
    """Four crops each of known characters of four hair colours, and some faces labelled by themselves."""
    with head_looks.LOOKS.open(encoding="utf-8", newline="") as file:
        looks = [row for row in csv.DictReader(file) if row["hair"] in HAIR]
    known = [
        row
        for hair in HAIR
        for gender, most in (("female", 3), ("male", 2))
        for row in [row for row in looks if (row["hair"], row["gender"]) == (hair, gender)][:most]
    ]
    named = ["file", "zip", "character", "source"]
    for pack, columns in {
        "identities": named, "gallery": named, "attributes": ["file", "zip", "hair", "gender"],
    }.items():  # fmt: skip
        (folder / pack).mkdir()
        with (
            zipfile.ZipFile(folder / pack / "heads.zip", "w") as archive,
            (folder / pack / "index.csv").open("w", encoding="utf-8", newline="") as index,
        ):
            writer = csv.writer(index)
            writer.writerow(columns)
            for number, row in enumerate(known * (4 if pack == "identities" else 1)):
                buffer = io.BytesIO()
                Image.fromarray(head(row["hair"], row["gender"], number)).save(buffer, "PNG")
                archive.writestr(f"{number}.png", buffer.getvalue())
                about = [row["tag"], "drawn"]
                if pack == "attributes":
                    about = [row["hair"], ""] if number % 2 else ["", row["gender"]]
                writer.writerow([f"{number}.png", "heads.zip", *about])


def test_what_can_be_seen_is_shipped_and_what_is_chance_is_not(data: Path, tmp_path: Path) -> None:
    report = tagger.train(data, tmp_path / "tags")
    assert report["pictures"] == COUNT
    assert report["shipped"] == ["board"]
    rows = {row["tag"]: row for row in report["tags"]}
    assert set(rows) == {"board", "chance"}
    assert rows["board"]["average_precision"] > 0.9
    assert not rows["chance"]["shipped"]
    assert report["stored_weights_differ_by"] < 0.002
    assert (tmp_path / "tags" / "tagger.onnx").stat().st_size < 4_000_000

    ours = OurTagger(Folder(tmp_path).models(), "tags")
    said = [
        "board" in {tag.name for tag in ours.tag(Picture(drawn(index), None, "", "PNG"), ())}
        for index in range(100, 130)
    ]
    assert report["heads"]["hair"]["accuracy"] > 0.9
    everything = Box(0, 0, 64, 64)
    faces = [
        ours.with_traits(Picture(head(hair, "female", 900), None, "", "PNG"), (Face(everything, 1.0),))[0]
        for hair in HAIR
    ]
    assert [trait.value for face in faces if (trait := face.trait("hair"))] == list(HAIR)
    assert sum(right == (index % 3 == 0) for index, right in zip(range(100, 130), said, strict=True)) >= 27


def test_the_pack_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError) as problem:
        tagger.read(tmp_path)
    assert problem.value.key == "data-missing"


def test_thresholds_and_folds() -> None:
    wanted = np.asarray([True, False, True, False, False, True, False])
    logits = np.asarray([3.0, -2.0, 2.0, -1.0, 0.0, 1.0, 0.5])
    assert 0.5 < tagger.best_threshold(logits, wanted) < 1.0
    folds = tagger.folds_of(np.arange(50) < 10, seed=1)
    assert [int((folds[:10] == fold).sum()) for fold in range(5)] == [2] * 5


def test_figures_count_every_kind_of_mistake() -> None:
    wanted = [frozenset({"a"}), frozenset({"a", "b"}), frozenset()]
    found = [frozenset({"a"}), frozenset({"b", "c"}), frozenset({"a"})]
    report = figures(wanted, found, ("a", "b", "c"))
    assert report["tags"]["a"] == {"right": 1, "false": 1, "missed": 1, "f1": 0.5}
    assert report["macro_f1"] == pytest.approx(0.75)
    assert report["micro_f1"] == pytest.approx(2 * 2 / (2 * 2 + 2 + 1))

"""What is told of a data set before training, and manifests that are read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from bot.texts import Texts
from core.errors import UserError
from core.training.reading import (
    DataSet,
    Pictures,
    colours,
    look,
    make_report,
    open_data,
    write_contact_sheet,
    write_manifest,
)  # fmt: skip
from core.training.reading.noise import doubts
from tests.core.training.drawn import face
from tests.core.training.reading import built


@pytest.fixture
def messy(tmp_path: Path) -> DataSet:
    """Blue and red characters; a red one filed under blue, a resized copy in another split, broken files."""
    for number in range(14):
        for hair, split in (("blue", "train"), ("red", "val" if number % 2 else "train")):
            path = tmp_path / "set" / split / hair / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            face(hair, "green", number + (100 if hair == "red" else 0), 64).save(path)
    root = tmp_path / "set"
    face("red", "green", 900, 64).save(root / "train" / "blue" / "odd.png")
    copied = Image.open(root / "train" / "blue" / "3.png").resize((100, 100))
    (root / "val" / "blue").mkdir()
    copied.save(root / "val" / "blue" / "copy.jpg", quality=80)
    built.put(root / "train" / "red" / "same.png", (root / "train" / "red" / "0.png").read_bytes())
    built.put(root / "train" / "rare" / "1.png", (root / "train" / "red" / "2.png").read_bytes())
    built.put(root / "train" / "rare" / "cut.png", built.png(0)[:200])
    built.put(root / "train" / "rare" / "page.png", "<!doctype html><html>not found</html>")
    return open_data(root)


def test_report(messy: DataSet) -> None:
    found = make_report(messy, look(messy), within=2)
    assert (found.format, found.samples, found.pictures) == ("imagefolder", 34, 32)
    assert found.broken == {"picture-truncated": 1, "picture-is-html": 1}
    assert all(Texts("en").has(key) for key in found.broken)
    assert found.examples["picture-is-html"] == ["train/rare/page.png"]
    assert found.classes == {"blue": 16, "red": 15, "rare": 1}
    assert found.few == ["rare"]
    assert found.splits == {"train": 24, "validation": 8}
    assert found.identical == 2
    assert found.width is not None
    assert (found.width.least, found.width.median, found.width.most) == (64, 64, 100)
    assert any({"train/blue/3.png", "val/blue/copy.jpg"} <= set(cluster) for cluster in found.across_examples)
    assert any(
        {"train/rare/1.png", "train/red/2.png"} <= set(cluster) for cluster in found.conflicting_examples
    )
    assert found.doubts is None


def test_labels_that_look_wrong(messy: DataSet) -> None:
    found = make_report(messy, look(messy, colours), "colours", within=0)
    assert found.doubts is not None
    assert ("train/blue/odd.png", "blue", "red") in [doubt[:3] for doubt in found.doubts]
    assert found.doubt_count == 1, "one rare picture is not doubted for being alone"


def test_doubts_ask_other_pictures_only() -> None:
    one, other = [1.0, 0.0], [0.0, 1.0]
    vectors = np.array([one] * 12 + [other] * 12, np.float16)
    labels = ["a"] * 11 + ["b"] + ["b"] * 12
    found = doubts(vectors, labels, np.arange(24))
    assert [(doubt.index, doubt.label, doubt.likelier, doubt.share) for doubt in found] == [
        (11, "b", "a", 1.0)
    ]
    together = np.arange(24)
    together[:12] = 0  # all of one source picture: none can speak for another
    assert doubts(vectors, labels, together) == []
    assert doubts(vectors, ["a"] * 3 + [""] * 9 + ["b"] * 12, np.arange(24)) == [], "too rare to be doubted"
    assert doubts(vectors[:5], labels[:5], np.arange(5)) == []


def test_contact_sheet_lies_outside(messy: DataSet, tmp_path: Path) -> None:
    looked = look(messy, colours)
    assert write_contact_sheet(looked, tmp_path / "sheet.png") >= 4
    assert cv2.imread(str(tmp_path / "sheet.png")) is not None
    inside = Path(__file__).parent / "sheet.png"
    with pytest.raises(UserError):
        write_contact_sheet(looked, inside)
    assert not inside.exists()


def test_several_descriptions_are_no_duplicates(tmp_path: Path) -> None:
    data = open_data(built.captions(tmp_path))
    found = make_report(data, look(data))
    assert (found.samples, found.pictures, found.captioned) == (2, 1, 2)
    assert (found.identical, found.duplicate_clusters) == (0, 0)
    assert found.wrong == {"picture-missing": 1}


def test_boxes_outside_the_picture(tmp_path: Path) -> None:
    built.put(tmp_path / "a.png", built.png(0))
    built.put(tmp_path / "manifest.jsonl", '{"file": "a.png", "boxes": [[1, 2, 3, 4], [40, 2, 30, 4]]}\n')
    data = open_data(tmp_path)
    assert make_report(data, look(data)).boxes_outside == 1


def test_boxes_and_tags_by_name(tmp_path: Path) -> None:
    data = open_data(built.yolo(tmp_path / "boxes"))
    assert make_report(data, look(data)).box_classes == {"head": 2, "hand": 2}
    data = open_data(built.kohya(tmp_path / "tags"))
    found = make_report(data, look(data))
    assert (found.tagged, found.captioned, found.different_tags) == (1, 2, 3)
    assert found.common_tags == {"1girl": 1, "long_hair": 1, "saber_(fate)": 1}


def test_nothing_there(tmp_path: Path) -> None:
    built.put(tmp_path / "manifest.jsonl", '{"file": "gone.png"}\n')
    with pytest.raises(UserError, match="dataset-empty"):
        look(open_data(tmp_path))


@pytest.mark.parametrize("name", [*built.BUILT, "manifest_csv", "manifest_jsonl", "arrow"])
def test_manifests_are_read_back(tmp_path: Path, name: str) -> None:
    data = open_data(getattr(built, name)(tmp_path / "set"))
    samples = list(data)
    path = tmp_path / "there" / "manifest.jsonl"
    assert write_manifest(samples, path) == len(samples)
    back = list(open_data(path))
    assert [replace(sample, image=Path()) for sample in back] == [
        replace(one, image=Path()) for one in samples
    ]
    with Pictures() as pictures:
        for one, other in zip(samples, back, strict=True):
            assert pictures.read(one.image) == pictures.read(other.image)
    assert not path.with_name("manifest.jsonl.part").exists()

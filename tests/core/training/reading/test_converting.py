"""What is written in another form is read back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.errors import UserError
from core.training.faces import FacePacks
from core.training.reading import DataSet, Pictures, Sample, convert, open_data
from core.training.reading.converting import folder_name
from tests.core.training.reading import built


def contents(data: DataSet) -> list[bytes]:
    with Pictures() as pictures:
        return [pictures.read(sample.image) for sample in data]


@pytest.mark.parametrize("name", ["pack", "voc", "coco", "yolo", "manifest_jsonl", "kohya", "danbooru"])
def test_to_a_manifest(tmp_path: Path, name: str) -> None:
    data = open_data(getattr(built, name)(tmp_path / "set"))
    assert convert(data, "jsonl", tmp_path / "out").written == len(list(data))
    back = open_data(tmp_path / "out")
    assert contents(back) == contents(data)

    def bare(samples: DataSet) -> list[Sample]:
        return [replace(sample, image=Path(), size=None) for sample in samples]

    assert bare(back) == bare(data)


@pytest.mark.parametrize("to", ["yolo", "coco"])
@pytest.mark.parametrize("name", ["pack", "coco", "yolo", "manifest_csv"])
def test_boxes_survive(tmp_path: Path, name: str, to: str) -> None:
    data = open_data(getattr(built, name)(tmp_path / "set"))
    convert(data, to, tmp_path / "out")
    back = open_data(tmp_path / "out")
    assert back.format == to
    expected = [box for sample in data for box in sample.boxes if to == "coco" or not box.difficult]
    found = [box for sample in back for box in sample.boxes]
    assert [box.label for box in found] == [box.label for box in expected]
    for one, other in zip(found, expected, strict=True):
        assert one[:4] == pytest.approx(other[:4], abs=1e-3)
        assert to == "yolo" or one.difficult == other.difficult
    assert contents(back) == contents(data)
    assert [sample.split for sample in back] == [sample.split or "train" for sample in data]


def test_to_an_image_folder(tmp_path: Path) -> None:
    data = open_data(built.manifest_csv(tmp_path / "set"))
    done = convert(data, "imagefolder", tmp_path / "out")
    assert (done.written, done.left_out) == (1, {"not-one-label": 1})
    assert (tmp_path / "out" / "validation" / "rin" / "0000001.png").read_bytes() == built.png(1)
    assert [folder_name(label) for label in ("k/da", "..", "a:b", "saber_(fate)")] == [
        "k%2Fda", "%2E.", "a%3Ab", "saber_(fate)",
    ]  # fmt: skip


def test_to_packs_for_the_recogniser(tmp_path: Path) -> None:
    rows = ["file,character,hair,series,group"]
    for at in range(4):
        Image.new("RGB", (20, 10), (at, 0, 0)).save(tmp_path / f"{at}.png")
        rows.append(f"{at}.png,{'ab'[at % 2]},{'red' if at < 2 else ''},drawn,{'same' if at > 1 else ''}")
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    done = convert(open_data(tmp_path / "manifest.csv"), "packs", tmp_path / "packs")
    assert (done.written, done.left_out.total()) == (4, 0)
    packs = FacePacks(tmp_path / "packs", lambda _: [])
    faces = packs.identities()
    assert [(face.character, face.series, face.group) for face in faces] == [
        ("a", "drawn", "0.png"), ("b", "drawn", "1.png"), ("a", "drawn", "same"), ("b", "drawn", "same"),
    ]  # fmt: skip
    assert [tuple(face.pixels[0, 0]) for face in faces] == [(at, 0, 0) for at in range(4)]
    assert [face.hair for face in packs.attributes()] == ["red", "red"]
    assert packs.gallery() == packs.pictures() == packs.unlabelled() == []
    with pytest.raises(UserError, match="dataset-empty"):
        convert(open_data(built.coco(tmp_path / "boxes")), "packs", tmp_path / "none")


def test_refusals_leave_nothing_behind(tmp_path: Path) -> None:
    data = open_data(built.kohya(tmp_path / "set"))
    built.put(tmp_path / "taken" / "mine.txt", "precious")
    for to, out, key in (
        ("excel", "new", "dataset-format"),
        ("jsonl", "taken", "dataset-out-taken"),
        ("yolo", "new", "dataset-no-boxes"),
    ):
        with pytest.raises(UserError, match=key):
            convert(data, to, tmp_path / out)
    with pytest.raises(UserError, match="dataset-inside-project"):
        convert(data, "jsonl", Path(__file__).parent / "out")
    assert not (tmp_path / "new").exists()
    assert list((tmp_path / "taken").iterdir()) == [tmp_path / "taken" / "mine.txt"]


def test_broken_pictures_are_left_out(tmp_path: Path) -> None:
    built.put(tmp_path / "set" / "miku" / "a.png", built.png(0))
    built.put(tmp_path / "set" / "miku" / "b.png", "no picture")
    done = convert(open_data(tmp_path / "set"), "jsonl", tmp_path / "out")
    assert (done.written, done.left_out.total()) == (1, 1)

"""What is written in another form is read back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UserError
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

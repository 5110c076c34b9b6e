"""Every format, as people have it."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import Unavailable, UserError
from core.training.reading import (
    DataSet,
    InTable,
    InZip,
    LabelledBox,
    Options,
    Pictures,
    Sample,
    TrueTag,
    open_data,
)  # fmt: skip
from tests.core.training.reading import built

SHARED = Path(__file__).parents[5] / "shared" / "data"


def opened(root: Path, format: str, options: Options | None = None) -> tuple[DataSet, list[Sample]]:
    """The data set, told apart from the other formats by itself, and its samples, every picture of which is there."""
    data = open_data(root, None, options)
    assert data.format == format
    samples = list(data)
    assert samples == list(data), "a second pass gives the same"
    with Pictures() as pictures:
        for sample in samples:
            assert pictures.pixels(sample.image).shape[2] == 3
    return data, samples


def test_folder_per_character(tmp_path: Path) -> None:
    data, samples = opened(built.characters(tmp_path / "set"), "characters")
    assert [sample.labels[0] for sample in samples] == [
        name for name in ("hatsune_miku", "ookido's_rival", "k-on!!_club") for _ in range(2)
    ]
    assert samples[0].group == "000_hatsune_miku/1" != samples[1].group
    assert not data.problems.wrong, "color.csv and ignore are passed over"
    assert list(open_data(tmp_path / "set" / "thumb")) == samples


def test_imagefolder(tmp_path: Path) -> None:
    data, samples = opened(built.imagefolder(tmp_path / "set"), "imagefolder")
    assert {(sample.split, sample.labels) for sample in samples} == {
        (split, (name,)) for split in ("train", "validation") for name in ("miku", "rin")
    }
    assert len(samples) == 8
    assert data.name(samples[0]) == "train/miku/two.png"


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    built.put(tmp_path / "test" / "a.png", built.png(0))
    built.put(tmp_path / "bare.png", built.png(1))
    _, samples = opened(tmp_path, "imagefolder")
    assert [(sample.labels, sample.split) for sample in samples] == [((), ""), (("test",), "")]


def test_csv_manifest(tmp_path: Path) -> None:
    _, (one, two) = opened(built.manifest_csv(tmp_path), "manifest")
    assert one == Sample(
        tmp_path / "pictures" / "a.png",
        labels=("miku", "rin"),
        boxes=(LabelledBox(1, 2, 10, 20, "miku"), LabelledBox(5, 6, 2, 2, "rin")),
        tags=(TrueTag("long_hair"), TrueTag("open_mouth")),
        caption="Two, singing",
        group="g1",
        split="train",
        source="drawn",
        size=(48, 48),
        attributes={"hair": "blue"},
    )
    assert (two.labels, two.boxes, two.split, two.size, two.attributes) == (
        ("rin",),
        (),
        "validation",
        None,
        {},
    )


def test_json_lines_manifest(tmp_path: Path) -> None:
    _, (one, two) = opened(built.manifest_jsonl(tmp_path), "manifest")
    assert one.tags == (TrueTag("miku", "character"), TrueTag("solo"))
    assert one.boxes == (LabelledBox(1, 2, 10, 20, "head", True), LabelledBox(3, 4, 5, 6))
    assert (two.caption, two.split, two.attributes) == ("A girl", "test", {"eyes": "red"})


def test_manifests_named_after_splits(tmp_path: Path) -> None:
    for name in ("train", "valid"):
        built.put(tmp_path / f"{name}.png", built.png(0))
        built.put(tmp_path / f"{name}.csv", f"file,label\n{name}.png,miku\n")
    _, samples = opened(tmp_path, "manifest")
    assert [sample.split for sample in samples] == ["train", "validation"]


def test_pack(tmp_path: Path) -> None:
    _, (one, two) = opened(built.pack(tmp_path / "pack"), "pack")
    assert one.image == InZip(tmp_path / "pack" / "pictures_0.zip", "a.png")
    assert one.boxes == (LabelledBox(1, 2, 10, 20, "head"),)
    assert one.labels == (), "the label says how the box was made"
    assert two.image == InZip(tmp_path / "pack" / "pictures_0.zip", "b.png"), "the row names no zip"


def test_danbooru(tmp_path: Path) -> None:
    root = built.danbooru(tmp_path)
    data, (one, two) = opened(root, "danbooru")
    assert one.labels == ("hatsune_miku",)
    assert one.tags[2] == TrueTag("vocaloid", "copyright")
    assert one.size == (48, 48)
    assert one.attributes["rating"] == "s"
    assert two.image == root / "512px" / "0005" / "1000005.jpg"
    assert two.size is None, "copies of 512 pixels are padded"
    assert two.group == one.group == "263162"
    assert data.problems.left_out == {"rated-q": 1, "deleted": 1, "banned": 1, "not-a-still-picture": 1}
    assert data.problems.wrong == {"picture-missing": 1, "line-malformed": 1}
    _, more = opened(root, "danbooru", Options(ratings=frozenset("sq")))
    assert len(more) == 3


def test_danbooru_with_tags_as_the_site_writes_them(tmp_path: Path) -> None:
    row = built.post(
        5, id=5, image_width=48, tag_string="", tag_string_general="1girl solo", tag_string_character="x"
    )
    del row["tags"]
    built.put(tmp_path / "pictures" / "0005" / "5.png", built.png(0))
    lines = built.put(tmp_path / "posts.json", json.dumps(row) + "\n")
    _, (one,) = opened(lines, "danbooru", Options(images=tmp_path / "pictures"))
    assert one.tags == (TrueTag("1girl", "general"), TrueTag("solo", "general"), TrueTag("x", "character"))


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_real_and_many_danbooru_lines(tmp_path: Path) -> None:
    lines = (SHARED / "tags" / "danbooru_metadata_real.jsonl").read_bytes()
    lines += gzip.decompress((SHARED / "tags" / "danbooru_metadata_synthetic.jsonl.gz").read_bytes())
    rows = [json.loads(line) for line in lines.splitlines()]
    for row in rows:
        number = int(row["id"])
        built.put(
            tmp_path / "images" / f"{number % 1000:04d}" / f"{number}.{row['file_ext']}",
            b"not looked at here",
        )
    built.put(tmp_path / "metadata.json", lines)
    data = open_data(tmp_path)
    samples = list(data)
    kept = [
        row for row in rows
        if row["rating"] == "s" and not row.get("is_deleted") and not row.get("is_banned")
        and row["file_ext"] not in ("gif", "zip")
    ]  # fmt: skip
    assert [sample.attributes["id"] for sample in samples] == [row["id"] for row in kept]
    assert len(samples) + data.problems.left_out.total() == len(rows) == 202
    assert not data.problems.wrong


def test_kohya(tmp_path: Path) -> None:
    data, samples = opened(built.kohya(tmp_path), "kohya")
    by_name = {Path(str(sample.image)).stem: sample for sample in samples}
    assert by_name["a"].tags == (TrueTag("1girl"), TrueTag("long_hair"), TrueTag("saber_(fate)"))
    assert by_name["a"].labels == ("miku concert",)
    assert by_name["a"].attributes == {"repeats": "10"}
    assert by_name["b"].caption == "A girl with short hair sings on a stage."
    assert by_name["c"].caption.startswith("A girl who stands")
    assert not by_name["c"].tags
    assert data.problems.wrong == {"text-missing": 1}


def test_yolo(tmp_path: Path) -> None:
    _, samples = opened(built.yolo(tmp_path), "yolo")
    assert [(sample.split, len(sample.boxes)) for sample in samples] == [
        ("train", 2), ("train", 0), ("validation", 2), ("validation", 0),
    ]  # fmt: skip
    box, polygon = samples[0].boxes
    assert box == LabelledBox(10, 15, 20, 10, "head")
    assert polygon[:4] == pytest.approx((4, 4, 8, 20))
    assert polygon.label == "hand"
    assert samples[0].size == (40, 40)


def test_yolo_beside_the_pictures(tmp_path: Path) -> None:
    built.put(tmp_path / "a.png", built.png(0, 40))
    built.put(tmp_path / "a.txt", "1 0.5 0.5 1 1 0.87\n")
    built.put(tmp_path / "classes.txt", "hand\nhead\n")
    _, (one,) = opened(tmp_path, "yolo")
    assert one.boxes == (LabelledBox(0, 0, 40, 40, "head"),)


def test_voc(tmp_path: Path) -> None:
    data, (one,) = opened(built.voc(tmp_path), "voc")
    assert one.image == tmp_path / "JPEGImages" / "a.png"
    assert one.boxes == (LabelledBox(1, 2, 10, 20, "head", True),)
    assert (one.split, one.size) == ("validation", (48, 48))
    assert data.problems.wrong == {"box-malformed": 1, "picture-missing": 1}


def test_voc_expands_no_entities(tmp_path: Path) -> None:
    root = built.voc(tmp_path)
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><annotation><filename>&c;</filename></annotation>'
    built.put(root / "Annotations" / "b.xml", bomb)
    data, samples = opened(root, "voc")
    assert len(samples) == 1
    assert data.problems.wrong["file-malformed"] == 1


def test_coco(tmp_path: Path) -> None:
    data, (one, two) = opened(built.coco(tmp_path), "coco")
    assert one.boxes == (LabelledBox(1.5, 2, 10, 20, "head"), LabelledBox(5, 6, 7, 8, "4", True))
    assert (one.split, one.size) == ("train", (48, 48))
    assert (two.boxes, two.size) == ((), None)
    assert data.problems.wrong == {"box-malformed": 1, "picture-missing": 1}


def test_captions(tmp_path: Path) -> None:
    data, (one, two) = opened(built.captions(tmp_path), "captions")
    assert (one.caption, two.caption) == ("A girl sings, and dances", "A concert by night")
    assert one.group == two.group == "a.png"
    assert data.problems.wrong == {"picture-missing": 1}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("results.csv", "image_name| comment_number| comment\na.png| 0| A girl sings\n"),
        ("captions.token", "a.png#0\tA girl sings\n"),
        ("captions.csv", 'image,text\na.png,"A girl sings"\n'),
    ],
)
def test_captions_as_others_write_them(tmp_path: Path, name: str, table: str) -> None:
    built.put(tmp_path / "a.png", built.png(0))
    built.put(tmp_path / name, table)
    _, (one,) = opened(tmp_path, "captions")
    assert one.caption == "A girl sings"


def test_arrow(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    data, samples = opened(built.arrow(tmp_path / "set"), "arrow")
    assert [(sample.caption, sample.labels, sample.split) for sample in samples] == [
        ("picture 0", ("miku",), "train"), ("picture 1", ("rin",), "train"), ("picture 2", ("miku",), "train"),
    ]  # fmt: skip
    assert data.problems.wrong == {"picture-missing": 1}
    with Pictures() as pictures:
        assert pictures.read(samples[2].image) == built.png(2)


def test_parquet(tmp_path: Path) -> None:
    parquet, pa = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    table = pa.table(
        {"image": [{"bytes": built.png(n), "path": None} for n in range(5)], "text": list("abcde")}
    )
    (tmp_path / "data").mkdir()
    parquet.write_table(table, tmp_path / "data" / "test-00000-of-00001.parquet", row_group_size=2)
    _, samples = opened(tmp_path, "arrow")
    assert [sample.caption for sample in samples] == list("abcde")
    assert {sample.split for sample in samples} == {"test"}
    with Pictures() as pictures:
        for number in (4, 0, 3):
            assert pictures.read(samples[number].image) == built.png(number)
        with pytest.raises(UserError, match="dataset-picture-unreadable"):
            pictures.read(InTable(tmp_path / "data" / "test-00000-of-00001.parquet", 5, "image"))


def test_pixels_are_as_drawn(tmp_path: Path) -> None:
    path = built.put(tmp_path / "a.png", built.png(0))
    expected = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
    with Pictures() as pictures:
        assert np.array_equal(pictures.pixels(path), expected)
        with pytest.raises(UserError, match="training-picture"):
            pictures.pixels(built.put(tmp_path / "b.png", "no picture"))
        with pytest.raises(UserError, match="dataset-picture-unreadable"):
            pictures.pixels(tmp_path / "gone.png")
        with pytest.raises(UserError, match="dataset-picture-unreadable"):
            pictures.pixels(InZip(tmp_path / "gone.zip", "a.png"))


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built.put(tmp_path / "data" / "train-0.parquet", b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Unavailable, match="dataset-needs-pyarrow"):
        list(open_data(tmp_path))


def test_a_broken_table_is_counted(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    root = built.arrow(tmp_path / "set")
    whole = (root / "train" / "data-00000-of-00001.arrow").read_bytes()
    built.put(root / "train" / "data-00001-of-00001.arrow", whole[: len(whole) // 2])
    built.put(root / "train" / "data-00002-of-00001.parquet", whole[:50])
    data = open_data(root)
    assert len(list(data)) == 3
    assert data.problems.wrong == {"picture-missing": 1, "file-malformed": 2}

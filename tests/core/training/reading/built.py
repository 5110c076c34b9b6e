"""A tiny data set of every format, of drawn pictures."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.core.training.drawn import face

LOOKS = [("blue", "green"), ("red", "black"), ("green", "red")]


def png(number: int, size: int = 48) -> bytes:
    """A drawn face; the number decides its colours and its place."""
    content = io.BytesIO()
    face(*LOOKS[number % 3], number, size).save(content, "PNG")
    return content.getvalue()


def put(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def characters(root: Path) -> Path:
    for number, name in enumerate(("000_hatsune_miku", "001_ookido%27s_rival", "002_k-on!&#33; club")):
        for picture in range(2):
            put(root / "thumb" / name / f"face_{picture + 1}_10_{picture}.png", png(number))
        put(root / "thumb" / name / "color.csv", "not,for,reading\n")
        put(root / "thumb" / name / "ignore", "")
    return root


def imagefolder(root: Path) -> Path:
    for split in ("train", "val"):
        for name in ("miku", "rin"):
            put(root / split / name / "deep" / "one.png", png(0))
            put(root / split / name / "two.png", png(1))
    return root


def manifest_csv(root: Path) -> Path:
    put(root / "pictures" / "a.png", png(0))
    put(root / "pictures" / "b.png", png(1))
    put(
        root / "manifest.csv",
        "\ufefffile,character,tags,caption,group,split,source,boxes,width,height,hair\r\n"
        'pictures/a.png,miku|rin,"long_hair, open_mouth","Two, singing",g1,train,drawn,'
        '"miku:1,2,11,22;rin:5,6,7,8",48,48,blue\r\n'
        "pictures/b.png,rin,,,g2,val,drawn,,,,\r\n",
    )
    return root


def manifest_jsonl(root: Path) -> Path:
    put(root / "a.png", png(0))
    put(root / "b.png", png(1))
    rows: list[dict[str, Any]] = [
        {"file_name": "a.png", "labels": ["miku"], "tags": [{"name": "miku", "category": "character"}, "solo"],
         "boxes": [{"x": 1, "y": 2, "w": 10, "h": 20, "label": "head", "difficult": True}, [3, 4, 5, 6]]},
        {"file_name": "b.png", "text": "A girl", "split": "test", "attributes": {"eyes": "red"}},
    ]  # fmt: skip
    (root / "metadata.jsonl.gz").write_bytes(gzip.compress(_lines(rows)))
    return root


def pack(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(root / "pictures_0.zip", "w") as archive:
        archive.writestr("a.png", png(0))
        archive.writestr("b.png", png(1))
    rows: list[dict[str, Any]] = [
        {
            "file": "a.png",
            "zip": "pictures_0.zip",
            "boxes": [[1, 2, 10, 20]],
            "kind": "head",
            "label": "by hand",
        },
        {"file": "b.png", "boxes": [], "kind": "head", "label": "no face"},
    ]
    put(root / "index.jsonl", _lines(rows))
    return root


def post(number: int, **changed: Any) -> dict[str, Any]:
    """A line of Danbooru's metadata, numbers as strings."""
    return {
        "id": str(number), "rating": "s", "file_ext": "png", "image_width": "48", "image_height": "48",
        "is_deleted": False, "is_banned": False, "parent_id": "0", "score": "3",
        "tags": [{"id": "1", "name": "1girl", "category": "0"}, {"id": "2", "name": "hatsune_miku", "category": "4"},
                 {"id": "3", "name": "vocaloid", "category": "3"}],
        **changed,
    }  # fmt: skip


def danbooru(root: Path) -> Path:
    """Posts 263162 and its child 1000005 are to be read, the others not."""
    put(root / "original" / "0162" / "263162.png", png(0))
    put(root / "512px" / "0005" / "1000005.jpg", png(1))
    for number in (7, 8, 9, 10):
        put(root / "original" / f"{number:04d}" / f"{number}.png", png(number))
    lines = [
        post(263162),
        post(1000005, parent_id="263162", file_ext="webp"),
        post(7, rating="q"),
        post(8, is_deleted=True),
        post(9, is_banned=True),
        post(10, file_ext="zip"),
        post(11),
    ]
    put(root / "metadata" / "2019.json", _lines(lines) + b'{"id": "12"\n')
    return root


def kohya(root: Path) -> Path:
    put(root / "10_miku concert" / "a.png", png(0))
    put(root / "10_miku concert" / "a.txt", "1girl, long hair, saber \\(fate\\), 1girl\n")
    put(root / "1_rin" / "b.png", png(1))
    put(root / "1_rin" / "b.caption", "A girl with short hair sings on a stage.")
    put(root / "1_rin" / "c.png", png(2))
    put(root / "1_rin" / "c.txt", "A girl who stands under a large old tree, smiling.")
    put(root / "1_rin" / "untold.png", png(2))
    return root


def yolo(root: Path) -> Path:
    for split in ("train", "val"):
        put(root / "images" / split / "a.png", png(0, 40))
        put(root / "labels" / split / "a.txt", "0 0.5 0.5 0.5 0.25\n1 0.1 0.1 0.3 0.1 0.3 0.6\n\n")
        put(root / "images" / split / "background.png", png(1, 40))
    put(root / "data.yaml", "train: images/train\nval: images/val\nnames:\n  0: head\n  1: hand\n")
    return root


def voc(root: Path) -> Path:
    put(root / "JPEGImages" / "a.png", png(0))
    put(
        root / "Annotations" / "a.xml",
        "<annotation><filename>C:\\\\mine\\\\a.png</filename><size><width>48</width><height>48</height></size>"
        "<object><name>head</name><difficult>1</difficult>"
        "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>22</ymax></bndbox></object>"
        "<object><name>head</name><bndbox><xmin>9</xmin><ymin>2</ymin><xmax>1</xmax><ymax>22</ymax></bndbox></object>"
        "</annotation>",
    )
    put(root / "Annotations" / "gone.xml", "<annotation><filename>gone.png</filename></annotation>")
    put(root / "ImageSets" / "Main" / "val.txt", "a\n")
    return root


def coco(root: Path) -> Path:
    put(root / "train2017" / "a.png", png(0))
    put(root / "train2017" / "b.png", png(1))
    told = {
        "annotations": [
            {"image_id": 7, "category_id": 3, "bbox": [1.5, 2, 10, 20]},
            {"image_id": 9, "category_id": 3, "bbox": [1, 2, 0, 20]},
            {"image_id": 7, "category_id": 4, "bbox": [5, 6, 7, 8], "iscrowd": 1},
        ],
        "images": [
            {"id": 7, "file_name": "a.png", "width": 48, "height": 48},
            {"id": 8, "file_name": "b.png"},
            {"id": 9, "file_name": "gone.png"},
        ],
        "categories": [{"id": 3, "name": "head"}],
    }
    put(root / "annotations" / "instances_train2017.json", json.dumps(told))
    return root


def captions(root: Path) -> Path:
    put(root / "images" / "a.png", png(0))
    put(
        root / "captions.txt",
        "image,caption\na.png,A girl sings, and dances\na.png,A concert by night\ngone.png,Nobody is here\n",
    )
    return root


def arrow(root: Path) -> Path:
    """As `datasets` saves it: a stream of batches, with its own notes about the columns in the schema."""
    pa: Any = pytest.importorskip("pyarrow")
    features = {"label": {"names": ["miku", "rin"], "_type": "ClassLabel"}, "image": {"_type": "Image"}}
    table = pa.table(
        {
            "image": [{"bytes": png(number), "path": f"{number}.png"} for number in range(3)]
            + [{"bytes": None, "path": "gone.png"}],
            "text": [f"picture {number}" for number in range(4)],
            "label": [0, 1, 0, 1],
        }
    ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    folder = root / "train"
    folder.mkdir(parents=True)
    with (
        pa.OSFile(str(folder / "data-00000-of-00001.arrow"), "wb") as file,
        pa.ipc.new_stream(file, table.schema) as to,
    ):
        to.write_table(table, max_chunksize=2)
    put(folder / "dataset_info.json", json.dumps({"features": features}))
    put(root / "dataset_dict.json", '{"splits": ["train"]}')
    return root


BUILT: dict[str, Callable[[Path], Path]] = {
    "characters": characters, "imagefolder": imagefolder, "pack": pack, "danbooru": danbooru, "kohya": kohya,
    "yolo": yolo, "voc": voc, "coco": coco, "captions": captions,
}  # fmt: skip


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()

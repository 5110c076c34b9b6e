"""Data sets in the forms that other programs read, with copies of the pictures as they are."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

from core.errors import UserError
from core.pictures.reading import Kind, sniff
from core.training.reading.opening import DataSet
from core.training.reading.pictures import Pictures
from core.training.reading.sample import LabelledBox, Sample
from core.training.reading.writing import as_row

_SUFFIXES = {
    Kind.PNG: ".png", Kind.JPEG: ".jpg", Kind.WEBP: ".webp", Kind.GIF: ".gif", Kind.BMP: ".bmp", Kind.AVIF: ".avif",
}  # fmt: skip
_PROJECT = Path(__file__).resolve().parents[3]
_UNNAMED = "object"
_PACKED = "pictures_0.zip"
_PACKS = {
    "identities": ("character", "display", "series", "source", "picture", "group", "kind"),
    "attributes": ("hair", "eyes", "gender", "source", "picture", "group"),
    "gallery": ("character", "display", "series", "source", "picture", "kind"),
    "scenes": ("characters", "series", "group", "source", "picture"),
    "screens": ("characters", "series", "group", "source", "picture"),
    "faces": ("source", "picture"),
}
_Place = Path | list[tuple[str, str]]


@dataclass(slots=True)
class Converted:
    """How many pictures were written, and how many were left out, by reason."""

    written: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Out:
    """Where to, and what is written once all pictures are. Held of each box: its row of the COCO file."""

    folder: Path
    names: dict[str, int] = field(default_factory=dict)
    rows: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    boxes: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    faces: defaultdict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    zips: dict[str, zipfile.ZipFile] = field(default_factory=dict)

    def number(self, box: LabelledBox) -> int:
        return self.names.setdefault(box.label or _UNNAMED, len(self.names))

    def pack(self, places: Sequence[tuple[str, str]], content: bytes) -> None:
        """The same picture in several packs: (pack, name)."""
        for pack, name in places:
            if pack not in self.zips:
                (self.folder / pack).mkdir(exist_ok=True)
                self.zips[pack] = zipfile.ZipFile(self.folder / pack / _PACKED, "w")
            self.zips[pack].writestr(name, content)

    def close(self) -> None:
        for opened in self.zips.values():
            opened.close()


def convert(data: DataSet, to: str, folder: Path) -> Converted:
    """Writes `data` as `jsonl` (a manifest), `imagefolder`, `yolo`, `coco` or `packs` into a new or empty folder.

    Samples without exactly one label are left out of an image folder and of packs, difficult boxes of YOLO. Where the
    data names no split, YOLO and COCO call it `train`. Packs are what the recogniser learns from: `identities` of
    pictures that each show one face, `attributes` of those whose hair, eyes or gender the data tells, and empty ones of
    everything else; who is asked about is decided by the group, or else the picture.

    Raises:
        UserError: `dataset-format`, `dataset-inside-project`, `dataset-out-taken`, `dataset-unwritable`,
            `dataset-no-boxes` (nothing to write as YOLO or COCO), `dataset-empty`.
    """
    if to not in _WRITERS:
        raise UserError("dataset-format", format=to[:40], formats=", ".join(_WRITERS))
    if folder.resolve().is_relative_to(_PROJECT):
        raise UserError("dataset-inside-project", path=folder.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError("dataset-out-taken", path=folder.name)
    if to in ("yolo", "coco") and not any(sample.boxes for sample in data):
        raise UserError("dataset-no-boxes", path=data.path.name, format=to)
    out, done = _Out(folder), Converted()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Pictures() as pictures, contextlib.closing(out):
            for number, sample in enumerate(data):
                try:
                    content = pictures.read(sample.image)
                    size = sample.size or Image.open(io.BytesIO(content)).size
                    suffix = _SUFFIXES[sniff(content)]
                except UserError as problem:
                    done.left_out[problem.key] += 1
                    continue
                except (KeyError, UnidentifiedImageError, OSError, SyntaxError, ValueError):
                    done.left_out["picture-broken"] += 1
                    continue
                whole = replace(sample, size=size, group=sample.group or data.name(sample))
                place = _WRITERS[to](
                    out, whole if to == "packs" else replace(sample, size=size), f"{number:07d}{suffix}"
                )
                if place is None:
                    done.left_out["not-one-label"] += 1
                    continue
                if isinstance(place, Path):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content)
                else:
                    out.pack(place, content)
                done.written += 1
        _finish(out, to)
    except OSError as problem:
        raise UserError("dataset-unwritable", path=folder.name, problem=problem.strerror or "?") from problem
    if not done.written:
        raise UserError("dataset-empty", path=data.path.name, format=data.format)
    return done


def _jsonl(out: _Out, sample: Sample, name: str) -> Path:
    place = out.folder / "pictures" / name
    with (out.folder / "manifest.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(as_row(replace(sample, image=place), out.folder), ensure_ascii=False) + "\n")
    return place


def _imagefolder(out: _Out, sample: Sample, name: str) -> Path | None:
    if len(sample.labels) != 1:
        return None
    return out.folder / sample.split / folder_name(sample.labels[0]) / name


def _yolo(out: _Out, sample: Sample, name: str) -> Path:
    split = sample.split or "train"
    text = (out.folder / "labels" / split / name).with_suffix(".txt")
    text.parent.mkdir(parents=True, exist_ok=True)
    width, height = sample.size or (1, 1)
    lines = [
        f"{out.number(box)} {(box.x + box.w / 2) / width:.6f} {(box.y + box.h / 2) / height:.6f}"
        f" {box.w / width:.6f} {box.h / height:.6f}\n"
        for box in sample.boxes
        if not box.difficult
    ]
    text.write_text("".join(lines), encoding="utf-8")
    return out.folder / "images" / split / name


def _coco(out: _Out, sample: Sample, name: str) -> Path:
    split = sample.split or "train"
    width, height = sample.size or (0, 0)
    picture = len(out.rows[split]) + 1
    out.rows[split].append({"id": picture, "file_name": name, "width": width, "height": height})
    for box in sample.boxes:
        out.boxes[split].append(
            {"id": len(out.boxes[split]) + 1, "image_id": picture, "category_id": out.number(box) + 1,
             "bbox": list(box[:4]), "area": box.w * box.h, "iscrowd": int(box.difficult)}
        )  # fmt: skip
    return out.folder / split / name


def _packs(out: _Out, sample: Sample, name: str) -> list[tuple[str, str]] | None:
    if len(sample.labels) != 1:
        return None
    told = {
        "file": name, "zip": _PACKED, "character": sample.labels[0], "display": sample.labels[0],
        "series": sample.attributes.get("series", ""), "source": sample.source, "picture": sample.group,
        "group": sample.group, "kind": "crop",
    }  # fmt: skip
    looks = {key: sample.attributes.get(key, "") for key in ("hair", "eyes", "gender")}
    packs = ["identities", "attributes"] if any(looks.values()) else ["identities"]
    for pack in packs:
        out.faces[pack].append(told | looks)
    return [(pack, name) for pack in packs]


def _finish(out: _Out, to: str) -> None:
    if to == "packs":
        for pack, columns in _PACKS.items():
            (out.folder / pack).mkdir(exist_ok=True)
            with (out.folder / pack / "index.csv").open("w", newline="", encoding="utf-8") as file:
                index = csv.DictWriter(file, ("file", "zip", *columns), extrasaction="ignore")
                index.writeheader()
                index.writerows(out.faces[pack])
    elif to == "yolo":
        folders = sorted(folder.name for folder in (out.folder / "images").iterdir())
        splits = {"val" if name == "validation" else name: f"images/{name}" for name in folders}
        told = {"path": ".", **splits, "names": {number: name for name, number in out.names.items()}}
        text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
        (out.folder / "data.yaml").write_text(text, encoding="utf-8")
    elif to == "coco":
        categories = [{"id": number + 1, "name": name} for name, number in out.names.items()]
        (out.folder / "annotations").mkdir(exist_ok=True)
        for split, rows in out.rows.items():
            told = {"images": rows, "annotations": out.boxes[split], "categories": categories}
            path = out.folder / "annotations" / f"instances_{split}.json"
            path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def folder_name(label: str) -> str:
    """A label as a folder's name: what file systems do not take is written as %2F and so on."""
    name = re.sub(r'[\x00-\x1f/\\:*?"<>|%]', lambda found: quote(found[0], safe=""), label)
    return "%2E" + name[1:] if name.startswith(".") else name


_WRITERS: dict[str, Callable[[_Out, Sample, str], _Place | None]] = {
    "jsonl": _jsonl, "imagefolder": _imagefolder, "yolo": _yolo, "coco": _coco, "packs": _packs,
}  # fmt: skip

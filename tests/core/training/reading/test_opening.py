"""What is told of a folder that cannot be read, and what never stops a reader."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import os
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES, Texts
from core.errors import UserError
from core.training.reading import READERS, DataSet, Options, Pictures, open_data
from core.training.reading import listing as lines
from tests.core.training.reading import built


def refusal(path: Path, format: str | None = None) -> UserError:
    with pytest.raises(UserError) as refused:
        open_data(path, format)
    for language in LANGUAGES:
        assert Texts(language)(refused.value.key, **refused.value.arguments)
    assert str(path.parent) not in str(refused.value), "where it lies on the machine is nobody's business"
    return refused.value


@pytest.mark.parametrize("name", built.BUILT)
def test_the_format_given_wins(tmp_path: Path, name: str) -> None:
    root = built.BUILT[name](tmp_path / "set")
    assert open_data(root, name) == open_data(root)
    if name != "pack":
        assert open_data(root, "imagefolder").format == "imagefolder"


def test_wrong_folders(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone").key == "dataset-missing"
    assert refusal(tmp_path).key == "dataset-unknown"
    assert refusal(tmp_path, "nonsense").key == "dataset-format"
    for name in READERS:
        assert refusal(tmp_path, name).key == "dataset-unfit"
    built.put(tmp_path / "notes.txt", "nothing here\n")
    built.put(tmp_path / "rows.csv", "colour,size\nred,3\n")
    assert refusal(tmp_path).key == "dataset-unknown"
    assert refusal(built.put(tmp_path / "a.pdf", "%PDF")).key == "dataset-unknown"


def test_several_formats_in_one_folder(tmp_path: Path) -> None:
    root = built.voc(built.yolo(tmp_path))
    problem = refusal(root)
    assert (problem.key, problem.arguments["formats"]) == ("dataset-ambiguous", "voc, yolo")
    assert open_data(root, "voc").format == "voc"


def test_a_single_file_is_enough(tmp_path: Path) -> None:
    assert open_data(built.manifest_csv(tmp_path / "a") / "manifest.csv").format == "manifest"
    assert open_data(built.coco(tmp_path / "b") / "annotations" / "instances_train2017.json").format == "coco"
    assert open_data(built.danbooru(tmp_path / "c") / "metadata" / "2019.json").format == "danbooru"
    assert open_data(built.pack(tmp_path / "d") / "index.jsonl").format == "pack"


class Counted:
    """How many bytes of a file have been read."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb")
        self.read_bytes = 0

    def readline(self, limit: int = -1) -> bytes:
        line = self.file.readline(limit)
        self.read_bytes += len(line)
        return line

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *problem: object) -> None:
        self.file.close()


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built.put(tmp_path / "a.png", built.png(0))
    manifest = tmp_path / "manifest.jsonl"
    line = json.dumps({"file": "a.png", "caption": "x" * 1000}) + "\n"
    manifest.write_text(line * 20_000)  # 20 MB
    data = DataSet(manifest, "manifest")
    opened: list[Counted] = []

    def counting(path: Path) -> Counted:
        opened.append(Counted(path))
        return opened[-1]

    monkeypatch.setattr(lines, "open_binary", counting)
    assert len(list(itertools.islice(data, 3))) == 3
    assert sum(one.read_bytes for one in opened) < 10 * len(line), "a look at its first row, and three rows"


def test_a_folder_is_listed_only_when_its_turn_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        built.put(tmp_path / name / "1.png", built.png(0))
    listed: list[str] = []
    listing = os.scandir

    def noted(folder: Path) -> object:
        listed.append(Path(folder).name)
        return listing(folder)

    monkeypatch.setattr("os.scandir", noted)
    samples = iter(DataSet(tmp_path, "imagefolder"))
    next(samples)
    assert "b" not in listed
    next(samples)
    assert "b" in listed
    assert "c" not in listed


def test_overlong_lines_and_cut_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 100)
    built.put(tmp_path / "a.png", built.png(0))
    row = b'{"file": "a.png"}\n'
    content = row + b'{"file": "a.png", "caption": "' + b"x" * 1000 + b'"}\n' + row
    built.put(tmp_path / "manifest.jsonl", content)
    data = open_data(tmp_path)
    assert len(list(data)) == 2
    assert data.problems.wrong == {"line-too-long": 1}
    (tmp_path / "manifest.jsonl").unlink()
    packed = gzip.compress(
        b"".join(b'{"file": "a.png", "n": %d}\n' % n for n in random.Random(1).sample(range(9**9), 9))
    )
    built.put(tmp_path / "manifest.jsonl.gz", packed[: len(packed) * 2 // 3])
    data = DataSet(tmp_path / "manifest.jsonl.gz", "manifest")
    assert len(list(data)) < 9
    assert data.problems.wrong == {"file-unreadable": 1}


def test_a_picture_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.reading.pictures.LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(100_000))
    built.put(tmp_path / "index.csv", "file,zip\na.png,a.zip\n")
    (one,) = open_data(tmp_path)
    with Pictures() as pictures, pytest.raises(UserError, match="dataset-picture-unreadable"):
        pictures.read(one.image)


FILES = {
    "manifest": ("manifest.csv", built.manifest_csv),
    "pack": ("index.jsonl", built.pack),
    "danbooru": ("metadata/2019.json", built.danbooru),
    "kohya": ("10_miku concert/a.txt", built.kohya),
    "yolo": ("labels/train/a.txt", built.yolo),
    "voc": ("Annotations/a.xml", built.voc),
    "coco": ("annotations/instances_train2017.json", built.coco),
    "captions": ("captions.txt", built.captions),
}


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_broken_files_never_stop_a_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    file, make = FILES[name]
    root = make(tmp_path_factory.mktemp("set"))
    whole = (root / file).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    marks = st.sampled_from(
        [b"", b"\xff", b"\0", b'"', b"{", b"]", b"1e999", b"-1", b"nan", b"<", b"\n", b",", b"[" * 9999]
    )
    (root / file).write_bytes(whole[:start] + data.draw(marks) + whole[end:])
    for read in (DataSet(root, name, Options()), DataSet(root / file, name, Options())):
        if read.path.is_file() and name in ("kohya", "yolo", "voc"):
            continue
        samples = list(read)
        assert all(box.w > 0 and box.h > 0 for sample in samples for box in sample.boxes)
    with contextlib.suppress(UserError):  # what is left may look like nothing, or like several things
        list(open_data(root))


def test_each_bad_line_is_counted(tmp_path: Path) -> None:
    built.put(tmp_path / "a.png", built.png(0))
    bad = ['{"file": "a.png"', "[]", "7", '{"file": ""}', '{"file": "a.png", "boxes": [[1, 2, 3]]}',
           '{"file": "a.png", "boxes": [[1, 2, -3, 4]]}', '{"file": "a.png", "width": "x", "height": 3}',
           '{"file": "a\\u0000.png"}', '{"caption": "none"}']  # fmt: skip
    built.put(tmp_path / "manifest.jsonl", '{"file": "a.png"}\n' + "\n".join(bad) + "\n\n")
    data = open_data(tmp_path)
    assert len(list(data)) == 1
    assert data.problems.wrong == {"line-malformed": len(bad)}
    assert data.problems.examples["line-malformed"][0] == "manifest.jsonl:2"
    built.put(tmp_path / "manifest.jsonl", json.dumps({"file": "x" * 300 + ".png"}))
    data = open_data(tmp_path)
    assert list(data) == []
    assert data.problems.wrong == {"picture-missing": 1}, "a name that no file can have"
    built.put(tmp_path / "manifest.csv", "file,label\na.png,miku\na.png\na.png,miku,rin\n\na.png,rin\n")
    data = open_data(tmp_path / "manifest.csv")
    assert [sample.labels for sample in data] == [("miku",), ("rin",)]
    assert data.problems.wrong == {"line-malformed": 2}

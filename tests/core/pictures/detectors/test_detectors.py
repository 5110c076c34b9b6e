"""What every detector keeps to, whatever it runs on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Unavailable
from core.pictures import Box, Detection, Detector, Picture
from core.pictures.detectors import (
    DETECTORS,
    CascadeDetector,
    HeadDetector,
    MergedDetector,
    TiledDetector,
    YoloDetector,
)
from core.pictures.detectors.mapping import LBPCASCADE, TIGHT_FACE
from core.pictures.detectors.yolo import form_of
from tests.core.pictures.detectors.tiny import Folder, Form, picture_of, rectangle_finder

OURS = {"longest_side": "256", "threshold": "0.3", "nms_iou": "0.5"}
HEAD = {"names": "{0: 'head'}", "imgsz": "[192, 256]"}
FACE = {"names": "{0: 'face'}", "imgsz": "[192, 256]"}
SIZE = (192, 256)


def ours(folder: Folder) -> Detector:
    folder.put("heads", "detector.onnx", rectangle_finder("ours", OURS, white=255))
    return HeadDetector(folder.models(), "heads")


def yolo(form: Form) -> Callable[[Folder], Detector]:
    def make(folder: Folder) -> Detector:
        folder.put("head-yolo", "model.onnx", rectangle_finder(form, HEAD, size=SIZE))
        return YoloDetector(folder.models(), "head-yolo")

    return make


def yolo_dynamic(folder: Folder) -> Detector:
    folder.put("head-yolo", "model.onnx", rectangle_finder("anchors", HEAD))
    return YoloDetector(folder.models(), "head-yolo", dynamic=True)


def tiled(folder: Folder) -> Detector:
    return TiledDetector(ours(folder), 64)


def merged(folder: Folder) -> Detector:
    return MergedDetector([ours(folder), yolo("anchors")(folder)])


RECTANGLES: dict[str, Callable[[Folder], Detector]] = {
    "ours": ours,
    "anchors": yolo("anchors"),
    "end-to-end": yolo("end-to-end"),
    "rtdetr": yolo("rtdetr"),
    "dynamic": yolo_dynamic,
    "tiled": tiled,
    "merged": merged,
}


def cascade_xml(subset: int) -> str:
    """A cascade of one stage on 24x24 windows that asks one question: is the middle ninth brighter than the others?"""
    rows = " ".join([str(subset), *["0"] * 7])
    return f"""<?xml version="1.0"?>
<opencv_storage>
<cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType><featureType>LBP</featureType>
  <height>24</height><width>24</width>
  <stageParams><maxWeakCount>1</maxWeakCount></stageParams>
  <featureParams><maxCatCount>256</maxCatCount></featureParams>
  <stageNum>1</stageNum>
  <stages><_><maxWeakCount>1</maxWeakCount><stageThreshold>0.</stageThreshold>
    <weakClassifiers><_><internalNodes>0 -1 0 {rows}</internalNodes>
      <leafValues>1. -1.</leafValues></_></weakClassifiers></_></stages>
  <features><_><rect>0 0 8 8</rect></_></features>
</cascade>
</opencv_storage>
"""


def cascade(folder: Folder) -> Detector:
    folder.put("host", "cascade.xml", cascade_xml(1))
    return CascadeDetector(folder.file("host", "cascade.xml"))


EVERY = {**RECTANGLES, "cascade": cascade}


@pytest.fixture(params=EVERY)
def detector(request: pytest.FixtureRequest, tmp_path: Path) -> Detector:
    return EVERY[request.param](Folder(tmp_path))


@pytest.fixture(params=RECTANGLES)
def finder(request: pytest.FixtureRequest, tmp_path: Path) -> Detector:
    return RECTANGLES[request.param](Folder(tmp_path))


def blob(width: int = 300, height: int = 260, at: Box | None = None) -> Picture:
    return picture_of(width, height, [at or Box(120, 90, 40, 40)])


def test_boxes_lie_in_the_picture_best_first(detector: Detector) -> None:
    found = detector.detect(blob())
    assert found
    for detection in found:
        assert 0 <= detection.score <= 1
        assert detection.box == detection.box.within(300, 260)
        assert detection.box.area >= 1
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
    best = found[0].box
    assert best.x < 140 < best.x + best.w
    assert best.y < 110 < best.y + best.h


def test_an_empty_picture_has_no_heads(detector: Detector) -> None:
    assert detector.detect(picture_of(300, 260, [])) == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (31, 33)])
def test_small_and_narrow_pictures_do_not_fail(detector: Detector, size: tuple[int, int]) -> None:
    assert detector.detect(picture_of(*size, [])) == ()


def test_what_is_transparent_is_seen_on_white(detector: Detector) -> None:
    picture = replace(blob(), alpha=np.zeros((260, 300), np.uint8))
    whole = detector.detect(replace(blob(), pixels=np.full((260, 300, 3), 255, np.uint8)))
    assert detector.detect(picture) == whole


def test_several_threads_get_the_same(detector: Detector) -> None:
    once = detector.detect(blob())
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: detector.detect(blob()), range(24))) == [once] * 24


def test_the_name_tells_model_and_checksum(finder: Detector, tmp_path: Path) -> None:
    for part in finder.name.split("+"):
        model, _, digits = part.partition("@")
        file = "detector.onnx" if model == "heads" else "model.onnx"
        assert Folder(tmp_path).checksum(model, file).startswith(digits)
        assert len(digits) == 8


def test_every_rectangle_is_found_once_where_it_is(finder: Detector) -> None:
    boxes = [Box(40, 60, 60, 80), Box(180, 20, 90, 70), Box(200, 150, 70, 90)]
    found = finder.detect(picture_of(300, 260, boxes))
    assert len(found) == 3
    for box, detection in zip(boxes, found, strict=True):
        assert apart(box, detection.box) <= 3


def apart(one: Box, other: Box) -> float:
    """Largest distance between sides, in pixels."""
    return max(
        abs(one.x - other.x), abs(one.y - other.y), abs(one.x + one.w - other.x - other.w),
        abs(one.y + one.h - other.y - other.h),
    )  # fmt: skip


@pytest.mark.parametrize("kind", RECTANGLES)
def test_boxes_come_back_from_any_shape_of_picture(kind: str, tmp_path: Path) -> None:
    finder = RECTANGLES[kind](Folder(tmp_path))

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        width, height = (data.draw(st.integers(64, 700)) for _ in "wh")
        w, h = (data.draw(st.integers(side // 8, side)) for side in (width, height))
        box = Box(data.draw(st.integers(0, width - w)), data.draw(st.integers(0, height - h)), w, h)
        found = finder.detect(picture_of(width, height, [box]))
        # A pixel of the input, where the models see 256 x 192 at least in part; and a pixel of rounding.
        pixel = max(1.0, width / 256, height / 192)
        assert len(found) == 1
        assert apart(box, found[0].box) <= 1.5 * pixel + 1

    holds()


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind not in ("tiled", "merged")])
def test_a_missing_model_and_a_broken_one_are_told_apart(kind: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    detector = EVERY[kind](folder)
    (path,) = (path for path in tmp_path.rglob("*.*") if path.is_file())
    path.write_bytes(b"no model")
    with pytest.raises(Unavailable) as caught:
        detector.detect(blob())
    assert caught.value.key == "model-broken"
    path.unlink()
    with pytest.raises(Unavailable) as caught:
        EVERY_AGAIN[kind](folder).detect(blob())
    assert caught.value.key == "model-missing"


EVERY_AGAIN: dict[str, Callable[[Folder], Detector]] = {
    **{kind: lambda folder: YoloDetector(folder.models(), "head-yolo") for kind in RECTANGLES},
    "ours": lambda folder: HeadDetector(folder.models(), "heads"),
    "cascade": lambda folder: CascadeDetector(folder.path / "host" / "cascade.xml"),
}


def test_backends_are_registered_by_the_names_of_the_manifest(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    ours(folder)
    yolo("anchors")(folder)
    for backend, model in (("heads", "heads"), ("yolo", "head-yolo")):
        assert len(DETECTORS[backend](folder.models(), model).detect(blob())) == 1


@pytest.mark.parametrize("key", list(OURS))
@pytest.mark.parametrize("value", [None, "x", ""])
def test_our_model_needs_its_metadata(tmp_path: Path, key: str, value: str | None) -> None:
    folder = Folder(tmp_path)
    metadata = {k: v for k, v in OURS.items() if k != key} | ({} if value is None else {key: value})
    folder.put("heads", "detector.onnx", rectangle_finder("ours", metadata, white=255))
    with pytest.raises(Unavailable) as caught:
        HeadDetector(folder.models(), "heads").detect(blob())
    assert caught.value.key == "model-broken"


def detect_with(folder: Folder, metadata: dict[str, str], form: Form = "anchors", classes: int = 1) -> tuple[
    Detection, ...
]:  # fmt: skip
    folder.put("y", "model.onnx", rectangle_finder(form, metadata, classes=classes, size=SIZE))
    return YoloDetector(folder.models(), "y").detect(blob())


def test_faces_become_heads(tmp_path: Path) -> None:
    (head,) = detect_with(Folder(tmp_path / "h"), HEAD)
    (face,) = detect_with(Folder(tmp_path / "f"), FACE)
    assert face.box.w == pytest.approx(head.box.w * TIGHT_FACE.width, abs=1)
    assert face.box.h == pytest.approx(head.box.h * TIGHT_FACE.height, abs=1)
    assert face.box.y < head.box.y
    assert face.box.x + face.box.w / 2 == pytest.approx(head.box.x + head.box.w / 2, abs=1)


def test_the_mapping_of_lbpcascade_is_the_one_measured() -> None:
    x0, y0, x1, y1 = LBPCASCADE.apply(np.asarray([[100, 100, 200, 200]], np.float32))[0]
    assert (x0 + x1) / 2 == pytest.approx(150)
    assert (y0 + y1) / 2 == pytest.approx(150 - 23.7, abs=0.01)
    assert x1 - x0 == pytest.approx(115, abs=0.01)
    assert y1 - y0 == pytest.approx(120.5, abs=0.01)


@pytest.mark.parametrize("names", ["{0: 'person'}", "['face']", "__import__('os')", "{", ""])
def test_names_are_data_and_must_be_faces_or_heads(tmp_path: Path, names: str) -> None:
    with pytest.raises(Unavailable) as caught:
        detect_with(Folder(tmp_path), {**HEAD, "names": names})
    assert caught.value.key == "model-broken"


@pytest.mark.parametrize("form", ["anchors", "rtdetr"])
def test_two_classes_are_not_taken_for_end_to_end(tmp_path: Path, form: Form) -> None:
    found = detect_with(Folder(tmp_path), {**HEAD, "names": "{0: 'head', 1: 'face'}"}, form, classes=2)
    assert len(found) == 1
    assert apart(found[0].box, Box(120, 90, 40, 40)) <= 3


def test_the_form_is_told_by_shape_and_names() -> None:
    def form(rows: int, columns: int, classes: int, declared: str | None = None, last: float = 0.0) -> str:
        output = np.full((rows, columns), last, np.float32)
        return form_of(output, classes, declared)

    assert form(5, 8400, 1) == "anchors"
    assert form(300, 6, 1) == "end-to-end"
    assert form(300, 5, 1) == "rtdetr"
    assert form(6, 8400, 2) == "anchors"
    assert form(300, 6, 2, last=1.0) == "end-to-end"
    assert form(300, 6, 2, last=0.4) == "rtdetr"
    assert form(300, 6, 2, "rtdetr") == "rtdetr"
    assert form(300, 6, 3) == "end-to-end"
    for rows, columns, classes, declared in ((300, 7, 1, None), (4, 4, 1, None), (5, 300, 1, "rtdetr")):
        with pytest.raises(ValueError, match=r"."):
            form(rows, columns, classes, declared)


def test_the_models_own_threshold_counts(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("y", "threshold.json", '{"f1_score": 0.9, "threshold": 0.95}')
    assert detect_with(folder, HEAD) == ()


@pytest.mark.parametrize(
    "told", ['{"threshold": "x"}', "{", '{"threshold": null}', b'{"threshold": "\xff"}', "[" * 100_000]
)
def test_a_broken_file_beside_the_model_is_told(tmp_path: Path, told: str | bytes) -> None:
    folder = Folder(tmp_path)
    folder.put("y", "threshold.json", told)
    with pytest.raises(Unavailable) as caught:
        detect_with(folder, HEAD)
    assert caught.value.key == "model-broken"


def test_the_size_may_be_one_number_or_missing(tmp_path: Path) -> None:
    for number, imgsz in enumerate(("192", "[192, 192]", None)):
        folder = Folder(tmp_path / str(number))
        metadata = {"names": "{0: 'head'}"} | ({} if imgsz is None else {"imgsz": imgsz})
        folder.put("y", "model.onnx", rectangle_finder("anchors", metadata))
        (found,) = YoloDetector(folder.models(), "y").detect(blob())
        assert apart(found.box, Box(120, 90, 40, 40)) <= 3


def test_lbpcascade_finds_drawn_faces() -> None:
    """With the real file, where the shared data are: nothing is found in noise, and the file is accepted."""
    path = Path(__file__).parents[5] / "shared" / "data" / "detection" / "lbpcascade_animeface.xml"
    if not path.is_file():
        pytest.skip("needs ../shared/data/detection/lbpcascade_animeface.xml")
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3)).astype(np.uint8)
    assert CascadeDetector(path).name == "lbpcascade@9376d30a"
    assert CascadeDetector(path).detect(replace(blob(), pixels=noise)) == ()

"""The head detector: its pages, targets, loss, a short training and its export, on pictures drawn here."""

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
import torch

from core.errors import UserError
from core.training.detection_batches import Batches, FaceCrop, collate
from core.training.detection_data import is_validation, read_checked, read_detection
from core.training.detector import DetectorConfig, export, loss_of, train_detector
from core.training.detector_loss import assign, detection_loss, overlaps, unsure_cells
from core.training.detector_model import Exported, HeadDetector
from core.training.evaluate_detector import CascadeDetector, OnnxDetector, evaluate
from core.training.synthesis import Page, drawn_background, no_boxes, paste_face

HAIR, SKIN = (200, 60, 90), (250, 225, 200)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def draw_head(pixels: np.ndarray, x: int, y: int, side: int, hair: tuple[int, int, int]) -> list[int]:
    """A plain head, and its box as x, y, w, h."""
    half = side // 2
    cv2.circle(pixels, (x + half, y + half), half, hair, -1)
    cv2.ellipse(
        pixels,
        (x + half, y + int(side * 0.6)),
        (int(side * 0.36), int(side * 0.38)),
        0,
        0,
        360,
        SKIN,
        -1,
    )
    for eye in (0.36, 0.64):
        cv2.circle(pixels, (x + int(side * eye), y + int(side * 0.58)), max(1, side // 12), (30, 30, 90), -1)
    return [x, y, side, side]


def write_pack(data: Path, pictures: int = 12) -> None:
    """A pack like `detection`, of drawn pictures: every third has no head."""
    rng = np.random.default_rng(0)
    folder = data / "detection"
    folder.mkdir(parents=True)
    rows = []
    with zipfile.ZipFile(folder / "pictures_0.zip", "w") as archive:
        for number in range(pictures):
            pixels = np.full((120, 160, 3), rng.integers(0, 256, 3), np.uint8)
            boxes = []
            if number % 3:
                side = int(rng.integers(30, 80))
                boxes.append(
                    draw_head(pixels, int(rng.integers(0, 80)), int(rng.integers(0, 40)), side, (200, 60, 90))
                )
            name = f"drawn_{number}.png"
            archive.writestr(name, cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes())
            rows.append(
                {
                    "file": name,
                    "zip": "pictures_0.zip",
                    "width": 160,
                    "height": 120,
                    "source": "drawn",
                    "boxes": boxes,
                }
            )
    (folder / "index.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")


def write_boxes(folder: Path, form: str) -> Path:
    """The pictures of such a pack as another form has them; in COCO whole figures are boxed too."""
    write_pack(folder / "pack")
    rows = [
        json.loads(row) for row in (folder / "pack/detection/index.jsonl").read_text("utf-8").splitlines()
    ]
    made = folder / form
    coco = {
        "images": [],
        "annotations": [],
        "categories": [{"id": 1, "name": "Head"}, {"id": 2, "name": "x"}],
    }
    for kind in {"yolo": ("images", "labels"), "voc": ("JPEGImages", "Annotations"), "coco": ("all",)}[form]:
        (made / kind).mkdir(parents=True)
    with zipfile.ZipFile(folder / "pack/detection/pictures_0.zip") as pack:
        for at, row in enumerate(rows):
            stem, content, boxes = row["file"].removesuffix(".png"), pack.read(row["file"]), row["boxes"]
            if form == "yolo":
                (made / f"images/{stem}.png").write_bytes(content)
                lines = [
                    f"0 {(x + w / 2) / 160} {(y + h / 2) / 120} {w / 160} {h / 120}" for x, y, w, h in boxes
                ]
                (made / f"labels/{stem}.txt").write_text("\n".join(lines))
            elif form == "voc":
                (made / f"JPEGImages/{stem}.png").write_bytes(content)
                found = "".join(
                    f"<object><name>head</name><bndbox><xmin>{x}</xmin><ymin>{y}</ymin><xmax>{x + w}</xmax>"
                    f"<ymax>{y + h}</ymax></bndbox></object>"
                    for x, y, w, h in boxes
                )
                (made / f"Annotations/{stem}.xml").write_text(
                    f"<annotation><filename>{stem}.png</filename><size><width>160</width><height>120</height>"
                    f"<depth>3</depth></size>{found}</annotation>"
                )
            else:
                (made / f"all/{stem}.png").write_bytes(content)
                coco["images"].append({"id": at, "file_name": f"all/{stem}.png", "width": 160, "height": 120})
                for category, box in [(1, box) for box in boxes] + [(2, [0, 0, 160, 120])]:
                    count = len(coco["annotations"])
                    told = {"id": count, "image_id": at, "category_id": category, "bbox": box, "iscrowd": 0}
                    coco["annotations"].append(told | {"area": box[2] * box[3]})
    if form == "yolo":
        (made / "data.yaml").write_text("path: .\nnames: {0: head}\n")
    if form == "coco":
        (made / "instances.json").write_text(json.dumps(coco))
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_pack(tmp_path / "data")
    return tmp_path / "data"


def face() -> FaceCrop:
    pixels = np.full((64, 64, 3), 255, np.uint8)
    draw_head(pixels, 2, 0, 60, (90, 60, 200))
    return FaceCrop(cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes(), (0.0, 0.0, 1.0, 0.95))


def batches(data: Path, shares: tuple[float, float, float, float], size: int = 160) -> Batches:
    return Batches(read_detection(data), [face()], batch=2, seed=3, sizes=(size,), shares=shares)


def test_the_pack_is_read_with_its_boxes_as_corners(data: Path) -> None:
    pictures = read_detection(data)
    assert len(pictures) == 12
    first = pictures[1]
    assert first.pixels().shape == (120, 160, 3)
    assert (first.boxes[:, 2:] > first.boxes[:, :2]).all()
    assert not len(pictures[0].boxes)


def test_without_the_pack_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        read_detection(tmp_path)
    assert told.value.key == "dataset-unknown"


def test_the_split_is_the_fixed_rule() -> None:
    digests = {
        name: hashlib.sha1(name.encode()).hexdigest() for name in (f"{number}.jpg" for number in range(200))
    }
    kept = {name for name in digests if is_validation(name)}
    assert kept == {name for name, digest in digests.items() if int(digest, 16) % 5 == 0}
    assert 20 < len(kept) < 60


def test_checked_boxes_are_read_by_part(tmp_path: Path, data: Path) -> None:
    row = {
        "pack": "detection",
        "zip": "pictures_0.zip",
        "file": "drawn_1.png",
        "source": "drawn",
        "width": 160,
    }
    row |= {"height": 120, "boxes": [[1, 2, 30, 40]], "unsure": [[50, 50, 10, 10]]}
    lines = [json.dumps(row | {"group": f"g{number}"}) for number in range(20)]
    path = tmp_path / "boxes.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    training, validation = (read_checked(data, validation=part, path=path) for part in (False, True))
    assert len(training) + len(validation) == 20
    assert training
    assert validation
    assert training[0].boxes.tolist() == [[1, 2, 31, 42]]
    assert training[0].unsure.tolist() == [[50, 50, 60, 60]]


@pytest.mark.parametrize("shares", [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)])
def test_pages_keep_boxes_inside_and_the_same_number_gives_the_same_page(
    data: Path, shares: tuple[float, float, float, float]
) -> None:
    source = batches(data, shares)
    heads = 0
    for number in range(25):
        page = source.page(np.random.default_rng(number), 160)
        again = batches(data, shares).page(np.random.default_rng(number), 160) if number < 3 else page
        assert np.array_equal(page.pixels, again.pixels)
        assert page.pixels.shape == (160, 160, 3)
        assert page.pixels.dtype == np.uint8
        for boxes in (page.boxes, page.unsure):
            assert (boxes >= 0).all()
            assert (boxes <= 160).all()
            assert (boxes[:, 2:] > boxes[:, :2]).all()
        heads += len(page.boxes)
    assert (heads == 0) == (shares[3] == 1)


def test_warped_boxes_follow_the_drawing(data: Path) -> None:
    """Hair and skin fill the box, however the picture was warped."""
    source = batches(data, (1, 0, 0, 0), 192)
    seen = 0
    for number in range(40):
        page = Page(np.zeros((192, 192, 3), np.uint8))
        source._lay(np.random.default_rng(number), page, (0, 0, 192, 192), source.heads[0], near=True)
        if len(page.boxes) != 1 or len(page.unsure) or (page.boxes[0] % 192 == 0).any():
            continue
        hair, skin = ((abs(page.pixels.astype(int) - tint) < 12).all(2) for tint in (HAIR, SKIN))
        ys, xs = np.nonzero(hair | skin)
        drawn = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
        side = max(page.boxes[0, 2:] - page.boxes[0, :2])
        assert abs(drawn - page.boxes[0]).max() < 3 + 0.06 * side
        seen += 1
    assert seen > 10


def test_pasted_faces_do_not_overlap_and_are_where_the_box_says() -> None:
    rng = np.random.default_rng(1)
    page = Page(np.zeros((200, 200, 3), np.uint8))
    for _ in range(6):
        paste_face(rng, page, np.full((64, 64, 3), 255, np.uint8), (0.1, 0.0, 0.9, 0.9), 40)
    assert len(page.boxes) >= 3
    for x0, y0, x1, y1 in page.boxes.round().astype(int):
        assert page.pixels[(y0 + y1) // 2, (x0 + x1) // 2].min() > 200
    assert not paste_face(rng, page, np.full((64, 64, 3), 255, np.uint8), (0, 0, 1, 1), 400)


def test_drawn_backgrounds_differ_and_have_the_asked_size() -> None:
    found = [drawn_background(np.random.default_rng(number), 60, 90) for number in range(20)]
    assert {picture.shape for picture in found} == {(60, 90, 3)}
    assert len({picture.tobytes() for picture in found}) == 20


def test_each_head_has_a_cell_of_its_own_and_far_cells_have_none() -> None:
    heads = torch.tensor([[0.0, 0, 32, 32], [64, 64, 128, 120], [40.0, 4, 52, 16]])
    closeness, index = assign(heads, 128, 128)
    assert closeness.max() == 1
    for number, head in enumerate(heads):
        mine = (closeness > 0) & (index == number)
        assert closeness[mine].max() == 1
        place = int(torch.where(mine, closeness, torch.zeros(())).argmax())
        x, y = (place % 16 + 0.5) * 8, (place // 16 + 0.5) * 8
        assert head[0] - 4 <= x <= head[2] + 4
        assert head[1] - 4 <= y <= head[3] + 4
    assert closeness.reshape(16, 16)[15, 0] == 0
    assert assign(torch.zeros(0, 4), 64, 96)[0].tolist() == [0.0] * 96


def test_generalised_overlap_of_known_boxes() -> None:
    first = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 10, 10]])
    second = torch.tensor([[0.0, 0, 10, 10], [5, 0, 15, 10], [10, 0, 20, 10]])
    shared, general = overlaps(first, second)
    assert shared.tolist() == pytest.approx([1, 1 / 3, 0])
    assert general.tolist() == pytest.approx([1, 1 / 3, 0])
    assert overlaps(first[:1], second[:1] + 20)[1].item() < 0


def test_the_loss_rewards_the_truth_and_skips_what_is_unsure() -> None:
    heads = torch.tensor([[16.0, 16, 80, 80]])
    closeness, index = assign(heads, 96, 96)
    aims = heads[index][None]
    good = torch.where(closeness > 0, 4.0, -6.0)[None]
    unsure = torch.zeros(1, 144, dtype=torch.bool)
    right, _ = detection_loss(aims, good, closeness[None], aims, unsure)
    wrong, _ = detection_loss(aims + 12, -good, closeness[None], aims, unsure)
    assert right < wrong / 5
    loud = good.clone()
    loud[0, 0] = 6.0  # a confident box in the corner
    punished, _ = detection_loss(aims, loud, closeness[None], aims, unsure)
    spared, _ = detection_loss(
        aims, loud, closeness[None], aims, unsure_cells(torch.tensor([[0.0, 0, 8, 8]]), 96, 96)[None]
    )
    assert punished > right + 0.1
    assert spared < right + 1e-4


def test_an_empty_page_gives_a_finite_loss() -> None:
    batch = collate([Page(np.zeros((64, 64, 3), np.uint8), no_boxes(), no_boxes())])
    loss, _ = detection_loss(
        torch.zeros(1, 64, 4), torch.zeros(1, 64), batch["closeness"], batch["heads"], batch["unsure"]
    )
    assert torch.isfinite(loss)


def test_the_network_learns_a_page(data: Path) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    batch = batches(data, (1, 0, 0, 0), 64)(0)
    model = HeadDetector(16, pretrained=False)
    optimiser = torch.optim.AdamW((value for value in model.parameters() if value.requires_grad), lr=2e-2)
    losses = []
    for _ in range(12):
        loss, _ = loss_of(model, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert min(losses[-3:]) < 0.75 * losses[0]


def test_a_training_ends_in_a_detector_and_is_not_run_twice(tmp_path: Path, data: Path) -> None:
    torch.set_num_threads(1)
    config = DetectorConfig(
        batch=2, steps=2, sizes=(64,), width=16, faces=0, checked=False, pretrained=False, longest_side=96
    )
    path = train_detector(data, tmp_path / "out", config)
    first = path.read_bytes()
    assert train_detector(data, tmp_path / "out", config).read_bytes() == first
    detector = OnnxDetector(path)
    assert detector.longest_side == 96
    pictures = read_detection(data)
    figures = evaluate(pictures, [detector(picture.pixels()) for picture in pictures], detector.threshold)
    assert figures["all"]["heads"] == sum(len(picture.boxes) for picture in pictures)
    with pytest.raises(UserError) as told:
        train_detector(data, tmp_path / "out", replace(config, rate=0.5))
    assert told.value.key == "training-folder"


def test_the_exported_file_answers_as_torch_does_at_any_size(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = HeadDetector(16, pretrained=False).eval()
    for value in model.parameters():
        value.data = value.data.half().float()  # what the file stores
    path = tmp_path / "detector.onnx"
    export(model, path, DetectorConfig(threshold=0.3, longest_side=448))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert session.get_modelmeta().custom_metadata_map["longest_side"] == "448"
    assert session.get_modelmeta().custom_metadata_map["threshold"] == "0.3"
    for count, height, width in ((1, 64, 96), (2, 128, 64)):
        images = torch.rand(count, 3, height, width) * 255
        with torch.no_grad():
            boxes, scores = Exported(model)(images)
        found = session.run(["boxes", "scores"], {"images": images.numpy()})
        assert found[0].shape == (count, height * width // 64, 4)
        np.testing.assert_allclose(found[0], boxes.numpy(), rtol=1e-3, atol=0.05)
        np.testing.assert_allclose(found[1], scores.numpy(), atol=1e-3)


def test_the_pack_in_the_data_folder_is_as_its_description_counts() -> None:
    if not (SHARED / "detection").exists():
        pytest.skip("needs ../shared/data/detection")
    pictures = read_detection(SHARED)
    assert len(pictures) == 388
    assert sum(len(picture.boxes) for picture in pictures) == 385
    kept = [picture for picture in pictures if is_validation(picture.name)]
    assert (len(kept), sum(len(picture.boxes) for picture in kept)) == (66, 61)
    cascade = CascadeDetector(SHARED / "detection" / "lbpcascade_animeface.xml")
    some = [picture for picture in kept if picture.source.startswith("weypro")][:10]
    figures = evaluate(some, [cascade(picture.pixels()) for picture in some], cascade.threshold)
    assert figures["all"]["recall_40"] > 0.5


@pytest.mark.parametrize("form", ["yolo", "voc", "coco"])
def test_boxes_of_other_forms_are_the_same_heads(tmp_path: Path, form: str) -> None:
    found = {Path(one.name).stem: one for one in read_detection(write_boxes(tmp_path, form))}
    wanted = {Path(one.name).stem: one for one in read_detection(tmp_path / "pack")}
    assert found.keys() == wanted.keys()
    for name, one in found.items():
        assert np.allclose(one.boxes, wanted[name].boxes, atol=1.01)  # VOC counts pixels from 1
        assert np.array_equal(one.pixels(), wanted[name].pixels())
        assert (one.width, one.height) == (160, 120)
    assert {one.held_back for one in found.values()} <= {True, False}


def test_without_boxes_nothing_is_learned(tmp_path: Path) -> None:
    place = tmp_path / "plain" / "somebody"
    place.mkdir(parents=True)
    cv2.imwrite(str(place / "a.png"), np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(UserError, match="training-data"):
        read_detection(tmp_path / "plain")

"""How earlier projects name the faces of a picture, rebuilt plainly: python -m tests.benchmarks.bench_pictures_baseline

Two pipelines, with random weights, which are good enough for time: an LBP cascade with a ResNet-34 for each face, and a
head detector of the size of YOLO v3 (Darknet-53 at 512 x 512) with a ViT-B/16 for each face. As in those projects each
face is run by itself. Needs the packages of `osusume[models]`, and the cascade's file (lbpcascade_animeface.xml): where
the variable CASCADE says, else that of the reference data.

For other benchmarks: `drawn`, `PICTURES`, `cascade_resnet` and `yolo_vit`.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.inference import import_torch

Pixels = NDArray[np.uint8]
"""uint8 [height, width, 3], RGB."""

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "detection" / "lbpcascade_animeface.xml"
CHARACTERS = 1000
"""Classes of the classifiers; hardly matters for time."""

FACE = 224
YOLO = 512
ROUNDS = 3

PICTURES = {
    "one face": (1000, 1000, 1),
    "five faces": (1000, 1000, 5),
    "12 MP, two faces": (4000, 3000, 2),
}
"""Width, height, faces."""


def drawn(width: int, height: int, faces: int) -> Pixels:
    """A picture of flat colours with so many drawn heads in a row: what a cascade finds in it is not the point."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = np.linspace((150, 190, 240), (240, 230, 220), height)[:, None].astype(np.uint8)
    step = width // faces
    for face in range(faces):
        x, y, r = step * face + step // 2, height // 2, min(step, height) // 4
        cv2.circle(picture, (x, y - r // 5), int(r * 1.2), (90 + 30 * face, 60, 120), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, y), (r * 4 // 5, r), 0, 0, 360, (250, 225, 205), -1, cv2.LINE_AA)
        for side in (-1, 1):
            eye = (x + side * r * 2 // 5, y + r // 10)
            cv2.ellipse(picture, eye, (r // 5, r // 4), 0, 0, 360, (40, 40, 90), -1, cv2.LINE_AA)
            cv2.circle(
                picture, (eye[0] - r // 15, eye[1] - r // 10), r // 14, (255, 255, 255), -1, cv2.LINE_AA
            )
        cv2.ellipse(picture, (x, y + r // 2), (r // 6, r // 12), 0, 0, 180, (170, 60, 70), max(1, r // 40))
    return picture


def cascade_resnet(picture: Pixels, n_faces: int) -> list[int]:
    """Classes of `n_faces` faces: the cascade is run on the whole picture, but how many it finds is not counted."""
    grey = cv2.equalizeHist(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    cascade().detectMultiScale(grey, scaleFactor=1.1, minNeighbors=5, minSize=(24, 24))
    return _classify(classifier("resnet34"), picture, n_faces)


def yolo_vit(picture: Pixels, n_faces: int) -> list[int]:
    """Classes of `n_faces` heads: the detector is run on the whole picture, but how many it finds is not counted."""
    torch = import_torch()
    height, width = picture.shape[:2]
    scale = YOLO / max(height, width)
    size = round(width * scale), round(height * scale)
    boxed = np.full((YOLO, YOLO, 3), 128, np.uint8)
    left, top = (YOLO - size[0]) // 2, (YOLO - size[1]) // 2
    boxed[top : top + size[1], left : left + size[0]] = cv2.resize(
        picture, size, interpolation=cv2.INTER_CUBIC
    )
    given = torch.from_numpy(boxed).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        found = _decode(detector()(given))
    _suppress(found)
    return _classify(classifier("vit_b_16"), picture, n_faces)


@cache
def cascade() -> Any:
    path = Path(os.environ.get("CASCADE", REFERENCE))
    loaded = cv2.CascadeClassifier(str(path))
    if loaded.empty():
        raise SystemExit(f"{path.name} is not here: say where with CASCADE=")
    return loaded


@cache
def classifier(name: str) -> Any:
    """A torchvision network with random weights."""
    torch = import_torch()
    import torchvision

    torch.manual_seed(0)
    return getattr(torchvision.models, name)(weights=None, num_classes=CHARACTERS).eval()


@cache
def detector() -> Any:
    """YOLO v3 for one class: Darknet-53 with three outputs (Redmon and Farhadi 2018), 61.5 million parameters.

    float32 [1, 3, 512, 512] to three float32 [1, 18, n, n] for n of 16, 32 and 64.
    """
    torch = import_torch()
    nn = torch.nn

    def conv(given: int, made: int, size: int, stride: int = 1) -> Any:
        return nn.Sequential(
            nn.Conv2d(given, made, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(made),
            nn.LeakyReLU(0.1),
        )

    class Residual(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self, width: int) -> None:
            super().__init__()
            self.inner = nn.Sequential(conv(width, width // 2, 1), conv(width // 2, width, 3))

        def forward(self, x: Any) -> Any:
            return x + self.inner(x)

    def stage(width: int, blocks: int) -> Any:
        return nn.Sequential(conv(width // 2, width, 3, 2), *(Residual(width) for _ in range(blocks)))

    def neck(given: int, width: int) -> Any:
        turns = [conv(given, width, 1), conv(width, width * 2, 3)]
        turns += [conv(width * 2, width, 1), conv(width, width * 2, 3), conv(width * 2, width, 1)]
        return nn.Sequential(*turns)

    def head(width: int) -> Any:
        return nn.Sequential(conv(width, width * 2, 3), nn.Conv2d(width * 2, 3 * (5 + 1), 1))

    class Yolo(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.fine = nn.Sequential(conv(3, 32, 3), stage(64, 1), stage(128, 2), stage(256, 8))
            self.middle, self.coarse = stage(512, 8), stage(1024, 4)
            self.necks = nn.ModuleList([neck(1024, 512), neck(768, 256), neck(384, 128)])
            self.ups = nn.ModuleList([conv(512, 256, 1), conv(256, 128, 1)])
            self.heads = nn.ModuleList([head(512), head(256), head(128)])

        def forward(self, x: Any) -> list[Any]:
            fine = self.fine(x)
            middle = self.middle(fine)
            features, made = self.necks[0](self.coarse(middle)), []
            made.append(self.heads[0](features))
            for level, beside in ((1, middle), (2, fine)):
                up = nn.functional.interpolate(self.ups[level - 1](features), scale_factor=2)
                features = self.necks[level](torch.cat([up, beside], 1))
                made.append(self.heads[level](features))
            return made

    torch.manual_seed(0)
    return Yolo().eval()


def _decode(outputs: list[Any]) -> NDArray[np.float32]:
    """float32 [found, 5] of x, y, w, h in pixels and score above 0.85; anchors as published for YOLO v3 at 416."""
    anchors = np.array(
        [[(116, 90), (156, 198), (373, 326)], [(30, 61), (62, 45), (59, 119)], [(10, 13), (16, 30), (33, 23)]]
    )
    found = []
    for output, sizes in zip(outputs, anchors, strict=True):
        n = output.shape[-1]
        cells = output[0].view(3, 6, n, n).permute(0, 2, 3, 1).numpy()
        row, column = np.mgrid[0:n, 0:n]
        x, y = _sigmoid(cells[..., 0]) + column, _sigmoid(cells[..., 1]) + row
        w, h = (
            np.exp(np.clip(cells[..., 2 + side], None, 8)) * sizes[:, side, None, None] for side in (0, 1)
        )
        score = _sigmoid(cells[..., 4]) * _sigmoid(cells[..., 5])
        step = YOLO / n
        found.append(np.stack([x * step, y * step, w, h, score], -1).reshape(-1, 5))
    everything = np.concatenate(found).astype(np.float32)
    kept: NDArray[np.float32] = everything[everything[:, 4] > 0.85]
    return kept


def _sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-x)))


def _suppress(found: NDArray[np.float32]) -> Any:
    corners = [[float(x - w / 2), float(y - h / 2), float(w), float(h)] for x, y, w, h, _ in found]
    return cv2.dnn.NMSBoxes(corners, [float(score) for score in found[:, 4]], 0.85, 0.4)


def _classify(network: Any, picture: Pixels, n_faces: int) -> list[int]:
    """Each head by itself: cut out, brought to 224 x 224, ImageNet's mean and deviation."""
    torch = import_torch()
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    height, width = picture.shape[:2]
    step = width // n_faces
    classes = []
    for face in range(n_faces):
        side = min(step, height) // 2
        left, top = step * face + (step - side) // 2, (height - side) // 2
        crop = cv2.resize(picture[top : top + side, left : left + side], (FACE, FACE))
        given = ((crop / 255 - mean) / deviation).astype(np.float32).transpose(2, 0, 1)[None]
        with torch.inference_mode():
            classes.append(int(network(torch.from_numpy(given)).argmax()))
    return classes


def seconds(
    pipeline: Callable[[Pixels, int], object], picture: Pixels, faces: int, rounds: int = ROUNDS
) -> float:
    """Median of some runs after a first one."""
    pipeline(picture, faces)
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        pipeline(picture, faces)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    print(f"{'ms':<18} {'cascade + ResNet-34':>20} {'YOLO v3 + ViT-B/16':>20}")
    for name, (width, height, faces) in PICTURES.items():
        picture = drawn(width, height, faces)
        taken = [seconds(pipeline, picture, faces) * 1000 for pipeline in (cascade_resnet, yolo_vit)]
        print(f"{name:<18} {taken[0]:20.0f} {taken[1]:20.0f}")


if __name__ == "__main__":
    main()

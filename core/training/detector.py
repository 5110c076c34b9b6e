"""Training of the head detector.

`python -m core.training.detector --data ../shared/data --out FOLDER --budget MINUTES --seed 1`
"""

from __future__ import annotations

import argparse
import csv
import logging
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import onnx
import torch
from onnx import helper
from torch import Tensor, nn

from core.training.detection_batches import Batches, FaceCrop
from core.training.detection_data import is_validation, read_checked, read_detection
from core.training.detector_loss import detection_loss
from core.training.detector_model import Exported, HeadDetector
from core.training.loop import OnStep, Schedule, train
from core.training.stored_weights import halve_weights

log = logging.getLogger(__name__)

_OPSET = 17
_FACE_BOX = (0.0, 0.0, 1.0, 0.92)  # where the head lies in the 64 px face crops: they are cut to the head
_BACKBONE_RATE = 0.4  # of the rate of the new layers


@dataclass(frozen=True)
class DetectorConfig:
    """What a training is made of. Sizes are sides of the square training pictures, in pixels, multiples of 32.

    `shares` is as in `Batches`; `faces` bounds the face crops to paste; `checked` adds the pictures of other packs
    whose heads were boxed for this project, and those of `detection` count `repeat` times beside them.
    `longest_side`, `threshold` and `nms_iou` go into the ONNX file for whoever runs it.
    """

    batch: int = 8
    rate: float = 1e-3
    steps: int = 6000
    ema: float = 0.998
    sizes: tuple[int, ...] = (224, 256, 288, 320, 352)
    shares: tuple[float, float, float, float] = (0.52, 0.2, 0.1, 0.18)
    width: int = 64
    seed: int = 1
    longest_side: int = 384
    threshold: float = 0.46
    nms_iou: float = 0.5
    pretrained: bool = True
    faces: int = 12000
    checked: bool = True
    repeat: int = 2


def train_detector(
    data: Path,
    out: Path,
    config: DetectorConfig | None = None,
    *,
    format: str | None = None,
    budget_minutes: float | None = None,
    on_step: OnStep | None = None,
) -> Path:
    """Train on the training part of `data` (see `read_detection`), go on where a killed training stopped, and write
    `out`/detector.onnx.

    Raises:
        UserError: `training-data`, when there are no boxes; `training-folder`, when `out` holds another training; what
            `open_data` raises.
    """
    config = config or DetectorConfig()
    pictures = [picture for picture in read_detection(data, format) if not picture.held_back]
    if config.checked:
        pictures = pictures * config.repeat + read_checked(data)
    batches = Batches(
        pictures,
        read_faces(data, config.faces),
        batch=config.batch,
        seed=config.seed,
        sizes=config.sizes,
        shares=config.shares,
    )
    log.info(
        "%d pictures with heads, %d without, %d face crops",
        len(batches.heads),
        len(batches.empty),
        len(batches.faces),
    )
    torch.manual_seed(config.seed)
    model = HeadDetector(config.width, pretrained=config.pretrained)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in its stub
    schedule = Schedule(
        steps=config.steps,
        batch=config.batch,
        rate=config.rate,
        warmup=60,
        weight_decay=0.02,
        ema=config.ema,
        seed=config.seed,
    )
    trained = train(
        model,
        batches,
        loss_of,
        schedule,
        out,
        budget_minutes=budget_minutes,
        on_step=on_step,
        groups_of=groups_of,
        device="cpu",
    )
    assert isinstance(trained, HeadDetector), "the loop returns a copy of what it was given"
    path = out / "detector.onnx"
    export(trained, path, config)
    return path


def loss_of(model: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch of `Batches` and the values to log."""
    boxes, logits = model(batch["images"])
    return detection_loss(boxes, logits, batch["closeness"], batch["heads"], batch["unsure"])


def groups_of(model: nn.Module) -> list[dict[str, Any]]:
    """Parameter groups: a lower rate for what started from ImageNet, no decay for vectors."""
    assert isinstance(model, HeadDetector)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, value in model.named_parameters():
        if value.requires_grad:
            scale = _BACKBONE_RATE if name.startswith("blocks") else 1.0
            groups.setdefault((scale, 0.02 if value.ndim > 1 else 0.0), []).append(value)
    return [
        {"params": values, "scale": scale, "weight_decay": decay} for (scale, decay), values in groups.items()
    ]


def read_faces(data: Path, most: int) -> list[FaceCrop]:
    """Face crops to paste, from `faces` and the training groups of `attributes`: the first `most` of each pack."""
    found: list[FaceCrop] = []
    for pack in ("faces", "attributes"):
        folder = data / pack
        if not (folder / "index.csv").exists():
            continue
        with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if not is_validation(row.get("group") or "training")]
        for name in sorted({row["zip"] for row in rows}):
            with zipfile.ZipFile(folder / name) as archive:
                chosen = [row["file"] for row in rows if row["zip"] == name][: most // 2]
                found += [FaceCrop(archive.read(file), _FACE_BOX) for file in chosen]
    return found


def export(model: HeadDetector, path: Path, config: DetectorConfig) -> None:
    """Write the network as ONNX: float16 weights, float32 arithmetic, `images` in, `boxes` and `scores` out."""
    model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # missing in its stub
    wrapped = Exported(model).eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without onnxscript calls itself deprecated
        plain = Path(folder) / "plain.onnx"
        axes = {
            "images": {0: "batch", 2: "height", 3: "width"},
            "boxes": {0: "batch", 1: "cells"},
            "scores": {0: "batch", 1: "cells"},
        }
        torch.onnx.export(
            wrapped,
            (torch.zeros(1, 3, 128, 96),),
            str(plain),
            input_names=["images"],
            output_names=["boxes", "scores"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
        graph = onnx.load(plain)
    halve_weights(graph)
    facts = {
        "longest_side": config.longest_side,
        "threshold": config.threshold,
        "nms_iou": config.nms_iou,
        "box": "head, crown to chin",
        "seed": config.seed,
    }
    helper.set_model_props(graph, {name: str(value) for name, value in facts.items()})
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the pack detection")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and detector.onnx")
    parser.add_argument("--budget", type=float, help="minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(asked.threads)
    cv2.setNumThreads(asked.threads)
    config = DetectorConfig(seed=asked.seed)
    print(train_detector(asked.data, asked.out, config, budget_minutes=asked.budget))


if __name__ == "__main__":
    main()

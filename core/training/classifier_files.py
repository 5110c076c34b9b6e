"""What a classifier's training leaves behind: weights, labels, ONNX, card and a row for the manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from core.inference import import_torch
from core.training.backbone import LITE
from core.training.labelled import Example, normalised
from core.training.picture_onnx import OPSET, file_lines, save_weights, write_onnx

if TYPE_CHECKING:
    from core.training.classifier import ClassifierConfig, Trained

import_torch()

CHECKPOINT_FILE = "classifier.pth"
LABELS_FILE = "labels.json"
ONNX_FILE = "classifier.onnx"
_AT_RUN_TIME = ("resnet18", "resnet34", "resnet50", "resnet152", "efficientnet_b0", "vgg19", "vit_b_16")


class _Answers(nn.Module):
    """A classifier with its preparation before it and a softmax after it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.softmax(self.network(normalised(pictures)), 1)


def write_all(trained: Trained, out: Path, config: ClassifierConfig, learnt: Sequence[Example]) -> None:
    """Write `classifier.pth` (a state_dict, in torchvision's naming where the backbone is torchvision's),
    `labels.json`, `classifier.onnx`, `card.md` and `manifest.toml`.

    Raises:
        ArtefactError: `export-differs`.
    """
    network = trained.network
    save_weights(network, out / CHECKPOINT_FILE)
    (out / LABELS_FILE).write_text(json.dumps(trained.labels, ensure_ascii=False, indent=1), encoding="utf-8")
    differs = export_classifier(network, trained.labels, out / ONNX_FILE, size=config.size)
    (out / "card.md").write_text(card(trained, config, learnt, differs), encoding="utf-8")
    (out / "manifest.toml").write_text(manifest_row(out, config), encoding="utf-8")


def export_classifier(network: nn.Module, labels: Sequence[str], path: Path, *, size: int) -> float:
    """Write ONNX and return by how much a probability differs from torch's at most; see `write_onnx`.

    Input `pictures` float32 [N, 3, size, size] RGB 0-255, output `probabilities` [N, labels]. The metadata hold
    `labels` as a JSON list and `size`.

    Raises:
        ArtefactError: `export-differs`, when that is more than 0.001.
    """
    told = {"labels": json.dumps(list(labels)), "size": str(size)}
    return write_onnx(_Answers(network), path, size=size, names=("pictures", "probabilities"), told=told)


def card(
    trained: Trained,
    config: ClassifierConfig,
    learnt: Sequence[Example],
    differs: float,
) -> str:
    """What the classifier is, on what it was trained, and how good it is, as Markdown."""
    counts = Counter(example.label for example in learnt)
    measured = (
        f"{trained.accuracy:.3f} of {trained.asked} pictures named right, none of a group trained on"
        if trained.accuracy is not None
        else "nothing was held back, so nothing was measured"
    )
    usable = (
        "Name it in `OSUSUME_CLASSIFIER`, and `labels.json` in `OSUSUME_CLASSIFIER_LABELS`."
        if config.backbone in _AT_RUN_TIME and (config.size == 224 or config.backbone != "vit_b_16")
        else "The program does not read weights of this backbone and size; the ONNX file serves other programs."
    )
    rows = "\n".join(f"| {name} | {value} |" for name, value in asdict(config).items() if value != "")
    return f"""# A classifier of {len(trained.labels)} classes ({config.backbone})

- **In**: RGB, scaled to {round(config.size * 256 / 224)} px, the middle {config.size} px of it, ImageNet's mean and
  deviation (`classifier.onnx` does the last itself: `pictures` float32 [N, 3, {config.size}, {config.size}], 0-255).
  **Out**: one answer a label of `labels.json`.
- **Trained on**: {len(learnt)} pictures, {min(counts.values())} to {max(counts.values())} a class, for
  {trained.steps} steps.
- **Measured**: {measured}.
- **ONNX**: opset {OPSET}; a probability differs from torch's by at most {differs:.2g}.
- **Use**: {usable}

| setting | value |
| --- | --- |
{rows}
"""


def manifest_row(out: Path, config: ClassifierConfig) -> str:
    """A row for the list of models, with lengths and checksums of what lies in `out`."""
    files = file_lines(out, (CHECKPOINT_FILE, LABELS_FILE, ONNX_FILE))
    name = config.backbone.replace("_", "-")
    return f"""# The program takes a classifier from OSUSUME_CLASSIFIER; this row is for a list to fetch it from.
[[model]]
id = "classifier-{name}"
purposes = ["recogniser"]
backend = "{"efficientnet-lite0" if config.backbone == LITE else "torchvision"}"
licence = "say whose pictures these were"
extra = "models"
files = [
{files}
]
"""

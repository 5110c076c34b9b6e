"""What a classifier's training leaves behind: weights, labels, ONNX, card and a row for the manifest."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from core.errors import ArtefactError
from core.inference import import_torch
from core.training.backbone import LITE
from core.training.labelled import Example, normalised

if TYPE_CHECKING:
    from core.training.classifier import ClassifierConfig, Trained

import_torch()

CHECKPOINT_FILE = "classifier.pth"
LABELS_FILE = "labels.json"
ONNX_FILE = "classifier.onnx"
OPSET = 17
_TOLERANCE = 1e-3
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
    network = trained.network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # as elsewhere
    torch.save(
        {name: value.contiguous() for name, value in network.state_dict().items()}, out / CHECKPOINT_FILE
    )
    (out / LABELS_FILE).write_text(json.dumps(trained.labels, ensure_ascii=False, indent=1), encoding="utf-8")
    differs = export_classifier(network, trained.labels, out / ONNX_FILE, size=config.size)
    (out / "card.md").write_text(card(trained, config, learnt, differs), encoding="utf-8")
    (out / "manifest.toml").write_text(manifest_row(out, config), encoding="utf-8")


def export_classifier(network: nn.Module, labels: Sequence[str], path: Path, *, size: int) -> float:
    """Write ONNX (opset 17, batch of any size), check that it answers as torch does, and return by how much
    a probability differs at most.

    Input `pictures` float32 [N, 3, size, size] RGB 0-255, output `probabilities` [N, labels]. The metadata hold
    `labels` as a JSON list and `size`.

    Raises:
        ArtefactError: `export-differs`, when that is more than 0.001.
    """
    answers = _Answers(network).eval()
    example = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0)) * 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without onnxscript calls itself deprecated
        torch.onnx.export(
            answers,
            (example,),
            str(path),
            input_names=["pictures"],
            output_names=["probabilities"],
            dynamic_axes={"pictures": {0: "batch"}, "probabilities": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    written = onnx.load(path)
    onnx.helper.set_model_props(written, {"labels": json.dumps(list(labels)), "size": str(size)})
    onnx.checker.check_model(written)
    temporary = path.with_suffix(".partial")
    onnx.save(written, temporary)
    temporary.replace(path)

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    shown = torch.cat([example, example.flip(3), example[:1] * 0.5])
    with torch.no_grad():
        wanted = answers(shown).numpy()
    found = np.asarray(session.run(["probabilities"], {"pictures": shown.numpy()})[0])
    worst = float(np.abs(wanted - found).max())
    if not worst <= _TOLERANCE:
        path.unlink()
        raise ArtefactError("export-differs", difference=worst)
    return worst


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
    files = "\n".join(
        f'    {{ path = "{name}", bytes = {path.stat().st_size}, '
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
        f"{', pickle = true' if name.endswith('.pth') else ''} }},"
        for name in (CHECKPOINT_FILE, LABELS_FILE, ONNX_FILE)
        if (path := out / name).exists()
    )
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

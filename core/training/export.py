"""Export of a trained recogniser to ONNX, checked against torch."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from core.errors import ArtefactError
from core.training.recogniser_model import ATTRIBUTES, Recogniser, SharpRecogniser

OPSET = 17
_TOLERANCE = 1e-3


class _Answers(nn.Module):
    """The recogniser as it is asked at run time, with probabilities instead of logits."""

    def __init__(self, model: Recogniser | SharpRecogniser) -> None:
        super().__init__()
        self.model = model

    def forward(self, crops: Tensor) -> tuple[Tensor, ...]:
        embedding, logits = self.model.asked(crops)
        return embedding, *(logits[name].softmax(1) for name in ATTRIBUTES)


def export_recogniser(
    model: Recogniser | SharpRecogniser, path: Path, *, size: int, expand: float, training: Mapping[str, Any]
) -> Path:
    """Write `model` as ONNX (opset 17, batch of any size) and check that it answers as torch does.

    Input `crops` float32 [N, 3, size, size] RGB 0-255; outputs `embedding` [N, D], L2-normalised, averaged over a face
    and its mirror image, and the probabilities `hair`, `eyes`, `gender`. The metadata hold the labels
    as JSON lists, `size`, `expand`, `pad` and `training` (how it was trained and on which characters).

    Raises:
        ArtefactError: `export-differs`, when an answer is off by more than 0.001.
    """
    answers = _Answers(model).eval()
    names = ["embedding", *ATTRIBUTES]
    example = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0)) * 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without onnxscript calls itself deprecated
        torch.onnx.export(
            answers,
            (example,),
            str(path),
            input_names=["crops"],
            output_names=names,
            dynamic_axes={name: {0: "batch"} for name in ("crops", *names)},
            opset_version=OPSET,
            dynamo=False,
        )
    written = onnx.load(path)
    told = {name: json.dumps(list(labels)) for name, labels in ATTRIBUTES.items()}
    told |= {"size": str(size), "expand": str(expand), "pad": "edge", "training": json.dumps(training)}
    onnx.helper.set_model_props(written, told)
    onnx.checker.check_model(written)
    temporary = path.with_suffix(".partial")
    onnx.save(written, temporary)
    temporary.replace(path)

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        wanted = answers(torch.cat([example, example.flip(3), example[:1] * 0.5]))
    found = session.run(names, {"crops": torch.cat([example, example.flip(3), example[:1] * 0.5]).numpy()})
    worst = max(float(np.abs(a.numpy() - np.asarray(b)).max()) for a, b in zip(wanted, found, strict=True))
    if worst > _TOLERANCE:
        raise ArtefactError("export-differs", difference=worst)
    return path

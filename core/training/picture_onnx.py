"""Networks on pictures as ONNX, checked against torch, and their files as a row of the list of models."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from core.errors import ArtefactError
from core.inference import import_torch

import_torch()

OPSET = 17
_TOLERANCE = 1e-3


def write_onnx(
    answers: nn.Module, path: Path, *, size: int, names: tuple[str, str], told: Mapping[str, str]
) -> float:
    """Write a network from RGB float32 [N, 3, size, size], 0-255, to probabilities [N, C] as ONNX (opset 17, batch of
    any size), check that it answers as torch does, and return by how much a probability differs at most. `names` are
    those of input and output, `told` goes into the metadata.

    Raises:
        ArtefactError: `export-differs`, when that is more than 0.001.
    """
    answers.eval()
    given, answered = names
    example = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0)) * 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter without onnxscript calls itself deprecated
        torch.onnx.export(
            answers,
            (example,),
            str(path),
            input_names=[given],
            output_names=[answered],
            dynamic_axes={given: {0: "batch"}, answered: {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    written = onnx.load(path)
    onnx.helper.set_model_props(written, dict(told))
    onnx.checker.check_model(written)
    temporary = path.with_suffix(".partial")
    onnx.save(written, temporary)
    temporary.replace(path)

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    shown = torch.cat([example, example.flip(3), example[:1] * 0.5])
    with torch.no_grad():
        wanted = answers(shown).numpy()
    found = np.asarray(session.run([answered], {given: shown.numpy()})[0])
    worst = float(np.abs(wanted - found).max())
    if not worst <= _TOLERANCE:
        path.unlink()
        raise ArtefactError("export-differs", difference=worst)
    return worst


def save_weights(network: nn.Module, path: Path) -> None:
    """The state_dict, in torchvision's naming where the backbone is torchvision's."""
    plain = network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # missing in its stub
    torch.save({name: value.contiguous() for name, value in plain.state_dict().items()}, path)


def file_lines(out: Path, names: Iterable[str], below: str = "") -> str:
    """Lines of a manifest for those of the files that lie in `out`, with lengths and checksums; `below`: the folder
    that the manifest finds them in."""
    return "\n".join(
        f'    {{ path = "{below}{name}", bytes = {path.stat().st_size}, '
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
        f"{', pickle = true' if name.endswith('.pth') else ''} }},"
        for name in names
        if (path := out / name).exists()
    )

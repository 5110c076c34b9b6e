"""Classifiers of a fixed list of characters, from a checkpoint of ours or in torchvision's naming."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.characters import without_qualifier
from core.errors import ArtefactError
from core.inference import Models, import_torch
from core.pictures.cropping import is_whole, square_crop
from core.pictures.picture import Box, Candidate, Detection, Face, Picture
from core.pictures.recognisers.gallery import CANDIDATES

THRESHOLD = 0.5
EXPAND = 1.3
"""A crop is a square around the head, so many times its longer side; earlier projects enlarged face boxes likewise."""

_RESIZED, _SEEN = 256, 224
_MEAN = np.asarray([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.asarray([0.229, 0.224, 0.225], np.float32)

_PREFIXES = ("network.", "module.", "model.", "backbone.", "_orig_mod.")
_INSIDE = ("state_dict", "model_state_dict", "model", "network")
"""Where training loops put the weights beside other things."""

_RESNETS: Mapping[tuple[bool, tuple[int, ...]], str] = {
    (False, (2, 2, 2, 2)): "resnet18",
    (False, (3, 4, 6, 3)): "resnet34",
    (True, (3, 4, 6, 3)): "resnet50",
    (True, (3, 8, 36, 3)): "resnet152",
}
"""By whether blocks have three convolutions, and blocks a stage."""

_LAST: Mapping[str, str] = {
    "vit_b_16": "heads.head.weight",
    "efficientnet_b0": "classifier.1.weight",
    "vgg19": "classifier.6.weight",
    **dict.fromkeys(_RESNETS.values(), "fc.weight"),
}


class ClosedSetRecogniser:
    """ViT-B/16, ResNet-18/34/50/152, EfficientNet-B0 or VGG-19, whichever the weights fit; softmax of the last layer.

    A face it was not trained on gets a name all the same unless the softmax is flat: better one of several (`fusion`)
    than alone. Needs the extra that brings torch.
    """

    def __init__(self, models: Models, checkpoint: Path, labels: Path, threshold: float = THRESHOLD) -> None:
        """`checkpoint`: a state_dict, .safetensors or from torch.save. `labels`: a JSON list, or a name a line, in the
        order of training."""
        self._models = models
        self._checkpoint = checkpoint
        self._labels = labels
        self._threshold = threshold
        self._read: tuple[object, tuple[str, ...]] = None, ()
        self._hashed: tuple[object, str] = None, ""

    @property
    def name(self) -> str:
        """Name of the file and first digits of its sha256; raises ArtefactError as `recognise` does."""
        stamp = _stamp(self._checkpoint)
        if self._hashed[0] != stamp:
            with self._checkpoint.open("rb") as file:
                self._hashed = stamp, hashlib.file_digest(file, "sha256").hexdigest()
        return f"{self._checkpoint.stem}@{self._hashed[1][:8]}"

    def knows(self, character: str) -> bool:
        """Whether it is one of the labels."""
        return character in self._names()

    def recognise(self, picture: Picture, heads: Sequence[Detection]) -> tuple[Face, ...]:
        """See `Recogniser`.

        Raises:
            Unavailable: `torch-missing`.
            ArtefactError: `model-missing`, `labels-missing`, `labels-unfit`, `checkpoint-pickled`,
                `checkpoint-unreadable`, `checkpoint-unfit`.
        """
        if not heads:
            return ()
        names = self._names()
        pixels = picture.over()
        images = np.stack([_prepared(pixels, picture, head.box) for head in heads])
        torch = import_torch()
        stamp = _stamp(self._checkpoint)
        with (
            self._models.resource(
                self._checkpoint.name,
                lambda: load_classifier(self._checkpoint),
                stamp[1] / 2**20 * 1.1,
                stamp,
            ) as module,
            torch.inference_mode(),
        ):
            scores: NDArray[np.float32] = module(torch.from_numpy(images)).softmax(1).numpy()
        if scores.shape[1] != len(names):
            raise ArtefactError(
                "labels-unfit", file=self._labels.name, labels=len(names), classes=int(scores.shape[1])
            )
        return tuple(self._face(head, row, names) for head, row in zip(heads, scores, strict=True))

    def _face(self, head: Detection, scores: NDArray[np.float32], names: tuple[str, ...]) -> Face:
        best = np.argsort(-scores, kind="stable")[:CANDIDATES]
        candidates = tuple(
            Candidate(names[n], without_qualifier(names[n])[1], float(scores[n]), self._checkpoint.stem)
            for n in best
        )
        return Face(head.box, head.score, candidates, candidates[0].score < self._threshold)

    def _names(self) -> tuple[str, ...]:
        try:
            stamp = _stamp(self._labels)
            if self._read[0] != stamp:
                self._read = stamp, read_labels(self._labels.read_text(encoding="utf-8"))
        except (ArtefactError, OSError, ValueError) as problem:
            raise ArtefactError("labels-missing", file=self._labels.name) from problem
        return self._read[1]


def read_labels(text: str) -> tuple[str, ...]:
    """A JSON list of names, or a name a line. Raises ValueError where a JSON list holds anything else, or none."""
    if text.lstrip().startswith("["):
        content = json.loads(text)
        if not all(isinstance(name, str) for name in content):
            raise ValueError("names are texts")
    else:
        content = [line.strip() for line in text.splitlines() if line.strip()]
    if not content:
        raise ValueError("no names")
    return tuple(content)


def load_classifier(path: Path) -> Any:
    """A torch module in evaluation mode, from the weights in a file; nothing in the file is ever run.

    Raises:
        ArtefactError: `checkpoint-pickled`, `checkpoint-unreadable`, `checkpoint-unfit`.
    """
    torch = import_torch()
    import torchvision

    state = _without_prefix(_weights(path))
    name, classes = architecture(state, path.name)
    with torch.device("meta"):  # no numbers are drawn for what is overwritten anyway
        module = getattr(torchvision.models, name)(weights=None, num_classes=classes)
    try:
        module.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as problem:
        raise ArtefactError("checkpoint-unfit", file=path.name, problem=_short(problem)) from problem
    return module.float().eval()


def architecture(state: Mapping[str, Any], file: str) -> tuple[str, int]:
    """Name in torchvision and number of classes, from the keys of the weights.

    Raises:
        ArtefactError: `checkpoint-unfit`.
    """
    name = None
    if "class_token" in state:
        name = "vit_b_16"
    elif "layer1.0.conv1.weight" in state:
        stages = tuple(_blocks(state, f"layer{stage}") for stage in range(1, 5))
        name = _RESNETS.get(("layer1.0.conv3.weight" in state, stages))
    elif "features.0.0.weight" in state:
        name = "efficientnet_b0"
    elif "features.34.weight" in state:
        name = "vgg19"
    last = state.get(_LAST[name]) if name else None
    if name is None or last is None or last.ndim != 2:
        raise ArtefactError("checkpoint-unfit", file=file, problem=f"keys such as {next(iter(state), '–')}")
    return name, int(last.shape[0])


def _weights(path: Path) -> Mapping[str, Any]:
    torch = import_torch()
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            content: Any = load_file(path)
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as problem:
        told = str(problem)
        whole = "global" in told.lower() or "TorchScript" in told
        key = "checkpoint-pickled" if whole else "checkpoint-unreadable"
        raise ArtefactError(key, file=path.name) from problem
    except Exception as problem:  # damaged files fail in many ways, in three libraries
        key = "checkpoint-pickled" if "TorchScript" in str(problem) else "checkpoint-unreadable"
        raise ArtefactError(key, file=path.name) from problem
    while isinstance(content, Mapping) and (inner := next((n for n in _INSIDE if n in content), None)):
        content = content[inner]
    if not isinstance(content, Mapping) or not all(torch.is_tensor(value) for value in content.values()):
        raise ArtefactError("checkpoint-unreadable", file=path.name)
    return content


def _without_prefix(state: Mapping[str, Any]) -> dict[str, Any]:
    """Without what wrappers put before every key, also several of them."""
    stripped = dict(state)
    while stripped:
        prefix = next((p for p in _PREFIXES if all(key.startswith(p) for key in stripped)), None)
        if prefix is None:
            break
        stripped = {key.removeprefix(prefix): value for key, value in stripped.items()}
    return stripped


def _blocks(state: Mapping[str, Any], stage: str) -> int:
    return len({found[1] for key in state if (found := re.match(rf"{stage}\.(\d+)\.", key))})


def _prepared(pixels: NDArray[np.uint8], picture: Picture, head: Box) -> NDArray[np.float32]:
    """float32 [3, 224, 224]: resized to 256, the middle of it, with ImageNet's mean and deviation."""
    side = min(head.w, head.h) if is_whole(picture, head) else EXPAND * max(head.w, head.h)
    resized = square_crop(pixels, head.x + head.w / 2, head.y + head.h / 2, side, _RESIZED)
    edge = (_RESIZED - _SEEN) // 2
    middle = resized[edge : edge + _SEEN, edge : edge + _SEEN]
    scaled = (np.asarray(middle, np.float32) / np.float32(255) - _MEAN) / _DEVIATION
    image: NDArray[np.float32] = scaled.transpose(2, 0, 1)
    return image


def _stamp(path: Path) -> tuple[int, int]:
    """Raises ArtefactError `model-missing`."""
    try:
        status = path.stat()
    except OSError as problem:
        raise ArtefactError("model-missing", model=path.name) from problem
    return status.st_mtime_ns, status.st_size


def _short(problem: RuntimeError) -> str:
    return " ".join(str(problem).split())[:200]

"""The 2020 ResNet-50 on 6,000 danbooru tags (RF5/danbooru-pretrained), through torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.errors import Unavailable
from core.inference import Models, import_torch
from core.pictures.picture import Category, Face, Picture, Tag
from core.pictures.taggers.labels import Label, Thresholds, chosen
from core.pictures.taggers.preparing import shorter_side
from core.pictures.tags import vocabulary

_MEAN = np.asarray((0.7137, 0.6628, 0.6519), np.float32)
_DEVIATION = np.asarray((0.2970, 0.3017, 0.2979), np.float32)
_SHORTER = 360
_POOLED = 4096
_RATINGS = {"age_rating_s": "general", "age_rating_q": "questionable", "age_rating_e": "explicit"}
"""The three ratings of that time; s was called safe."""


class DanbooruResNetTagger:
    """A state dict of `Sequential(ResNet-50 without its end, head)` and a JSON list of its outputs.

    RGB on white, shorter side 360 (the longer one at most three times that), normalised by the data's own mean and
    deviation; sigmoid of the logits, threshold 0.2 as its author plots.
    """

    def __init__(
        self,
        models: Models,
        model: str,
        thresholds: Thresholds | None = None,
        *,
        weights: str = "resnet50-13306192.pth",
        labels: str = "class_names_6000.json",
        size: int = _SHORTER,
    ) -> None:
        """`size`: pixels of the shorter side; any works, the network was trained near 360."""
        self._models = models
        self._model = model
        self._thresholds = thresholds or Thresholds(general=0.2, character=0.2)
        self._weights = weights
        self._label_file = labels
        self._size = size
        self._known: tuple[str, tuple[Label, ...]] | None = None

    @property
    def name(self) -> str:
        """Raises Unavailable as `tag` does."""
        return self._models.label(self._model, self._weights)

    def tag(self, picture: Picture, faces: Sequence[Face]) -> tuple[Tag, ...]:
        """See `Tagger`. Also raises Unavailable `torch-missing`."""
        del faces
        torch = import_torch()
        labels = self._labels()
        path = self._models.file(self._model, self._weights)
        scaled = (
            shorter_side(picture.over(), self._size, Image.Resampling.BILINEAR, 3 * self._size).astype(
                np.float32
            )
            / 255
        )
        tensor = ((scaled - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
        megabytes = path.stat().st_size / 2**20 * 1.1
        with (
            self._models.resource(
                self._model, lambda: load(path, len(labels)), megabytes, self.name
            ) as module,
            torch.inference_mode(),
        ):
            logits = module(torch.from_numpy(np.ascontiguousarray(tensor)))
            scores = torch.sigmoid(logits)[0].numpy().astype(np.float32)
        return chosen(scores, labels, self._thresholds)

    def _labels(self) -> tuple[Label, ...]:
        version = self._models.files.checksum(self._model, self._label_file)
        if self._known is None or self._known[0] != version:
            try:
                names = json.loads(
                    self._models.file(self._model, self._label_file).read_text(encoding="utf-8")
                )
                labels = tuple(_label(str(name)) for name in names)
            except (OSError, ValueError, TypeError) as problem:
                raise Unavailable("model-broken", model=self._model) from problem
            self._known = version, labels
        return self._known[1]


def _label(name: str) -> Label:
    if name in _RATINGS:
        return Label(_RATINGS[name], "rating")
    category: Category = vocabulary().category(name)
    return Label(name, category)


def build(outputs: int) -> Any:
    """The untrained network. Keys begin `0.0.weight` (first convolution) and end `1.8.bias` (last layer).

    The pooling puts the maximum before the average: the other way round loads just as silently and gives nonsense.
    """
    torch = import_torch()
    from torchvision.models import resnet50

    class ConcatPool(torch.nn.Module):  # type: ignore[misc, name-defined]
        """[N, C, H, W] to [N, 2C, 1, 1]: maximum, then average."""

        def forward(self, value: Any) -> Any:
            pool = torch.nn.functional
            return torch.cat([pool.adaptive_max_pool2d(value, 1), pool.adaptive_avg_pool2d(value, 1)], 1)

    nn = torch.nn
    body = nn.Sequential(*list(resnet50(weights=None).children())[:-2])
    head = nn.Sequential(
        ConcatPool(), nn.Flatten(), nn.BatchNorm1d(_POOLED), nn.Dropout(0.25), nn.Linear(_POOLED, 512), nn.ReLU(),
        nn.BatchNorm1d(512), nn.Dropout(0.5), nn.Linear(512, outputs),
    )  # fmt: skip
    return nn.Sequential(body, head).eval()


def load(path: Path, outputs: int) -> Any:
    """The network with the weights of a state dict, read without running any code of it.

    Raises:
        Unavailable: `model-broken`, when it is something else or has another number of outputs.
    """
    torch = import_torch()
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        module = build(outputs)
        module.load_state_dict(state, strict=True)
    except Exception as problem:  # torch, pickle and zip errors share no base class but Exception
        raise Unavailable("model-broken", model=path.name) from problem
    return module

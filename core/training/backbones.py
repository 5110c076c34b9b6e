"""Classifiers by name, in torchvision's naming, from random weights, a file, or ImageNet."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.inference import import_torch
from core.training.backbone import LITE, Lite

import_torch()

IMAGENET = "imagenet"
_HEADS = ("classifier", "fc", "heads", "head")
_INSIDE = ("state_dict", "model_state_dict", "model", "network")
_PREFIXES = ("module.", "network.", "_orig_mod.")


class LiteClassifier(nn.Module):
    """EfficientNet-lite0 with a head: it is none of torchvision's, and so are the names of its weights."""

    def __init__(self, classes: int, pretrained: bool) -> None:
        super().__init__()
        self.features = Lite(pretrained)
        self.head = nn.Linear(1280, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        answer: Tensor = self.head(self.features(pictures))
        return answer


class Encoder(nn.Module):
    """A classifier without its head: pictures [N, 3, S, S] to features [N, width]."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        name, head = head_of(network)
        self.width = next(layer.in_features for layer in head.modules() if isinstance(layer, nn.Linear))
        setattr(network, name, nn.Identity())
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        features: Tensor = self.network(pictures)
        return features.flatten(1)


def build_classifier(
    backbone: str, classes: int, *, weights: str = "", size: int = 224, biases: Tensor | None = None
) -> nn.Module:
    """A network from normalised pictures [N, 3, size, size] to logits [N, classes].

    `backbone` is `efficientnet-lite0` or a classification model of torchvision. `weights`: empty for random ones,
    "imagenet" (out of a package for `efficientnet-lite0`, else fetched by torchvision), or the path of a state_dict
    (.pth, .safetensors) of this backbone, whose head may have any number of classes. `biases` [classes]: those of the
    last layer, where no weights bring others.

    Raises:
        UserError: `backbone-unknown`; `weights-unreachable`, when torchvision cannot fetch them; `weights-unreadable`;
            `weights-unfit`, when they are of another backbone.
    """
    if backbone == LITE:
        network: nn.Module = LiteClassifier(classes, weights == IMAGENET)
    else:
        network = _torchvision(backbone, classes, size)
    if biases is not None:
        last = [layer for layer in head_of(network)[1].modules() if isinstance(layer, nn.Linear)][-1]
        with torch.no_grad():
            last.bias.copy_(biases)
    if weights and not (backbone == LITE and weights == IMAGENET):
        state = _published(backbone) if weights == IMAGENET else _read(Path(weights))
        load_features(network, state, Path(weights).name)
    return network


def load_features(network: nn.Module, state: Mapping[str, Any], name: str) -> None:
    """Load all but the head from the weights called `name`; a head of the same shape is loaded too.

    Raises:
        UserError: `weights-unfit`.
    """
    own, head = network.state_dict(), f"{head_of(network)[0]}."
    found = {key: value for key, value in state.items() if key in own and own[key].shape == value.shape}
    missing = [key for key in own if key not in found and not key.startswith(head)]
    if missing:
        raise UserError("weights-unfit", file=name, missing=missing[0])
    network.load_state_dict(found, strict=False)


def head_of(network: nn.Module) -> tuple[str, nn.Module]:
    """Name and module of the part that knows the classes.

    Raises:
        UserError: `backbone-unknown`.
    """
    for name in _HEADS:
        head = getattr(network, name, None)
        if isinstance(head, nn.Module) and any(isinstance(layer, nn.Linear) for layer in head.modules()):
            return name, head
    raise UserError("backbone-unknown", name=type(network).__name__)


def _torchvision(name: str, classes: int, size: int) -> nn.Module:
    from torchvision import models

    if name not in models.list_models(module=models):
        raise UserError("backbone-unknown", name=name)
    sized = {"image_size": size} if name.startswith("vit_") else {}
    auxiliary = {"aux_logits": False, "init_weights": True} if name in ("googlenet", "inception_v3") else {}
    network: nn.Module = models.get_model(name, weights=None, num_classes=classes, **sized, **auxiliary)
    head_of(network)
    return network


def _published(name: str) -> Mapping[str, Any]:
    from torchvision import models

    try:
        state: Mapping[str, Any] = models.get_model_weights(name).DEFAULT.get_state_dict(check_hash=True)
    except (URLError, OSError, RuntimeError) as problem:  # RuntimeError: what came is not what was published
        raise UserError("weights-unreachable", name=name) from problem
    return state


def _read(path: Path) -> Mapping[str, Any]:
    """Weights out of a file, without running anything in it."""
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            content: Any = load_file(path)
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as problem:
        raise UserError("weights-unreadable", file=path.name) from problem
    while isinstance(content, Mapping) and (inner := next((n for n in _INSIDE if n in content), None)):
        content = content[inner]
    if not isinstance(content, Mapping) or not content:
        raise UserError("weights-unreadable", file=path.name)
    prefix = next((p for p in _PREFIXES if all(key.startswith(p) for key in content)), "")
    return {key.removeprefix(prefix): value for key, value in content.items()}

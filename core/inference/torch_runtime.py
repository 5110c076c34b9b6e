"""The one place that imports torch, so that a mismatched torchvision is mended once and torch stays optional."""

from __future__ import annotations

import importlib
import logging
from functools import cache
from types import ModuleType
from typing import Any

from core.errors import Unavailable

log = logging.getLogger(__name__)

_MISSING_OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_declared: list[Any] = []


@cache
def import_torch() -> ModuleType:
    """torch, with a torchvision beside it that imports.

    A torchvision built for CUDA cannot load its compiled operators beside a CPU torch and then fails to import at
    all. Declaring the two operators that it registers fake kernels for makes models and transforms usable; the
    compiled ones (`nms`, `decode_image`) stay unavailable, and nothing here relies on them.

    Raises:
        Unavailable: `torch-missing`, when the extra that brings torch is not installed.
    """
    try:
        torch = importlib.import_module("torch")
    except ModuleNotFoundError as problem:
        raise Unavailable("torch-missing") from problem
    try:
        importlib.import_module("torchvision")
    except ModuleNotFoundError:
        pass
    except RuntimeError as problem:
        if "torchvision::" not in str(problem):
            raise
        library = torch.library.Library("torchvision", "FRAGMENT")
        for schema in _MISSING_OPERATORS.values():
            library.define(schema)
        _declared.append(library)
        importlib.import_module("torchvision")
        log.warning("torchvision was built for another torch: its compiled operators are not used")
    return torch

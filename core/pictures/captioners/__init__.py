"""What puts a picture into words. A new one is one file here and one line in `CAPTIONERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.inference import Models
from core.pictures.captioners.blip import BlipCaptioner, Generation
from core.pictures.captioners.composer import Composer, compose, describe, plain_name
from core.pictures.captioners.phrases import Phrase
from core.pictures.seams import Captioner

CAPTIONERS: Mapping[str, Callable[[Models, str], Captioner]] = {"blip": BlipCaptioner}
"""By the manifest's `backend`, each made from the models and a model's id. The composer needs no model."""

__all__ = [
    "CAPTIONERS",
    "BlipCaptioner",
    "Composer",
    "Generation",
    "Phrase",
    "compose",
    "describe",
    "plain_name",
]

"""Captioners: one file a back end."""

from core.pictures.captioners.composer import Composer, compose, plain_name
from core.pictures.captioners.phrases import Phrase

__all__ = ["Composer", "Phrase", "compose", "plain_name"]

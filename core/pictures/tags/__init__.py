"""Tags: names, rules and ways to write them."""

from core.pictures.tags.formats import FORMATS, Format, TagRow, booru, chips, prompt, readable, rows
from core.pictures.tags.offered import OFFERED
from core.pictures.tags.rules import LIMITS, TagList, TagSettings, people, present
from core.pictures.tags.vocabulary import Vocabulary, normalised, vocabulary

__all__ = [
    "FORMATS", "LIMITS", "OFFERED", "Format", "TagList", "TagRow", "TagSettings", "Vocabulary", "booru", "chips",
    "normalised", "people", "present", "prompt", "readable", "rows", "vocabulary",
]  # fmt: skip

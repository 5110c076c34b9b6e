"""Who characters are: facts about them, and galleries of their faces."""

from core.characters.calibration import Calibration, fit
from core.characters.facts import Character, CharacterMatch, Characters, Series
from core.characters.files import load, save
from core.characters.gallery import EXEMPLAR, PROTOTYPE, Enrolled, Gallery, Named, identify, normalised

__all__ = [
    "EXEMPLAR", "PROTOTYPE", "Calibration", "Character", "CharacterMatch", "Characters", "Enrolled", "Gallery",
    "Named", "Series", "fit", "identify", "load", "normalised", "save",
]  # fmt: skip

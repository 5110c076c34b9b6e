"""Who characters are: facts about them, and galleries of their faces."""

from core.characters.building import BuildReport, CharacterReport, Eyes, build_gallery
from core.characters.calibration import Calibration, fit
from core.characters.facts import Character, CharacterMatch, Characters, Series
from core.characters.files import load, save
from core.characters.gallery import EXEMPLAR, PROTOTYPE, Enrolled, Gallery, Named, identify, normalised
from core.characters.left_out import own_calibration
from core.characters.names import without_qualifier
from core.characters.near import Near
from core.characters.server_galleries import (
    Added,
    Change,
    KnownCharacter,
    KnownFace,
    Removed,
    ServerGalleries,
)
from core.characters.shelf import SERVER, SHIPPED, GalleryShelf

__all__ = [
    "EXEMPLAR", "PROTOTYPE", "SERVER", "SHIPPED", "Added", "BuildReport", "Calibration", "Change", "Character",
    "CharacterMatch", "CharacterReport", "Characters", "Enrolled", "Eyes", "Gallery", "GalleryShelf",
    "KnownCharacter", "KnownFace", "Named", "Near", "Removed", "Series", "ServerGalleries", "build_gallery", "fit",
    "identify", "load", "normalised", "own_calibration", "save", "without_qualifier",
]  # fmt: skip

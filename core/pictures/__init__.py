"""Pictures: reading them safely, what is in them, and drawing."""

from core.pictures.picture import Box, Candidate, Detection, Face, Findings, Picture, Tag, Trait
from core.pictures.seams import Captioner, Detector, Embedder, Length, Recogniser, Tagger, Words
from core.pictures.tile import draw_tile

__all__ = [
    "Box", "Candidate", "Captioner", "Detection", "Detector", "Embedder", "Face", "Findings", "Length", "Picture",
    "Recogniser", "Tag", "Tagger", "Trait", "Words", "draw_tile",
]  # fmt: skip

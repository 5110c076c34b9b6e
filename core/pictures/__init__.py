"""Pictures: reading them safely, what is in them, and drawing.

`core.pictures.opening`, which knows every back end, is imported where the picture path is put together, not before:
a program that shows no picture loads none of it.
"""

from core.pictures.cropping import face_hash
from core.pictures.hashing import difference, perceptual_hash
from core.pictures.picture import Box, Candidate, Detection, Face, Findings, Picture, Tag, Trait
from core.pictures.pipeline import OFF, Asked, Part, Pipeline, Seen, likely_series
from core.pictures.seams import Captioner, Detector, Embedder, Length, Recogniser, Tagger, Words
from core.pictures.service import Pictures
from core.pictures.tile import draw_tile

__all__ = [
    "OFF", "Asked", "Box", "Candidate", "Captioner", "Detection", "Detector", "Embedder", "Face", "Findings", "Length",
    "Part", "Picture", "Pictures", "Pipeline", "Recogniser", "Seen", "Tag", "Tagger", "Trait", "Words", "difference",
    "draw_tile", "face_hash", "likely_series", "opening", "perceptual_hash",
]  # fmt: skip

"""Pictures: reading them safely, what is in them, and drawing."""

from core.pictures.opening import embedder_name, gallery_eyes, open_pipeline
from core.pictures.picture import Box, Candidate, Detection, Face, Findings, Picture, Tag, Trait
from core.pictures.pipeline import Asked, Part, Pipeline, Seen, likely_series
from core.pictures.seams import Captioner, Detector, Embedder, Length, Recogniser, Tagger, Words
from core.pictures.service import Pictures
from core.pictures.tile import draw_tile

__all__ = [
    "Asked", "Box", "Candidate", "Captioner", "Detection", "Detector", "Embedder", "Face", "Findings", "Length",
    "Part", "Picture", "Pictures", "Pipeline", "Recogniser", "Seen", "Tag", "Tagger", "Trait", "Words", "draw_tile",
    "embedder_name", "gallery_eyes", "likely_series", "open_pipeline",
]  # fmt: skip

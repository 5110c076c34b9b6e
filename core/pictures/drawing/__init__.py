"""Drawing findings on a picture, and packing the result for sending."""

from core.pictures.drawing.annotate import Label, annotate, colour_for
from core.pictures.drawing.pack import Packed, Room, pack

__all__ = ["Label", "Packed", "Room", "annotate", "colour_for", "pack"]

"""Reading pictures safely: the one place where bytes from outside become pixels."""

from core.pictures.reading.frames import Frames, read_frames
from core.pictures.reading.kind import Kind, sniff
from core.pictures.reading.limits import Limits
from core.pictures.reading.still import read_picture

__all__ = ["Frames", "Kind", "Limits", "read_frames", "read_picture", "sniff"]

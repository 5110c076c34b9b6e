"""Moving pictures: who appears when, and the same drawn on them."""

from core.pictures.video.rendering import render_video
from core.pictures.video.sightings import Appearance, Sightings, Track
from core.pictures.video.tracking import Sighting
from core.pictures.video.watching import watch

__all__ = ["Appearance", "Sighting", "Sightings", "Track", "render_video", "watch"]

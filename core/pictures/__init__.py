"""Pictures that the bot draws."""

from core.pictures.tile import draw_tile

__all__ = ["draw_tile"]

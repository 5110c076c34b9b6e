"""Discord: slash commands, autocomplete and buttons, through discord.py."""

from bot.discord.client import serve

__all__ = ["serve"]

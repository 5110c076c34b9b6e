"""The web playground: one page that chats, and the JSON API under it."""

from bot.web.server import application, serve

__all__ = ["application", "serve"]

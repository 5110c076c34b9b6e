"""A strict loopback Discord: REST v10, gateway and file server for an unmodified client. See README.md."""

from .client import ClientRefused
from .messages import Component, Message
from .reply import Choice, Reply
from .server import DiscordDouble, NoAnswer
from .traffic import Request, Violation
from .uploads import StoredFile, Upload
from .user import User
from .world import Channel, Guild, Role

__all__ = [
    "Channel",
    "Choice",
    "ClientRefused",
    "Component",
    "DiscordDouble",
    "Guild",
    "Message",
    "NoAnswer",
    "Reply",
    "Request",
    "Role",
    "StoredFile",
    "Upload",
    "User",
    "Violation",
]

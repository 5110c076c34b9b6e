"""A strict Telegram Bot API server on the loopback, for tests that drive the unmodified client library."""

from tests.doubles.telegram.chats import Account, Button, Chat, Message
from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.double import TelegramDouble
from tests.doubles.telegram.faults import FloodLimits, Gate
from tests.doubles.telegram.files import StoredFile
from tests.doubles.telegram.outcomes import Click, InlineAnswer, InlineResult
from tests.doubles.telegram.people import Person
from tests.doubles.telegram.state import NothingHappened, Query, Request, Settings

__all__ = [
    "Account",
    "Button",
    "Chat",
    "Click",
    "Clock",
    "FloodLimits",
    "Gate",
    "InlineAnswer",
    "InlineResult",
    "Message",
    "NothingHappened",
    "Person",
    "Query",
    "Request",
    "Settings",
    "StoredFile",
    "TelegramDouble",
]

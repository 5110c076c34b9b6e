"""The error tree.

    OsusumeError
    ├── UserError        what the person asking can mend (a name not found, a file we cannot read)
    ├── Unavailable      what cannot be had here or now (a model that is missing, a busy database)
    │   └── ArtefactError    a shipped or imported file is missing or broken
    └── SettingsError    what the host of the bot can mend, found before anything connects

Anything else that is raised is a bug: it is logged whole and answered with one apology.
Errors carry a message key and its arguments, never a sentence: the words live in `bot/texts/`.
"""

from __future__ import annotations

Argument = str | int | float


class OsusumeError(Exception):
    """An expected failure. `key` names the sentence in the message catalogues, `arguments` fill it."""

    def __init__(self, key: str, **arguments: Argument) -> None:
        super().__init__(key, arguments)
        self.key = key
        self.arguments = arguments

    def __str__(self) -> str:
        filled = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.key}({filled})"


class UserError(OsusumeError):
    """The person asking can mend this."""


class Unavailable(OsusumeError):
    """Not to be had here or now; asking differently does not help, asking later may."""


class ArtefactError(Unavailable):
    """A data file that ships or was imported is missing, broken or of another version."""


class SettingsError(OsusumeError):
    """A setting is missing or malformed; the message names it."""

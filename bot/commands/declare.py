"""How a command is declared: once, for every platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.reply import Reply
from bot.request import Platform, PressContext, Request
from core.osusume import Osusume

Kind = Literal[
    "text", "title", "titles", "genres", "people", "integer", "number", "choice", "file", "pictures", "flag"
]
Handler = Callable[[Request, Osusume], Awaitable[Reply]]
Action = Callable[[PressContext, Osusume], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Option:
    """One option. Its description is the message `option-<name>`, a choice's label `choice-<value>`.

    `titles` are several names joined by `;`; `genres` several joined by commas; `people` members of the platform.
    `minimum` and `maximum` bound numbers, lengths of text, and how many people can be named.
    `pictures` are up to `maximum` pictures that come along with the command or stand in the message replied to.
    `numeric` lets a choice be given as a plain number from 0 to 1 too, where a platform takes free text.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry in a message's menu, where a platform has one: the command on the pictures of that message.

    `label` is a message key; `options` are given along.
    """

    label: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """One command, `name` in words ("fav add"). Its description is the message `command-fav-add`.

    `rest`: the option that takes what is written without a name. `private`: the answer is for the asker alone.
    `admin`: in a server only for those who may change its settings. `server`: about servers, groups and channels, so
    not offered by platforms that have none. `menus`: entries in a message's menu. `bare`: where commands are typed, the
    group's name alone means this one (`/fav` is `/fav list`).
    """

    name: str
    handler: Handler
    options: tuple[Option, ...] = ()
    rest: str | None = None
    private: bool = False
    admin: bool = False
    server: bool = False
    bare: bool = False
    menus: tuple[Menu, ...] = ()

    @property
    def key(self) -> str:
        return self.name.replace(" ", "-")

    def offered(self, platform: Platform) -> bool:
        """Whether lists of commands name it there; whoever types it all the same is told why it does nothing."""
        return platform.servers or not self.server

    def option(self, name: str) -> Option | None:
        return next((option for option in self.options if option.name == name), None)


@dataclass(frozen=True, slots=True)
class Registry:
    """All commands by name and all actions by name."""

    commands: Mapping[str, Command]
    actions: Mapping[str, Action]

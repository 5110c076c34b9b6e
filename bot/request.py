"""What a platform's event becomes before a command sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.reply import File, Json
from bot.texts import Texts

Value = str | int | float | bool | tuple[str, ...] | File | tuple[File, ...]


async def nothing_lacking() -> Sequence[str]:
    """Where a platform grants everything."""
    return ()


def untold(share: float) -> None:
    """Where nobody watches the progress."""


async def not_known_to() -> bool:
    """Where a platform tells with the event already whether somebody may moderate."""
    return False


@dataclass(frozen=True, slots=True)
class Person:
    """`key` is `platform:id`, the only thing about a person that is kept. `name` is shown, never stored."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Platform:
    """What a platform has. `servers`: places that people share (servers, groups, channels), with settings of their own.
    `age_limits`: it lets such a place be marked as one that only adults see. `showing`: the message that says how one
    shows the bot a picture there, None where its own surroundings say it.
    """

    servers: bool = False
    age_limits: bool = False
    showing: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was said. `server` is `platform:id` of the server or group, None in private.

    `age_restricted`: the platform itself says that only adults see this place.
    `admin`: the person asking may change this server's settings. `channel` is `platform:id` of the channel or chat.
    """

    server: str | None = None
    age_restricted: bool = False
    admin: bool = False
    channel: str | None = None
    platform: Platform = Platform()


@dataclass(frozen=True, slots=True)
class Request:
    """One command (or press) to answer. `options` hold only what was given, already typed.

    Values by option kind: text, title, genre: str; people: tuple of person keys; integer, number: int, float;
    choice: the choice's value; file: `File`; pictures: tuple of `File`.
    `people_names` maps person keys named in the options to names to show. `lacking` asks the platform what the bot may
    not do in this place though art channels need it, as message keys that say how to give it. `progress` is told the
    share done (0 to 1) of long work, from any thread.
    """

    command: str
    person: Person
    texts: Texts
    options: Mapping[str, Value] = field(default_factory=dict)
    place: Place = Place()
    event: str | None = None
    people_names: Mapping[str, str] = field(default_factory=dict)
    lacking: Callable[[], Awaitable[Sequence[str]]] = nothing_lacking
    progress: Callable[[float], None] = untold

    def text(self, name: str) -> str | None:
        value = self.options.get(name)
        return value if isinstance(value, str) and value.strip() else None

    def files(self, name: str) -> tuple[File, ...]:
        value = self.options.get(name)
        return tuple(file for file in value if isinstance(file, File)) if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: its token, who pressed it and where."""

    token: str
    person: Person
    texts: Texts
    place: Place = Place()
    event: str | None = None
    looks_after: Callable[[], Awaitable[bool]] = not_known_to

    async def may_moderate(self) -> bool:
        """Whether who pressed may change this server's settings; asked of the platform when it matters."""
        return self.place.admin or await self.looks_after()


@dataclass(frozen=True, slots=True)
class PressContext:
    """What an action gets besides its arguments: the kept state of the answer and whether its owner pressed."""

    press: Press
    arguments: Mapping[str, Json]
    state: Mapping[str, Json]
    by_owner: bool

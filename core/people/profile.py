"""What is known about a person, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Mark = Literal["seen", "dropped", "dismissed", "planned"]
Status = Literal["favourite", "seen", "dropped", "dismissed", "planned"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One title of a person. A favourite may be marked as well. `score` is 1 to 10, `added_at` is in UTC."""

    mal_id: int
    favourite: bool
    status: Mark | None
    score: float | None
    note: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person set; None: the host's setting stands. `private`: answers for their eyes only.
    `blocked_tags`: names of tags never to be shown, as they were written, joined by commas."""

    language: str | None = None
    novelty: float | None = None
    private: bool = False
    spoilers: bool = False
    adult: bool = False
    min_members: int | None = None
    blocked_tags: str | None = None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """`blocked_tags`: names of tags that are never shown, as they were written, joined by commas."""

    adult: bool = False
    language: str | None = None
    blocked_tags: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's titles by MAL id, and preferences. `user` is the account it was asked for."""

    user: str
    entries: Mapping[int, Entry] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def favourites(self) -> tuple[Entry, ...]:
        """Newest first."""
        chosen = (entry for entry in self.entries.values() if entry.favourite)
        return tuple(sorted(chosen, key=lambda entry: (-entry.added_at.timestamp(), entry.mal_id)))

    @property
    def seen(self) -> frozenset[int]:
        return self._marked("seen")

    @property
    def dropped(self) -> frozenset[int]:
        return self._marked("dropped")

    @property
    def dismissed(self) -> frozenset[int]:
        return self._marked("dismissed")

    @property
    def planned(self) -> frozenset[int]:
        return self._marked("planned")

    def _marked(self, status: Mark) -> frozenset[int]:
        return frozenset(entry.mal_id for entry in self.entries.values() if entry.status == status)

"""What is asked of the recommender and what it answers: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.catalogue import Filters

ReasonKind = Literal["taste", "alike", "mood", "content", "popular", "friend", "hybrid"]
"""taste: people who love the named titles love this (learned from lists). content: the same, for a title in no list,
told from its facts. alike: its facts and story resemble the named titles. hybrid: the same in mode `hybrid`.
mood: it fits the words. popular: much watched and well liked. friend: a friend's favourites led to it."""


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody who watches along. Titles are MAL ids; `scores` are 1-10."""

    name: str
    favourites: tuple[int, ...] = ()
    seen: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()
    dismissed: frozenset[int] = frozenset()
    scores: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants. Titles are MAL ids; ids that the catalogue does not hold are passed over.

    `scores` (1-10) belong to favourites; 5 or less counts as a dislike. `based_on` dominates, favourites then only
    season it. `novelty` goes from 0 (familiar) to 1 (hidden gems). `next_seasons` also offers the next unseen season
    of a franchise whose earlier ones are known. `asker` is the name used in `Pick.for_whom`; empty: not named.
    """

    favourites: tuple[int, ...] = ()
    scores: Mapping[int, float] = field(default_factory=dict)
    based_on: tuple[int, ...] = ()
    mood: str | None = None
    seen: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()
    dismissed: frozenset[int] = frozenset()
    filters: Filters | None = None
    novelty: float = 0.3
    min_members: int | None = None
    count: int = 5
    adult: bool = False
    friends: tuple[Friend, ...] = ()
    next_seasons: bool = False
    asker: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of why a title was picked.

    `strength` is its share of the score; the shares of a pick sum to 1. `titles` are the MAL ids that contributed,
    strongest first, and `shares` what each of them added (of the same whole). `shared` names genres, themes and
    studios: those in common with the titles, those that fit the mood, or the title's own for a popular start.
    """

    kind: ReasonKind
    strength: float
    titles: tuple[int, ...] = ()
    shared: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """A recommended title, with `reasons` strongest first. `for_whom` names the people it should please."""

    mal_id: int
    score: float
    reasons: tuple[Reason, ...]
    for_whom: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two people's tastes. `similarity` 0-1; titles are MAL ids, `shared` and `only_*` best liked first.

    `shared` are favourites of both (another season counts). `*_genres` are genres and themes: loved by both, and
    loved by one clearly more than by the other.
    """

    similarity: float
    shared: tuple[int, ...]
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]
    shared_genres: tuple[str, ...]
    first_genres: tuple[str, ...]
    second_genres: tuple[str, ...]

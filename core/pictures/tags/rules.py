"""From what a tagger scored to the tags that people see: one place for every rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from core.pictures.picture import Tag
from core.pictures.tags import kinds
from core.pictures.tags.vocabulary import Vocabulary, vocabulary

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "count": 4, "hair": 5, "eyes": 2, "expression": 5, "head": 3, "body": 4, "clothes": 10, "pose": 5, "framing": 2,
        "background": 4, "colour": 3, "style": 3, "creatures": 3, "objects": 5, "text": 2, "other": 4,
    }
)  # fmt: skip
"""Most tags of a group that are shown, so that hair does not swamp expression."""

CLEARLY = 0.4
"""How far a place or a time of day must be ahead of its opposite. Where our tagger gave 0.5 and more to both places (7
of 50 pictures that it was not trained on), the higher one was the wrong one in 2, by up to 0.3."""


@dataclass(frozen=True, slots=True)
class TagSettings:
    """What a server and a member want to see.

    `adult`: whether adult tags may be shown (only where the place is age-restricted). `blocked`: names as people typed
    them, of the server and the member together; a blocked tag takes what implies it along. `threshold`: lowest score,
    on top of the model's own. `limits`: most tags by group; `most`: of general tags altogether; `characters`: of
    characters. `implied`: keep what follows from another tag.
    """

    adult: bool = False
    blocked: frozenset[str] = frozenset()
    threshold: float = 0.0
    limits: Mapping[str, int] = field(default_factory=lambda: LIMITS)
    most: int = 40
    characters: int = 8
    implied: bool = False


@dataclass(frozen=True, slots=True)
class TagList:
    """Tags ready to be shown, best first; `general` in the order of the groups that tell most.

    `series`: copyright tags. `meta` is about the file (highres), artists are never given: a guess is no credit.
    """

    rating: Tag | None = None
    general: tuple[Tag, ...] = ()
    characters: tuple[Tag, ...] = ()
    series: tuple[Tag, ...] = ()
    meta: tuple[Tag, ...] = ()

    def shown(self) -> tuple[Tag, ...]:
        """Characters, series and general tags in one row."""
        return (*self.characters, *self.series, *self.general)


def present(
    tags: Iterable[Tag], settings: TagSettings | None = None, words: Vocabulary | None = None
) -> TagList:
    """Apply aliases, contradictions, implications, the blacklist and the limits, in this order.

    Contradictions are settled by score. What a dropped tag implied is only kept when the tagger gave it too.
    """
    settings = settings or TagSettings()
    words = words or vocabulary()
    best: dict[tuple[str, str], Tag] = {}
    for tag in tags:
        name = words.canonical(tag.name) if tag.category != "rating" else tag.name
        kept = best.get((tag.category, name))
        if kept is None or tag.score > kept.score:
            best[tag.category, name] = Tag(name, tag.category, tag.score)
    ordered = sorted(best.values(), key=lambda tag: (-tag.score, tag.name))
    blocked = frozenset(words.canonical(name) for name in settings.blocked)

    def allowed(tag: Tag) -> bool:
        if (
            tag.score < settings.threshold
            or tag.name in blocked
            or not blocked.isdisjoint(words.implied(tag.name))
        ):
            return False
        return settings.adult or not words.is_adult(tag.name)

    general = without_contradictions([tag for tag in ordered if tag.category == "general"])
    if not settings.implied:
        general = without_implied(general, words)
    return TagList(
        rating=next((tag for tag in ordered if tag.category == "rating"), None),
        general=_limited([tag for tag in general if allowed(tag)], settings, words),
        characters=tuple(tag for tag in ordered if tag.category == "character" and allowed(tag))[
            : settings.characters
        ],
        series=tuple(tag for tag in ordered if tag.category == "copyright" and allowed(tag))[
            : settings.characters
        ],
        meta=tuple(tag for tag in ordered if tag.category == "meta" and allowed(tag)),
    )


def without_implied(tags: Sequence[Tag], words: Vocabulary) -> list[Tag]:
    """Keep the specific, drop what follows from it: black_thighhighs stays, thighhighs goes."""
    implied = frozenset().union(*(words.implied(tag.name) for tag in tags)) if tags else frozenset()
    return [tag for tag in tags if tag.name not in implied]


def without_contradictions(tags: Sequence[Tag]) -> list[Tag]:
    """Of tags that exclude each other the best-scored one stays. `tags`: best first."""
    names = {tag.name for tag in tags}
    dropped: set[str] = set()

    def only_best(excluding: Iterable[str]) -> None:
        wanted = set(excluding) - dropped
        dropped.update([tag.name for tag in tags if tag.name in wanted][1:])

    for numbers in (kinds.GIRLS, kinds.BOYS, kinds.OTHERS):
        only_best(numbers)
    _settle_count(tags, dropped)
    for excluding in kinds.EXCLUDING:
        if not (excluding[0] == "portrait" and names & kinds.SEVERAL_PICTURES):
            only_best(excluding)
    for opposites in kinds.EXCLUDING_SURELY:
        rivals = [tag for tag in tags if tag.name in opposites]
        if len(rivals) > 1:
            ahead = rivals[0].score - rivals[1].score >= CLEARLY
            dropped.update(tag.name for tag in rivals[ahead:])
    if not names & kinds.SEVERAL_BACKGROUNDS:
        only_best(kinds.BACKGROUND_COLOURS)
    if "greyscale" in names:
        coloured = (*kinds.HAIR_COLOURS, *kinds.EYE_COLOURS)
        dropped.update(name for name in coloured if not name.startswith(("black", "white", "grey")))
    if people(names - dropped) <= 1 and not names & kinds.SEVERAL_PICTURES:
        if not names & kinds.SEVERAL_HAIR:
            only_best(kinds.HAIR_COLOURS)
        if not names & kinds.SEVERAL_EYES:
            only_best(kinds.EYE_COLOURS)
        for in_one in kinds.EXCLUDING_IN_ONE_PERSON:
            only_best(in_one)
        only_best(("closed_eyes", next((t.name for t in tags if t.name in kinds.EYE_COLOURS), "closed_eyes")))
    return [tag for tag in tags if tag.name not in dropped]


def people(names: Iterable[str]) -> int:
    """How many persons the count tags speak of at least; 0 when they say nothing."""
    total = 0
    for one, many in (("girl", "multiple_girls"), ("boy", "multiple_boys"), ("other", "multiple_others")):
        exact = [int(name[0]) for name in names if re.fullmatch(rf"[1-6]\+?{one}s?", name)]
        total += max(exact) if exact else 2 * (many in names)
    return total


def _settle_count(tags: Sequence[Tag], dropped: set[str]) -> None:
    """Let solo, no_humans, the exact numbers and the multiples agree."""
    score = {tag.name: tag.score for tag in tags if tag.name not in dropped}
    counted = {
        name: score[name]
        for name in (
            *kinds.GIRLS,
            *kinds.BOYS,
            *kinds.OTHERS,
            "multiple_girls",
            "multiple_boys",
            "multiple_others",
        )
        if name in score
    }
    if "no_humans" in score:
        if max((*counted.values(), score.get("solo", 0.0)), default=0.0) > score["no_humans"]:
            dropped.add("no_humans")
        else:
            dropped.update((*counted, "solo"))
            return
    for exact, many in (
        ("1girl", "multiple_girls"),
        ("1boy", "multiple_boys"),
        ("1other", "multiple_others"),
    ):
        if exact in counted and many in counted:
            weaker = exact if counted[exact] <= counted[many] else many
            dropped.add(weaker)
            counted.pop(weaker)
    if "solo" in score and people(counted) > 1:
        second = sorted(counted.values(), reverse=True)[1] if _singles(counted) else max(counted.values())
        if second >= score["solo"]:
            dropped.add("solo")
        else:
            best = max(counted, key=lambda name: counted[name]) if _singles(counted) else None
            dropped.update(name for name in counted if name != best)


def _singles(counted: Iterable[str]) -> bool:
    """Whether only one of each kind is spoken of, as in 1girl and 1boy."""
    return all(name in ("1girl", "1boy", "1other") for name in counted)


def _limited(tags: Sequence[Tag], settings: TagSettings, words: Vocabulary) -> tuple[Tag, ...]:
    """At most so many of a group, groups in the order of the limits, the best of all when there are too many."""
    taken: dict[str, list[Tag]] = {group: [] for group in LIMITS}
    for tag in tags:
        group = words.group(tag.name)
        if len(taken[group]) < settings.limits.get(group, LIMITS[group]):
            taken[group].append(tag)
    kept = [tag for group in taken.values() for tag in group]
    best = set(sorted(kept, key=lambda tag: (-tag.score, tag.name))[: settings.most])
    return tuple(tag for tag in kept if tag in best)

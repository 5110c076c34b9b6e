"""Which titles of the catalogue the entries of a list are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.people.lists.entry import ListEntry, ParsedList
from core.people.notes import joined

Resolver = Callable[[str], tuple[int | None, tuple[int, ...]]]
"""From a name, "mal:457" or an address on anilist.co to (the MAL id it clearly means, else None; ids it may mean)."""


@dataclass(frozen=True, slots=True)
class MatchedList:
    """`titles` by MAL id; `unmatched` are kept as they are; the rest is for the report (see ImportReport)."""

    titles: dict[int, ListEntry] = field(default_factory=dict)
    unmatched: list[ListEntry] = field(default_factory=list)
    ambiguous: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def match(parsed: ParsedList, resolve: Resolver) -> MatchedList:
    """An entry's MAL id decides where it has one; then its AniList id, then its titles."""
    matched = MatchedList(skipped=list(parsed.skipped))
    known: dict[str, tuple[int | None, tuple[int, ...]]] = {}

    def meaning(name: str) -> tuple[int | None, tuple[int, ...]]:
        if name not in known:
            known[name] = resolve(name)
        return known[name]

    for entry in parsed.entries:
        if entry.problem is not None:
            matched.skipped.append((entry.where, entry.problem))
            matched.unmatched.append(entry)
            continue
        mal_id, candidates = _find(entry, meaning)
        if mal_id is None:
            matched.unmatched.append(entry)
            if candidates:
                matched.ambiguous.append((entry.name, candidates))
            else:
                matched.unknown.append(entry.name)
        elif mal_id in matched.titles:
            matched.skipped.append((entry.where, "list-row-repeated"))
            matched.titles[mal_id] = _both(matched.titles[mal_id], entry)
        else:
            matched.titles[mal_id] = entry
    return matched


def _find(entry: ListEntry, meaning: Resolver) -> tuple[int | None, tuple[int, ...]]:
    if entry.mal_id is not None:
        found, _ = meaning(f"mal:{entry.mal_id}")
        return (found if found == entry.mal_id else None), ()
    if entry.anilist_id is not None:
        found, _ = meaning(f"https://anilist.co/anime/{entry.anilist_id}")
        if found is not None:
            return found, ()
    candidates: tuple[int, ...] = ()
    for title in entry.titles:
        found, several = meaning(title)
        if found is not None:
            return found, ()
        candidates = candidates or several
    return None, candidates


def _both(first: ListEntry, second: ListEntry) -> ListEntry:
    """A title that a list has twice: the first says how it is marked, nothing else of the second is lost."""
    return replace(
        first,
        favourite=first.is_favourite or second.is_favourite,
        status=first.status
        or second.status
        or ("completed" if "seen" in (first.mark, second.mark) else None),
        score=second.score if first.score is None else first.score,
        note=joined(first.note, second.note),
    )

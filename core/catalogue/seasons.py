"""Which season and part of its series a title is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.catalogue.folding import fold
from core.catalogue.record import Record

_TOKEN = re.compile(r"^([sp])(\d{1,2})$")
_YEAR = re.compile(r"\((19[6-9]\d|20[0-4]\d)\)|\b(19[6-9]\d|20[0-4]\d)$")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a name says of its season: 0 where it says nothing."""

    season: int = 0
    part: int = 0
    final: bool = False


def numbers_in(words: Iterable[str]) -> Numbers:
    """Season words among the words of a folded name; the first of each counts, never the name's first
    word."""
    found = {"s": 0, "p": 0}
    final = False
    for i, word in enumerate(words):
        if i and (match := _TOKEN.match(word)):
            found[match[1]] = found[match[1]] or int(match[2])
        final |= i > 0 and word == "final"
    return Numbers(found["s"], found["p"], final)


def stem(folded: str) -> str:
    """A folded name up to its first season word."""
    words = folded.split()
    for i, word in enumerate(words):
        if i and (_TOKEN.match(word) or word == "final"):
            return " ".join(words[:i])
    return folded


def _said(record: Record) -> Numbers:
    season = part = 0
    final = False
    for name in (record.title, record.title_english, record.title_japanese, *record.synonyms):
        if name:
            numbers = numbers_in(fold(name).split())
            season, part, final = season or numbers.season, part or numbers.part, final or numbers.final
    fans = {numbers_in(fold(name).split()).season for name in record.abbreviations} - {0}
    if not season and len(fans) == 1:
        season = fans.pop()
    return Numbers(season, part, final)


def number_seasons(records: Sequence[Record]) -> list[Numbers]:
    """Season and part of every record. Names decide, then what fans call it, then the source's own season
    number; then, for television series, the order of airing among the titles of the franchise that share a stem
    or have one of their own."""
    said = [_said(record) for record in records]
    result = list(said)
    franchises: dict[int, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        if record.type in ("TV", "ONA") and (record.type == "TV" or said[i].season or record.season_number):
            franchises[record.franchise_id or record.mal_id].append(i)
    for rows in franchises.values():
        if len(rows) > 1:
            for chain in _chains(records, rows):
                _number(records, said, result, chain)
    return result


def _chains(records: Sequence[Record], rows: list[int]) -> list[list[int]]:
    rows = sorted(rows, key=lambda i: (records[i].aired_from or "9999", records[i].mal_id))
    stems = {i: stem(fold(_YEAR.sub("", records[i].title))) for i in rows}
    sizes: dict[str, int] = defaultdict(int)
    for name in stems.values():
        sizes[name] += 1
    chains: dict[str, list[int]] = defaultdict(list)
    # A title with a stem of its own continues the main series, unless it was there before it.
    main = stems[max(rows, key=lambda i: (records[i].members or 0, -i))]
    begun = False
    for i in rows:
        begun |= stems[i] == main
        chains[main if begun and sizes[stems[i]] == 1 else stems[i]].append(i)
    return list(chains.values())


def _number(records: Sequence[Record], said: list[Numbers], result: list[Numbers], chain: list[int]) -> None:
    last = 0
    told = {said[i].season for i in chain}
    for i in chain:
        record, numbers = records[i], said[i]
        given = record.season_number or 0
        if numbers.season:
            season = numbers.season
        elif _YEAR.search(record.title):
            season = 1  # a remake counts anew
        elif given > 0:
            season = given
        elif numbers.part > 1 and last:
            season = last
        elif record.minutes is not None and record.minutes < 10:
            continue
        elif last + 1 in told:
            continue  # a side story between numbered seasons
        else:
            season = last + 1
        last = season
        result[i] = Numbers(season, numbers.part, numbers.final)

"""The search keys of a title: every name it goes by, folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from core.catalogue.folding import compact, fold
from core.catalogue.record import Record


class Kind(IntEnum):
    """Where a key comes from."""

    TITLE = 0
    ENGLISH = 1
    JAPANESE = 2
    SYNONYM = 3
    ABBREVIATION = 4
    STEM = 5  # a name without its subtitle or its bracketed year or type


_BRACKET = re.compile(r"\s*\((?:TV|ONA|OVA|Movie|\d{4})\)\s*$", re.IGNORECASE)
_SUBTITLE = re.compile(r"\s*(?:: | [-–~〜] |[-–~〜～：（〈「]|[!?] ).*$")


def keys_of(record: Record, is_entry: bool) -> list[tuple[str, Kind]]:
    """Folded names of a record, each once, the most telling kind first. Only an entry point is found by its
    name without the subtitle: of its sequels the bare series name would say too little."""
    names = [
        (record.title, Kind.TITLE),
        (record.title_english, Kind.ENGLISH),
        (record.title_japanese, Kind.JAPANESE),
    ]
    full = [(name, kind) for name, kind in names if name]
    found = list(full)
    found += [(name, Kind.SYNONYM) for name in record.synonyms]
    found += [(name, Kind.ABBREVIATION) for name in record.abbreviations]
    found += [(_BRACKET.sub("", name), Kind.STEM) for name, _ in full]
    if is_entry:
        found += [(short, Kind.STEM) for name, _ in full if len(short := _SUBTITLE.sub("", name)) >= 3]
    keys: dict[bytes, tuple[str, Kind]] = {}
    kinds: dict[str, Kind] = {}
    for name, kind in found:
        kinds.setdefault(name, kind)
    for name, kind in kinds.items():
        folded = fold(name)
        if folded:
            keys.setdefault(compact(folded.encode()), (folded, kind))
    return list(keys.values())


def sorted_keys(records: Sequence[Record], entries: set[int]) -> list[tuple[str, int, Kind]]:
    """(folded key, row, kind) of all records in the order of their compact UTF-8 form; `entries` are rows."""
    keyed = [
        (compact(folded.encode()), row, folded, kind)
        for row, record in enumerate(records)
        for folded, kind in keys_of(record, row in entries)
    ]
    keyed.sort()
    return [(folded, row, kind) for _, row, folded, kind in keyed]

"""The catalogue file: an npz (a zip of plain npy columns, deflated) without pickles.

Strings are UTF-8 blobs (`NAME.utf8`, uint8) with lengths (`NAME.lengths`); lists are CSR. `write_pack`
derives what is slow to derive (search keys, season numbers, entry points) so that opening is quick.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.catalogue.columns import SEPARATOR, CodeColumn, ListColumn, StringColumn
from core.catalogue.folding import FOLDING_VERSION
from core.catalogue.keys import sorted_keys
from core.catalogue.record import Record
from core.catalogue.seasons import number_seasons
from core.errors import ArtefactError
from core.whole_file import whole_file

FORMAT_VERSION = 1
LISTS = ("genres", "themes", "demographics", "tags", "studios", "producers")
CODES = ("type", "status", "season", "source", "age_rating")
IMAGE_PLACES = (
    "https://cdn.myanimelist.net/images/anime/",
    "https://myanimelist.net/images/anime/",
    "https://s4.anilist.co/file/anilistcdn/media/anime/cover/",
    "https://",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)

Columns = dict[str, NDArray[Any]]


def write_pack(
    records: Iterable[Record],
    path: Path,
    *,
    source: str,
    date: str,
    entry_points: Mapping[int, str] | None = None,
) -> None:
    """Write a catalogue file, atomically: `path` holds the old file or the whole new one, whatever happens.

    `records` may come in any order; of two with one `mal_id` the later is kept. `source` says where the facts come
    from, `date` (`YYYY-MM-DD`) their day. `entry_points` maps the MAL id of a chosen entry point to the
    reason. The same input gives the same bytes.
    """
    rows = sorted({record.mal_id: record for record in records}.values(), key=lambda record: record.mal_id)
    content = _to_bytes(_columns(rows, source, date, dict(entry_points or {})))
    with whole_file(path) as file:
        file.write(content)


def read_pack(path: Path) -> tuple[Columns, str]:
    """All columns of a catalogue file and its SHA-256. Raises ArtefactError naming the file."""
    try:
        content = path.read_bytes()
        columns = _from_bytes(content)
        versions = json.loads(bytes(columns["info"]))
        fits = (versions["format"], versions["folding"]) == (FORMAT_VERSION, FOLDING_VERSION)
    except FileNotFoundError as error:
        raise ArtefactError("catalogue-missing", file=path.name) from error
    # A damaged zip or npy raises a dozen kinds of error, and each of them means the same here.
    except Exception as error:
        raise ArtefactError("catalogue-broken", file=path.name, reason=type(error).__name__) from error
    if not fits:
        raise ArtefactError("catalogue-version", file=path.name)
    return columns, hashlib.sha256(content).hexdigest()


def read_strings(columns: Columns, name: str) -> StringColumn:
    offsets = np.zeros(len(columns[f"{name}.lengths"]) + 1, np.int64)
    np.cumsum(columns[f"{name}.lengths"], out=offsets[1:])
    return StringColumn(columns[f"{name}.utf8"].tobytes(), offsets)


def read_list(columns: Columns, name: str) -> ListColumn:
    counts = columns[f"{name}.counts"]
    indptr = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=indptr[1:])
    return ListColumn(_vocab(columns, name), indptr, columns[f"{name}.indices"].astype(np.int32))


def read_codes(columns: Columns, name: str) -> CodeColumn:
    return CodeColumn(_vocab(columns, name), columns[f"{name}.codes"].astype(np.int16))


def image_url(packed: str) -> str | None:
    return IMAGE_PLACES[int(packed[0])] + packed[1:] if packed else None


def date_text(number: int) -> str | None:
    """19980403 as 1998-04-03, 19980400 as 1998-04, 19980000 as 1998, 0 as None."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    parts = [f"{year:04}"] + [f"{part:02}" for part in (month, day) if part]
    return "-".join(parts) if number else None


def _vocab(columns: Columns, name: str) -> tuple[str, ...]:
    text = bytes(columns[f"{name}.vocab"]).decode()
    return tuple(text.split(SEPARATOR)) if text else ()


def _columns(rows: Sequence[Record], source: str, date: str, entry_points: dict[int, str]) -> Columns:
    columns: Columns = {}

    def put_bytes(name: str, text: str) -> None:
        columns[name] = np.frombuffer(text.encode(), np.uint8)

    def put_strings(name: str, texts: Iterable[str | None]) -> None:
        column = StringColumn.of(texts)
        columns[f"{name}.utf8"] = np.frombuffer(column.blob, np.uint8)
        columns[f"{name}.lengths"] = _small(np.diff(column.offsets))

    seasons = number_seasons(rows)
    entries = _entry_rows(rows, entry_points)
    put_bytes("info", json.dumps(_info(rows, source, date), sort_keys=True))
    columns["mal_id"] = np.array([r.mal_id for r in rows], np.int32)
    columns["anilist_id"] = np.array([r.anilist_id or 0 for r in rows], np.int32)
    columns["franchise"] = np.array([_franchise(r) for r in rows], np.int32)
    columns["entry"] = np.array([entries[_franchise(r)] for r in rows], np.int32)
    columns["season_number"] = np.array([n.season for n in seasons], np.uint8)
    columns["part_number"] = np.array([n.part for n in seasons], np.uint8)
    columns["is_final"] = np.array([n.final for n in seasons], np.bool_)
    columns["is_adult"] = np.array([r.is_adult for r in rows], np.bool_)
    columns["score"] = np.array([round(100 * (r.score or 0)) for r in rows], np.uint16)
    columns["minutes"] = np.array([r.minutes or 0 for r in rows], np.float32)
    for name in ("members", "members_2020", "episodes", "year"):
        columns[name] = _small(np.array([getattr(r, name) or 0 for r in rows], np.int64))
    for name in ("aired_from", "aired_to"):
        columns[name] = np.array([_date_number(getattr(r, name)) for r in rows], np.int32)
    for name in CODES:
        codes = CodeColumn.of([getattr(r, name) for r in rows])
        put_bytes(f"{name}.vocab", SEPARATOR.join(codes.vocab))
        columns[f"{name}.codes"] = codes.codes.astype(np.int8)
    for name in LISTS:
        lists = ListColumn.of([tuple(_clean(x) for x in getattr(r, name)) for r in rows])
        put_bytes(f"{name}.vocab", SEPARATOR.join(lists.vocab))
        columns[f"{name}.counts"] = _small(np.diff(lists.indptr))
        columns[f"{name}.indices"] = _small(lists.indices)
    for name in ("title", "title_english", "title_japanese"):
        put_strings(name, [_clean(getattr(r, name)) for r in rows])
    for name in ("synonyms", "abbreviations"):
        put_strings(name, [SEPARATOR.join(filter(None, map(_clean, getattr(r, name)))) for r in rows])
    put_strings("synopsis", [r.synopsis for r in rows])
    put_strings("image", [_packed_image(r.image_url) for r in rows])
    chosen = [(r.mal_id, entry_points[r.mal_id]) for r in rows if r.mal_id in entry_points]
    columns["chosen_entry"] = np.array([mal_id for mal_id, _ in chosen], np.int32)
    put_strings("chosen_entry_reason", [reason for _, reason in chosen])
    keys = sorted_keys(rows, set(entries.values()))
    put_bytes("keys", SEPARATOR.join(key for key, _, _ in keys))
    columns["key_row"] = np.array([row for _, row, _ in keys], np.int32)
    columns["key_kind"] = np.array([kind for _, _, kind in keys], np.uint8)
    return columns


_COUNTED = (
    "anilist_id",
    "title_english",
    "title_japanese",
    "synonyms",
    "abbreviations",
    "type",
    "episodes",
    "year",
    "genres",
    "studios",
    "score",
    "members",
    "image_url",
    "synopsis",
)


def _info(rows: Sequence[Record], source: str, date: str) -> dict[str, Any]:
    counts = {
        "titles": len(rows),
        "franchises": len({_franchise(r) for r in rows}),
        "adult": sum(r.is_adult for r in rows),
    }
    for name in _COUNTED:
        counts[name] = sum(1 for r in rows if getattr(r, name) not in (None, ()))
    versions = {"format": FORMAT_VERSION, "folding": FOLDING_VERSION}
    return {**versions, "source": source, "date": date, "counts": counts}


def _franchise(record: Record) -> int:
    return record.franchise_id or record.mal_id


def _entry_rows(rows: Sequence[Record], chosen: Mapping[int, str]) -> dict[int, int]:
    """Row of the entry point of every franchise: a person's choice where there is one, else the
    earliest-aired television title with at least a tenth of the members of the franchise's most popular
    title, else that one. Adult titles count only where a franchise has no other."""
    groups: dict[int, list[int]] = defaultdict(list)
    for i, record in enumerate(rows):
        groups[_franchise(record)].append(i)
    entries: dict[int, int] = {}
    for franchise, members in groups.items():
        group = [i for i in members if not rows[i].is_adult] or members
        picked = [i for i in members if rows[i].mal_id in chosen]
        top = max(group, key=lambda i: (rows[i].members or 0, -i))
        least = 0.1 * (rows[top].members or 0)
        series = [i for i in group if rows[i].type == "TV" and (rows[i].members or 0) >= least]
        first = min(series, key=lambda i: (rows[i].aired_from or "9999", i), default=top)
        entries[franchise] = picked[0] if picked else first
    return entries


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())


def _date_number(text: str | None) -> int:
    if not text:
        return 0
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    return year * 10000 + month * 100 + day


def _packed_image(url: str | None) -> str | None:
    for i, place in enumerate(IMAGE_PLACES):
        if url and url.startswith(place):
            return f"{i}{url[len(place) :]}"
    return None


def _small(values: NDArray[Any]) -> NDArray[Any]:
    """Non-negative integers in the smallest unsigned type that holds them."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def _from_bytes(content: bytes) -> Columns:
    columns: Columns = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            member = io.BytesIO(archive.read(name))
            columns[name.removesuffix(".npy")] = np.lib.format.read_array(member, allow_pickle=False)
    return columns


def _to_bytes(columns: Columns) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, column in columns.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, column, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, member.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

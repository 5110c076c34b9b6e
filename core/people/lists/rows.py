"""CSV with headings, and JSON lists of objects: whatever the columns are called."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from core.errors import UserError
from core.people.lists.entry import (
    FAVOURITE_WORDS,
    ListEntry,
    ParsedList,
    has_favourite_tag,
    read_id,
    read_score,
    read_status,
    text,
)

HEADINGS: dict[str, tuple[str, ...]] = {
    "title": (
        "title", "name", "anime", "animetitle", "animename", "seriestitle", "series", "titleromaji", "romaji",
        "romajititle", "nametitle", "show", "タイトル", "作品名", "título", "titulo", "nombre", "tên", "tựađề",
    ),
    "english": ("english", "titleenglish", "englishtitle", "englishname", "nameenglish"),
    "mal_id": ("malid", "idmal", "myanimelistid", "animeid", "seriesanimedbid", "animedbid", "mal"),
    "id": ("id",),
    "anilist_id": ("anilistid", "idanilist", "mediaid", "anilist"),
    "address": ("url", "link", "malurl", "anilisturl", "myanimelisturl", "address"),
    "status": ("status", "mystatus", "watchstatus", "watchingstatus", "liststatus", "state", "estado", "状態"),
    "score": (
        "score", "myscore", "rating", "myrating", "userrating", "userscore", "yourscore", "yourrating", "personalscore",
        "stars", "rate", "評価", "puntuación", "puntuacion", "nota", "điểm",
    ),
    "note": ("note", "notes", "comment", "comments", "mycomments", "review", "notas", "メモ"),
    "favourite": (
        "favourite", "favorite", "isfavourite", "isfavorite", "fav", "favourites", "favorites", "liked", "starred",
        "favorito",
    ),
    "my_tags": ("tags", "mytags"),
    "my_watched_episodes": (
        "progress", "episodeswatched", "watchedepisodes", "mywatchedepisodes", "numepisodeswatched",
    ),
    "my_start_date": ("startdate", "mystartdate", "started", "startedat", "datestarted"),
    "my_finish_date": ("finishdate", "myfinishdate", "finished", "completedat", "datefinished", "enddate"),
}  # fmt: skip
"""What a column may be called: letters and digits only, small. The first list that has it decides."""

_MEANINGS = {heading: meaning for meaning, headings in HEADINGS.items() for heading in headings}
_DELIMITERS = ",;\t|"
_YES = frozenset({"1", "yes", "y", "true", "x", "✓", "✔", "★", "⭐", "♥", "❤", "はい", "sí", "si", "có"})
_FIELDS = ("my_tags", "my_watched_episodes", "my_start_date", "my_finish_date")


def meaning(heading: object) -> str | None:
    return _MEANINGS.get(re.sub(r"[\W_]", "", str(heading).casefold()))


def delimiter_of(first_line: str) -> str | None:
    """The one that splits a line into the most headings that mean something; None: the line is no heading."""

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first_line], delimiter=delimiter), [])
        return len({meaning(cell) for cell in cells} - {None}) if len(cells) > 1 else 0

    best = max(_DELIMITERS, key=known)
    cells = next(csv.reader([first_line], delimiter=best), [])
    named = {meaning(cell) for cell in cells} & {"title", "english", "mal_id", "id", "anilist_id", "address"}
    return best if known(best) and named else None


def read_csv(content: str, delimiter: str) -> ParsedList:
    """
    Raises:
        UserError: `list-broken` with the line.
    """
    reader = csv.reader(StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, dict[str, Any]]] = []
    try:
        headings = next(reader)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                names = [*headings, *(f"column {n}" for n in range(len(headings) + 1, len(cells) + 1))]
                rows.append((str(line), dict(zip(names, cells, strict=False))))
            line = reader.line_num + 1
    except csv.Error as problem:
        raise UserError("list-broken", line=reader.line_num) from problem
    return read("csv", rows)


def read(source: str, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> ParsedList:
    """`rows` are (where, heading to value)."""
    parsed = ParsedList([], [])
    meant = [(where, _by_meaning(row), row) for where, row in rows]
    used = {name for _, values, _ in meant for name in values}
    only_names = not used & {"status", "score", "favourite"}
    highest = max((_number(values.get("score")) for _, values, _ in meant), default=0.0)
    scale = 10.0 if highest <= 10 else 100.0
    for where, values, row in meant:
        titles = tuple(filter(None, (text(values.get("title")), text(values.get("english")))))
        mal_id = read_id(values.get("mal_id")) or (None if titles else read_id(values.get("id")))
        anilist_id = read_id(values.get("anilist_id"))
        if address := text(values.get("address")):
            titles = (address, *titles) if "/anime/" in address else titles
        if not titles and mal_id is None and anilist_id is None:
            parsed.skipped.append((where, "list-row-empty"))
            continue
        where = f"{where} ({titles[-1][:60]})" if titles else where
        try:
            score = read_score(values.get("score"), scale)
        except ValueError:
            score = None
            parsed.skipped.append((where, "list-row-score"))
        status_text, favourite = text(values.get("status")), only_names or _is_favourite(values)
        status = read_status(status_text)
        if status_text and status_text.casefold() in FAVOURITE_WORDS:
            favourite, status_text = True, None
        fields = {name: value for name in _FIELDS if (value := text(values.get(name)))}
        parsed.entries.append(
            ListEntry(
                where=where,
                source=source,
                titles=titles,
                mal_id=mal_id,
                anilist_id=anilist_id,
                status=status,
                score=score,
                note=text(values.get("note")),
                favourite=True if favourite else None,
                fields=fields,
                raw=dict(row),
                problem="list-row-status" if status_text and status is None else None,
            )
        )
    return parsed


def _by_meaning(row: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for heading, value in row.items():
        name = meaning(heading)
        if name is not None and (name not in values or not text(values[name])):
            values[name] = value
    return values


def _is_favourite(values: Mapping[str, Any]) -> bool:
    marked = values.get("favourite")
    said = (text(marked) or "").casefold()
    return (
        marked is True
        or said in _YES
        or said in FAVOURITE_WORDS
        or has_favourite_tag(text(values.get("my_tags")) or "")
    )


def _number(value: object) -> float:
    try:
        return float((text(value) or "0").replace(",", "."))
    except ValueError:
        return 0.0

"""Telling the format of a file by what is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.catalogue.importers import json_lines, kaggle_2020, mal_csv, offline_database
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.rows import Rows
from core.catalogue.importers.tables import read_header
from core.errors import UserError


class Format(StrEnum):
    """What can be imported from files."""

    KAGGLE_2020 = "kaggle-2020"
    OFFLINE_DATABASE = "offline-database"
    MAL_CSV = "mal-csv"
    JSON_LINES = "json-lines"


LABELS: Mapping[Format, str] = {
    Format.KAGGLE_2020: "Kaggle Anime Recommendation Database 2020",
    Format.OFFLINE_DATABASE: "anime-offline-database (ODbL)",
    Format.MAL_CSV: "a table of MyAnimeList facts",
    Format.JSON_LINES: "JSON Lines",
}
"""What the info of an imported catalogue calls each."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the host says about the files. `mapping` (field to column) implies `mal-csv`; `date` (`YYYY-MM-DD`) is
    the day of facts that do not say theirs."""

    format: Format | None = None
    mapping: Mapping[str, str] | None = None
    date: str | None = None


def format_of(file: ImportFile) -> Format:
    """The format of a file, by its beginning.

    Raises:
        UserError: `import-format-unknown`; `import-columns` for a table without MAL ids or titles.
    """
    head = file.head()
    if head.lstrip()[:1] in (b"{", b"["):
        if offline_database.is_json_document(head):
            return Format.OFFLINE_DATABASE
        first = _first_object(head)
        if offline_database.is_json_lines(first):
            return Format.OFFLINE_DATABASE
        if "mal_id" in first:
            return Format.JSON_LINES
        raise UserError("import-format-unknown", file=file.name, formats=", ".join(Format))
    header = read_header(head)
    if len(header) < 2 or b"\0" in head:
        raise UserError("import-format-unknown", file=file.name, formats=", ".join(Format))
    if kaggle_2020.is_kaggle(header):
        return Format.KAGGLE_2020
    mal_csv.columns_of(header, {})
    return Format.MAL_CSV


def rows_of(file: ImportFile, options: Options) -> tuple[Format, Rows]:
    """The format of a file and its rows. Raises UserError as `format_of`, and `mal_csv.columns_of` for the mapping."""
    chosen = options.format or (Format.MAL_CSV if options.mapping else format_of(file))
    if chosen is Format.KAGGLE_2020:
        if not kaggle_2020.is_kaggle(read_header(file.head())):
            raise UserError("import-columns", columns=", ".join(read_header(file.head()))[:400])
        return chosen, kaggle_2020.read(file)
    if chosen is Format.OFFLINE_DATABASE:
        one_document = offline_database.is_json_document(file.head())
        return chosen, (offline_database.read_json if one_document else offline_database.read_json_lines)(
            file
        )
    if chosen is Format.MAL_CSV:
        return chosen, mal_csv.read(file, options.mapping or {}, options.date)
    return chosen, json_lines.read(file, options.date)


def _first_object(head: bytes) -> dict[str, Any]:
    """The first line that is an object: a bad first row should not hide what the others are."""
    for line in head.splitlines()[:50]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return {}

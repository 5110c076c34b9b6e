"""Reading tables (CSV and its kin) row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.rows import BadRow

Cells = dict[str, str]
_DELIMITERS = ",;\t|"


def read_header(head: bytes) -> list[str]:
    """The column names of a table that begins with these bytes; fewer than two where it is none."""
    line = _first_line(head.decode("utf-8", "replace"))
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=_delimiter(line)), [])]
    except csv.Error:
        return []


def read_table(file: ImportFile) -> Iterator[tuple[int, Cells | BadRow]]:
    """(line a row begins in, its cells by column) below the header; a row that is no row comes as BadRow."""
    delimiter = _delimiter(_first_line(file.head().decode("utf-8", "replace")))
    reader = csv.reader(file.text_lines(), delimiter=delimiter)
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, BadRow(line, "import-row-csv")
            continue
        if not header:
            header = [name.strip() for name in row]
        elif not any(cell.strip() for cell in row):
            continue
        elif len(row) != len(header):
            yield line, BadRow(line, "import-row-columns", {"found": len(row), "expected": len(header)})
        elif any(not _is_utf8(cell) for cell in row):
            yield line, BadRow(line, "import-row-encoding")
        else:
            yield line, dict(zip(header, row, strict=True))


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _is_utf8(cell: str) -> bool:
    return cell.isascii() or not any("\ud800" <= c <= "\udfff" for c in cell)

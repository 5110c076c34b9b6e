"""Arrow and Parquet files, a piece at a time. Needs pyarrow, which nothing else does."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.errors import Unavailable

ROWS = 256
"""Rows of a Parquet file held at once while it is read through."""


class Table:
    """One file: Arrow (a stream, as `datasets` saves it, or a file) mapped into memory, or Parquet.

    Raises:
        Unavailable: `dataset-needs-pyarrow`.
        OSError, ValueError: it is no such file.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._arrow: Any = importlib.import_module("pyarrow")
            self._parquet: Any = importlib.import_module("pyarrow.parquet")
        except ImportError as problem:
            raise Unavailable("dataset-needs-pyarrow") from problem
        self._file: Any = None
        self._group: tuple[tuple[int, str], Any] | None = None
        if path.suffix == ".parquet":
            self._file = self._parquet.ParquetFile(path)
            self.schema: Any = self._file.schema_arrow
            return
        mapped = self._arrow.memory_map(str(path))
        try:
            opened = self._arrow.ipc.open_stream(mapped)
        except self._arrow.ArrowInvalid:
            mapped.seek(0)
            opened = self._arrow.ipc.open_file(mapped)
        # Mapped, not read: the system loads the pages that are looked at, and may drop them again.
        self._table = opened.read_all()
        self.schema = self._table.schema

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def rows(self, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries, with these columns only (`column.field` for a part of a struct in Parquet)."""
        if self._file is not None:
            batches = self._file.iter_batches(ROWS, columns=list(columns))
        else:
            batches = self._table.select([name.split(".")[0] for name in columns]).to_batches(ROWS)
        for batch in batches:
            yield from batch.to_pylist()

    def paths(self, column: str) -> list[str]:
        """What to ask `rows` for so that a column of pictures comes without their bytes."""
        if self._file is not None:
            fields = self.schema.field(column).type
            return [f"{column}.path"] if _has_field(fields, "path") else []
        return []

    def cell(self, row: int, column: str) -> Any:
        """One picture's bytes: the field `bytes` of a struct, or the whole cell.

        Raises:
            IndexError: there is no such row.
        """
        if self._file is None:
            found = self._table.column(column)[row]
        else:
            group, first = self._group_of(row)
            if self._group is None or self._group[0] != (group, column):
                read = self._file.read_row_group(group, columns=[column]).column(column)
                self._group = (group, column), read
            found = self._group[1][row - first]
        value = found.as_py()
        return value["bytes"] if isinstance(value, dict) else value

    def picture_column(self) -> str | None:
        """The column that holds pictures: a struct with the field `bytes`, or plain bytes."""
        for field in self.schema:
            if _has_field(field.type, "bytes"):
                return str(field.name)
        types = self._arrow.types
        for field in self.schema:
            if types.is_binary(field.type) or types.is_large_binary(field.type):
                return str(field.name)
        return None

    def names(self) -> dict[str, list[str]]:
        """Columns of class numbers with the names of their classes, from what `datasets` wrote into the file."""
        try:
            told = json.loads((self.schema.metadata or {})[b"huggingface"])["info"]["features"]
            return {name: kind["names"] for name, kind in told.items() if kind.get("_type") == "ClassLabel"}
        except (KeyError, ValueError, TypeError, AttributeError):
            return {}

    def is_text(self, column: str) -> bool:
        kind, types = self.schema.field(column).type, self._arrow.types
        return bool(types.is_string(kind) or types.is_large_string(kind))

    def _group_of(self, row: int) -> tuple[int, int]:
        first = 0
        for group in range(self._file.num_row_groups):
            length = self._file.metadata.row_group(group).num_rows
            if row < first + length:
                return group, first
            first += length
        raise IndexError(row)


def _has_field(kind: Any, name: str) -> bool:
    """Whether an Arrow type is a struct with that field."""
    return hasattr(kind, "get_field_index") and kind.get_field_index(name) >= 0

"""Opening files that people bring: gzip or plain, told by content, with lines that stay within memory."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from core.catalogue.importers.rows import BadRow
from core.errors import UserError

LONGEST_LINE = 1 << 20
_HEAD = 1 << 16


class ImportFile:
    """A file to import. `name` is what messages call it; `size` is in bytes, as stored."""

    def __init__(self, path: Path, on_read: Callable[[int], None] | None = None) -> None:
        """`on_read` is told how many stored bytes have been read.

        Raises:
            UserError: `import-unreadable`; `import-zip` for an archive that must be unpacked first.
        """
        self.path = path
        self.name = path.name
        self._on_read = on_read
        self._stored: IO[bytes] | None = None
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                magic = file.read(4)
        except OSError as problem:
            raise UserError("import-unreadable", file=self.name) from problem
        if magic == b"PK\x03\x04":
            raise UserError("import-zip", file=self.name)
        self._is_gzip = magic[:2] == b"\x1f\x8b"

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The unpacked bytes.

        Raises:
            UserError: `import-unreadable`; `import-cut` where a gzip file is broken or ends too early.
        """
        try:
            with self.path.open("rb") as stored:
                self._stored = stored
                yield cast(IO[bytes], gzip.GzipFile(fileobj=stored)) if self._is_gzip else stored
        except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
            raise UserError("import-cut", file=self.name) from problem
        except OSError as problem:
            raise UserError("import-unreadable", file=self.name) from problem

    def head(self) -> bytes:
        """The first 64 KiB, unpacked."""
        with self.open() as stream:
            return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf")

    def text_lines(self) -> Iterator[str]:
        """Lines with their ends; bytes that are not UTF-8 come as lone surrogates; overlong lines come in pieces."""
        with self.open() as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
            for i, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), start=1):
                if not i % 200:
                    self.tell()
                yield line

    def json_lines(self) -> Iterator[tuple[int, object] | BadRow]:
        """(line, value) of every line that is not blank."""
        with self.open() as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                    yield BadRow(number, "import-row-long")
                    continue
                if not number % 200:
                    self.tell()
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    try:
                        yield number, json.loads(line)
                    except (ValueError, RecursionError):
                        yield BadRow(number, "import-row-json")

    def tell(self) -> None:
        """Tell `on_read` how far reading is."""
        if self._on_read is not None and self._stored is not None:
            self._on_read(self._stored.tell())

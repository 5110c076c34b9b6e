"""An import from beginning to end: the catalogue there is, the rows, the catalogue to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.catalogue.catalogue import Catalogue
from core.catalogue.importers.files import ImportFile
from core.catalogue.importers.formats import LABELS, Options, rows_of
from core.catalogue.importers.merge import Franchises, Spelling, is_bare, is_same_title, merge, refresh
from core.catalogue.importers.rows import BadRow, Entry, Rows
from core.catalogue.importers.vocabulary import is_commercial
from core.catalogue.pack import write_pack
from core.errors import Argument, UserError
from core.lock import locked

EXAMPLES = 20
"""Skipped rows that are kept of each reason."""
_IMPORTED = "; imported: "

Progress = Callable[[str, int, int], None]
"""Told what is done ("reading", "fetching", "writing"), how far, of how much (0: not known)."""


@dataclass(frozen=True, slots=True)
class Places:
    """The catalogue that ships, and the host's folder for the imported one (`catalogue.npz`)."""

    shipped: Path
    folder: Path

    @property
    def imported(self) -> Path:
        return self.folder / "catalogue.npz"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the folder's lock: one import at a time.

        Raises:
            UserError: `import-busy` where somebody else holds it, `import-unwritable`.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self.folder / "import.lock", "import-busy"))
            except OSError as problem:
                raise UserError("import-unwritable", reason=problem.strerror or "?") from problem
            yield


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was left out: `place` is its line (its number in one large JSON document)."""

    file: str
    row: BadRow


@dataclass(slots=True)
class Report:
    """What an import did. `read` counts rows, with those skipped; `added`, `enriched` and `unchanged` count titles.
    `reasons` counts all skipped rows by message key, `skipped` holds the first ones of each."""

    read: int = 0
    added: int = 0
    enriched: int = 0
    unchanged: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    titles: int = 0

    def skip(self, file: str, row: BadRow) -> None:
        self.reasons[row.reason] += 1
        if self.reasons[row.reason] <= EXAMPLES:
            self.skipped.append(Skipped(file, row))


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to import. `name` is the file or site for messages, `label` what the catalogue's info calls it."""

    name: str
    label: str
    rows: Rows


def import_files(
    places: Places, paths: Sequence[Path], options: Options | None = None, progress: Progress | None = None
) -> Report:
    """Import files into the host's catalogue. It is replaced at the end, whole, or not at all; the same files a
    second time change nothing. Synchronous and long: call it outside an event loop.

    Raises:
        UserError: a file cannot be read or understood (`import-...`), the folder cannot be written to
            (`import-unwritable`), or another import runs (`import-busy`).
        ArtefactError: the catalogue there is cannot be opened.
    """
    tell = progress or _nothing
    with places.alone():
        sources, total, before = [], 0, 0
        for path in paths:
            total += ImportFile(path).size
        for path in paths:
            file = ImportFile(path, lambda done, before=before: tell("reading", before + done, total))  # type: ignore[misc]
            chosen, rows = rows_of(file, options or Options())
            sources.append(Source(file.name, LABELS[chosen], rows))
            before += file.size
        return import_rows(places, sources, tell)


def import_rows(places: Places, sources: Sequence[Source], tell: Progress) -> Report:
    """As `import_files`, for rows from anywhere. The caller holds the lock."""
    for left in places.folder.glob(f".{places.imported.name}.*"):
        left.unlink()  # what a killed import left
    work = _Import(places)
    for source in sources:
        work.read(source)
    return work.finish(tell)


class _Import:
    def __init__(self, places: Places) -> None:
        self._path = places.imported
        shipped = Catalogue.open(places.shipped)
        self._source, self._date = shipped.info.source, shipped.info.date
        self._entry_points = shipped.entry_points
        self._labels: list[str] = []
        self._base = {record.mal_id: record for record in shipped.records()}
        self._must_write = False
        if places.imported.exists():
            self._refresh(Catalogue.open(places.imported))
        self._titles = dict(self._base)
        self._new: dict[int, tuple[Entry, str]] = {}
        self._newest = self._date
        self._refused: set[int] = set()
        self._touched: set[int] = set()
        self._spelling = Spelling(self._base.values())
        self.report = Report()

    def _refresh(self, imported: Catalogue) -> None:
        newer = imported.info.date >= self._date
        for record in imported.records():
            shipped = self._base.get(record.mal_id)
            fresh = refresh(shipped, record, newer) if shipped else record
            self._base[record.mal_id] = fresh
            # The pack works season numbers out anew from all names; they are no sign of a change.
            same = replace(record, season_number=None) == replace(fresh, season_number=None)
            self._must_write |= not same
        self._must_write |= len(self._base) > len(imported)
        self._labels = [label for label in imported.info.source.partition(_IMPORTED)[2].split(", ") if label]
        self._date = max(self._date, imported.info.date)

    def read(self, source: Source) -> None:
        seen: set[int] = set()
        for row in source.rows:
            self.report.read += 1
            problem = row if isinstance(row, BadRow) else self._take(row, source.name, seen)
            if problem:
                self.report.skip(source.name, problem)
        if source.label not in self.report.formats:
            self.report.formats.append(source.label)

    def _take(self, entry: Entry, file: str, seen: set[int]) -> BadRow | None:
        mal_id = entry.record.mal_id
        if mal_id in seen:
            return BadRow(entry.place, "import-row-twice", {"mal_id": str(mal_id)})
        seen.add(mal_id)
        current = self._titles.get(mal_id)
        # A title refused once stays refused: names learned later must not make a second import differ.
        if mal_id in self._refused or (current and not is_same_title(current, entry.record)):
            self._refused.add(mal_id)
            title = current.title if current else ""
            arguments: dict[str, Argument] = {
                "mal_id": str(mal_id),
                "title": title,
                "given": entry.record.title[:80],
            }
            return BadRow(entry.place, "import-row-other-title", arguments)
        if entry.record.type == "CM" or (current is None and is_commercial(entry.record.title)):
            return BadRow(entry.place, "import-row-commercial", {"title": entry.record.title[:80]})
        entry = replace(entry, record=self._spelling.of(entry.record))
        self._touched.add(mal_id)
        if current is None:
            self._new[mal_id] = (entry, file)
            self._titles[mal_id] = replace(entry.record, is_adult=entry.adult is not False)
            merged = self._titles[mal_id]
        else:
            merged = merge(current, entry, entry.date is not None and entry.date >= self._date)
            self._titles[mal_id] = merged
            if mal_id in self._new:
                first, where = self._new[mal_id]
                related = tuple(dict.fromkeys(first.related + entry.related))
                self._new[mal_id] = (replace(first, related=related), where)
        if entry.date and merged is not current:
            self._newest = max(self._newest, entry.date)
        return None

    def finish(self, tell: Progress) -> Report:
        report = self.report
        franchises = Franchises(self._base) if self._new else None
        for mal_id in sorted(self._new):
            entry, file = self._new[mal_id]
            record = self._titles[mal_id]
            if is_bare(record):
                del self._titles[mal_id]
                self._touched.discard(mal_id)
                report.skip(file, BadRow(entry.place, "import-row-bare", {"title": record.title[:80]}))
            elif franchises:
                self._titles[mal_id] = franchises.place(replace(entry, record=record))
                report.added += 1
        known = self._touched - self._new.keys()
        report.enriched = sum(self._titles[mal_id] is not self._base[mal_id] for mal_id in known)
        report.unchanged = len(known) - report.enriched
        report.titles = len(self._titles)
        if report.added or report.enriched or self._must_write:
            tell("writing", 0, 0)
            self._write()
        return report

    def _write(self) -> None:
        labels = sorted({*self._labels, *self.report.formats})
        source = self._source + (_IMPORTED + ", ".join(labels) if labels else "")
        try:
            write_pack(
                self._titles.values(),
                self._path,
                source=source,
                date=self._newest,
                entry_points=self._entry_points,
            )
        except OSError as problem:
            raise UserError("import-unwritable", reason=problem.strerror or "?") from problem


def _nothing(_what: str, _done: int, _total: int) -> None:
    return None

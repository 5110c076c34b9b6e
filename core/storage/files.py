"""SQLite files: refusing what is not ours before anything is written, making a new one, copying one."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from core.errors import ArtefactError, OsusumeError, Unavailable, UserError

APPLICATION_ID = 0x6F737573
""" "osus": marks our SQLite files, so that somebody else's is never written to."""

BUSY_SECONDS = 20
"""How long a process waits for another's write; SQLite's writes here last milliseconds."""

MIGRATIONS = Path(__file__).parent / "migrations"

_UTF_8 = (b"\0\0\0\1", b"\0\0\0\0")
"""The text encoding in the header of every file of ours (0 until the log is first written back); SQLite's own check
passes over it."""

_CHECKED_WHOLE = 64 * 2**20
"""Bytes up to which a file is read through when it is opened (about a tenth of a second)."""


def revisions() -> list[str]:
    """The schema's revisions, oldest first. Each file in `versions` begins with its revision."""
    return sorted(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def expected_failure(problem: BaseException | None, file: str) -> OsusumeError | None:
    """What a database error means for whoever hosts or asks; None where it is a bug."""
    text = str(problem).lower()
    if "locked" in text or "busy" in text:
        return Unavailable("database-busy")
    if "readonly" in text or "read-only" in text or "permission" in text:
        return Unavailable("database-readonly", file=file)
    if "malformed" in text or "not a database" in text:
        return ArtefactError("database-corrupt", file=file)
    if "is full" in text or "no space" in text:
        return Unavailable("disk-full")
    if "unable to open" in text or "i/o error" in text or "connect" in text:
        return Unavailable("database-unreachable", file=file)
    return None


def prepare(path: Path) -> None:
    """Refuses what is not ours, as it is; makes an empty file where there is none.

    Raises:
        ArtefactError: `database-corrupt`, `database-foreign` (somebody else's) or `database-newer` (a later version's).
        Unavailable: `database-unreachable`, `database-readonly`, `database-busy`.
    """
    try:
        if path.is_file() and path.stat().st_size > 0:
            _inspect(path)
        elif path.exists() and not path.is_file():
            raise Unavailable("database-unreachable", file=path.name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # personal data: for the host alone; SQLite gives its logs the same mode
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise Unavailable("database-readonly", file=path.name)
        _use_write_ahead_log(path)
    except sqlite3.Error as problem:
        known = expected_failure(problem, path.name)
        raise (known or ArtefactError("database-corrupt", file=path.name)) from problem
    except OSError as problem:
        key = "database-readonly" if isinstance(problem, PermissionError) else "database-unreachable"
        raise Unavailable(key, file=path.name) from problem


def _inspect(path: Path) -> None:
    with closing(_open_unchanged(path)) as database:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (objects,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        # A file without tables is one that another process is just making, or that died while making it.
        if application != APPLICATION_ID and objects:
            raise ArtefactError("database-foreign", file=path.name)
        if path.stat().st_size <= _CHECKED_WHOLE:
            (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if sound != "ok":
                raise ArtefactError("database-corrupt", file=path.name)
        if objects:
            with path.open("rb") as file:
                if file.read(60)[56:] not in _UTF_8:
                    raise ArtefactError("database-corrupt", file=path.name)
            (revision,) = database.execute("SELECT max(version_num) FROM alembic_version").fetchone()
            if revision not in revisions():
                raise ArtefactError("database-newer" if revision else "database-corrupt", file=path.name)


def _open_unchanged(path: Path) -> sqlite3.Connection:
    """A connection for reading that leaves the file and its folder as they are.

    Without a log beside it, nobody has the file open and all of it is in the file: `immutable` then keeps SQLite
    from making a log. With one, the log belongs to the database and must be read.
    """
    how = "mode=ro" if path.with_name(path.name + "-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS)


def _use_write_ahead_log(path: Path) -> None:
    # Two processes that both begin on an empty folder collide here, and SQLite does not wait by itself.
    end = time.monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
        while True:
            try:
                database.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as problem:
                if "locked" not in str(problem) or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return


def copy(source: Path, target: Path) -> Path:
    """A consistent copy of a database in use, in one step: there is either a whole copy or none.

    Raises:
        UserError: `backup-onto-itself`.
        Unavailable: `backup-failed` with what the system said.
    """
    if target.is_dir():
        target /= time.strftime("osusume-%Y%m%d-%H%M%S.db")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        if target.exists() and target.samefile(source):
            raise UserError("backup-onto-itself", file=target.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(unfinished)) as there:
            here.backup(there)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as problem:
        raise Unavailable("backup-failed", file=target.name, problem=str(problem)) from problem
    finally:
        unfinished.unlink(missing_ok=True)
    return target

"""An import that is killed leaves the old catalogue serving; of two at once the second says so."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalogue import Catalogue
from core.catalogue.importers import Places, import_files
from core.errors import UserError

# Stops at the place named, says so and waits to be killed.
CHILD = """
import os, sys
from pathlib import Path
from core.catalogue.importers import Places, import_files

def stop():
    print("there", flush=True)
    sys.stdin.read()

where, shipped, folder, file = sys.argv[1:]
if where == "rows":
    def tell(what, done, total):
        if what == "reading":
            stop()
else:
    tell = None
    fsync = os.fsync
    os.fsync = lambda descriptor: (fsync(descriptor), stop())
import_files(Places(Path(shipped), Path(folder)), [Path(file)], progress=tell)
"""
ROOT = Path(__file__).parents[4]


def rows(path: Path, score: float, count: int = 400) -> Path:
    lines = (
        {"mal_id": 100 + i, "title": f"Title {i}", "type": "TV", "score": score, "stats_date": "2026-09"}
        for i in range(count)
    )
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize("where", ["rows", "write"])
def test_killed_half_way(places: Places, tmp_path: Path, where: str) -> None:
    import_files(places, [rows(tmp_path / "old.jsonl", 5)])
    before = places.imported.read_bytes()
    file = rows(tmp_path / "new.jsonl", 9)
    command = [sys.executable, "-c", CHILD, where, str(places.shipped), str(places.folder), str(file)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "there\n"
        with pytest.raises(UserError, match="import-busy"):
            import_files(places, [file])
        child.kill()
        assert child.wait(30) == -signal.SIGKILL
    assert places.imported.read_bytes() == before
    assert Catalogue.open(places.imported).record(5).score == 5
    left = [path.name for path in places.folder.glob(".catalogue*")]
    assert len(left) == (1 if where == "write" else 0)
    assert import_files(places, [file]).enriched == 400
    assert Catalogue.open(places.imported).record(5).score == 9
    assert sorted(path.name for path in places.folder.iterdir()) == ["catalogue.npz", "import.lock"]


def test_a_folder_that_cannot_be_written(places: Places, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UserError, match="import-unwritable"):
        import_files(Places(places.shipped, tmp_path / "taken"), [rows(tmp_path / "new.jsonl", 9)])


def test_a_full_disk_leaves_the_old_catalogue(places: Places, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    import_files(places, [rows(tmp_path / "old.jsonl", 5)])
    before = places.imported.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    file = rows(tmp_path / "new.jsonl", 9)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(UserError, match="import-unwritable"):
            import_files(places, [file])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert places.imported.read_bytes() == before


def test_progress_goes_up(places: Places, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    first, second = rows(tmp_path / "a.jsonl", 5), rows(tmp_path / "b.jsonl", 6)
    import_files(places, [first, second], progress=lambda *step: told.append(step))
    reading = [step for step in told if step[0] == "reading"]
    total = first.stat().st_size + second.stat().st_size
    assert len(reading) >= 4
    assert [done for _, done, _ in reading] == sorted(done for _, done, _ in reading)
    assert {size for _, _, size in reading} == {total}
    assert reading[-1][1] <= total
    assert told[-1][0] == "writing"

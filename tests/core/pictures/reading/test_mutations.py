"""Mutated files through the readers in a process of their own: under a memory cap, with a watchdog."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
COUNT = int(os.environ.get("OSUSUME_MUTATIONS", "10000"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory caps and figures are Linux's")
def test_nothing_crashes_hangs_or_takes_the_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """All hostile files and 10,000 mutated ones (OSUSUME_MUTATIONS sets how many; about 7 s) are read or refused."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.pictures.reading.mutating", str(COUNT), "7"],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60 + COUNT / 50,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\n{json.dumps({key: value for key, value in report.items() if key != 'came'})}")
    assert not report["wrong"]
    assert report["files"] >= COUNT + 180
    # Enough must get through both doors, or the mutations test nothing.
    assert report["came"]["read"] > COUNT // 8
    assert report["came"]["picture-broken"] > COUNT // 8
    # 36 and 39 megapixels are among the hostile files; the mutated ones are small.
    assert report["MiB peak, hostile"] - report["MiB before"] < 800
    assert report["MiB peak, mutated"] - report["MiB before"] < 300

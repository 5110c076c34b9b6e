"""Memory of a whole program that answers large pictures, in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]
CAP = 700
"""MB that two pictures of 12 megapixels at once may take, everything else of the program included."""

PROGRAM = """
import asyncio, json, sys
from functools import partial
from pathlib import Path
from bot.texts import Texts
from core.osusume import Osusume
from core.settings import read_settings
from tests.benchmarks.bench_pictures import answer, resident

async def main(home, picture):
    settings = read_settings(_env_file=None, home=home, picture_memory_minutes=0, picture_deadline=900)
    async with Osusume.open(settings, warm=True) as osusume:
        job = partial(answer, data=picture.read_bytes(), texts=Texts("en"))
        packed = await asyncio.gather(*(osusume.pictures.run(str(who), job) for who in range(4)))
        print(json.dumps({"drawn": [len(one.data) for one in packed], "peak": resident("VmHWM")}))

asyncio.run(main(Path(sys.argv[1]) / "home", Path(sys.argv[1]) / "12.jpg"))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is read from /proc")
def test_two_large_pictures_at_once_stay_below_the_cap(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.BytesIO()
    with Image.open(ROOT / "data" / "demo" / "friends.webp") as image:
        image.convert("RGB").resize((4000, 3000)).save(stream, "JPEG", quality=92)
    (tmp_path / "12.jpg").write_bytes(stream.getvalue())
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])
    with capsys.disabled():
        print(f"\n{report['peak']:.0f} MB at the peak of four pictures of 12 megapixels, two at a time")
    assert len(report["drawn"]) == 4
    assert min(report["drawn"]) > 50_000
    assert report["peak"] < CAP

"""The program as a host types it, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from tests.tiny_models import tiny_models

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def osusume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `osusume ...` in an empty folder: exit code, what it said, and what it said on standard error."""
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["osusume", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ships, with tiny picture models."""
    return tiny_models(tmp_path_factory.mktemp("data"))


@pytest.fixture
def place(osusume: Run, shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, apart from the home, with tiny models in place of the shipped ones."""
    monkeypatch.setattr("core.osusume.DATA", shipped)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work

"""What a host can mend is one sentence in the host's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "OSUSUME_HOME is not right: "), ("ja", "OSUSUME_HOME の設定が正しくありません")],
)
def test_a_home_that_cannot_be_made(
    osusume: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "taken" / "home"))
    monkeypatch.setenv("OSUSUME_LANGUAGE", language)
    code, out, error = osusume("ask", "/fav list")
    assert (code, out) == (1, "")
    assert error.startswith(said)
    assert len(error.splitlines()) == 1
    assert str(tmp_path) not in error


def test_a_language_that_is_none(osusume: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSUSUME_LANGUAGE", "xx")
    code, _, error = osusume("ask", "/fav list")
    assert code == 1
    assert error.startswith("OSUSUME_LANGUAGE is not right: ")

"""The settings class and `.env.example` tell the same; a wrong value is one line that names it."""

from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, read_settings
from tests.conftest import ENV_FILE

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ",".join(f"{name}={number}" for name, number in value.items())
    return "" if value is None else str(value)


def test_example_documents_every_setting_with_its_default() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    documented = {}
    for above, line in pairwise(lines):
        if line.startswith("#OSUSUME_"):
            name, _, default = line[1:].partition("=")
            documented[name] = (above.removeprefix("# "), default)
    expected = {
        f"OSUSUME_{name.upper()}": (
            field.description,
            "" if name == "home" else _written(field.get_default(call_default_factory=True)),
        )
        for name, field in Settings.model_fields.items()
    }
    assert documented == expected


def test_example_is_read_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ENV_FILE)
    text = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(text.replace("#OSUSUME_", "OSUSUME_"), encoding="utf-8")
    settings = read_settings()
    for name, field in Settings.model_fields.items():
        assert getattr(settings, name) == field.get_default(call_default_factory=True)


def test_the_program_reads_env_and_tests_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("OSUSUME_LANGUAGE=ja", encoding="utf-8")
    assert read_settings().language == "en"
    monkeypatch.setitem(Settings.model_config, "env_file", ENV_FILE)
    assert read_settings().language == "ja"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OSUSUME_WEB_PORT", "70000"),
        ("OSUSUME_NOVELTY", "very"),
        ("OSUSUME_HYBRID_WEIGHTS", "genres"),
        ("OSUSUME_LANGUAGE", "xx"),
    ],
)
def test_malformed_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.key == "setting-malformed"
    assert caught.value.arguments["name"] == name


def test_tokens_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSUSUME_DISCORD_TOKEN", "very-secret")
    assert "very-secret" not in repr(read_settings())

"""`osusume models`, as a host types it, against a loopback hub."""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.texts import LANGUAGES, Texts
from core.inference import State
from core.inference.manifest import PURPOSES
from tests.bot.cli.conftest import Run
from tests.doubles.aside import served_aside
from tests.doubles.hub import HubDouble, Stored

SHIPPED = b"weights that ship"
WEIGHTS = random.Random(3).randbytes(150_000)
REPO = "owner/tagger"


@pytest.fixture
def hub() -> Iterator[HubDouble]:
    double = HubDouble(
        {f"{REPO}/model.onnx": Stored(WEIGHTS), f"{REPO}/labels.csv": Stored(b"a\n", large=False)}
    )
    with served_aside(double.serve()):
        yield double
    assert double.wrong == []


@pytest.fixture
def home(tmp_path: Path, hub: HubDouble, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, with a small manifest and one shipped model beside it."""
    shipped = tmp_path / "data" / "models"
    shipped.mkdir(parents=True)
    (shipped / "tags.onnx").write_bytes(SHIPPED)
    stored = Stored(SHIPPED)
    (shipped / "manifest.toml").write_text(
        f"""
        [[model]]
        id = "tags"
        purposes = ["tagger"]
        backend = "tags"
        embedded = true
        licence = "MIT"
        memory_mb = 10
        files = [{{ path = "tags.onnx", bytes = {len(SHIPPED)}, sha256 = "{stored.sha256}" }}]
        """
        + hub.row("wd", REPO)
        + 'extra = "models"\n'
        + '[preset.embedded]\ntagger = ["tags"]\n[preset.best]\ntagger = ["tags", "wd"]\n'
    )
    monkeypatch.setattr("bot.cli.models.DATA", tmp_path / "data")
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, osusume: Run) -> Run:
    """Runs `osusume models ...`."""
    return partial(osusume, "models")


def lines(text: str) -> dict[str, str]:
    """What follows the first word of each line."""
    return {
        first: rest.strip() for first, _, rest in (line.strip().partition(" ") for line in text.splitlines())
    }


def test_list(run: Run) -> None:
    code, said, _ = run("list")
    assert code == 0
    rows = lines(said)
    assert rows["tags"].split() == ["tagger", "built", "in", "0.1", "MB", "sha256", "MIT", "tagger"]
    assert rows["wd"].split() == ["tagger", "missing", "0.2", "MB", "sha256", "MIT"]
    assert "* embedded: 0.1 MB on disk, 10.0 MB in memory (measured)" in said
    assert "  best: 0.2 MB on disk; in memory not measured" in said
    assert "tagger: built-in (tags)" in said
    assert "captioner: sentence composer" in said
    assert "detector: off" in said

    known = json.loads(run("list", "--json")[1])
    assert known["preset"] == "embedded"
    assert [(model["id"], model["state"]) for model in known["models"]] == [
        ("tags", "embedded"),
        ("wd", "missing"),
    ]
    assert known["models"][1]["bytes"] == len(WEIGHTS) + 2
    assert known["presets"]["best"]["tagger"] == ["tags", "wd"]
    assert known["capabilities"][2] == {
        "purpose": "tagger",
        "running": ["tags"],
        "lacking": [],
        "unequipped": [],
    }


@pytest.mark.parametrize("answer", ["", "n\n", "y\n"], ids=["nobody", "no", "yes"])
def test_pull_asks_first(
    run: Run, hub: HubDouble, home: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    code, said, _ = run("pull", "best", "--endpoint", hub.endpoint)
    assert lines(said)["wd"].split() == ["tagger", "0.2", "MB", "MIT", "pip", "install", "-e", "'.[models]'"]
    assert "0.2 MB on disk; in memory not measured" in said
    assert "Free on this disk: " in said
    assert "Fetch these now?" in said
    if answer != "y\n":
        assert (code, hub.requests) == (1, [])
        return
    assert code == 0
    assert "One model fetched and checked." in said
    assert "The preset best is used" in said
    assert "tagger: built-in (tags) + wd@0123456" in said
    assert (home / "models" / "wd" / "model.onnx").read_bytes() == WEIGHTS


def test_from_pull_to_remove(run: Run, hub: HubDouble, home: Path) -> None:
    code, said, _ = run("pull", "wd", "--yes", "--endpoint", hub.endpoint)
    assert code == 0
    assert "osusume models use wd" in said
    assert "tagger: built-in (tags)\n" in said, "a model by itself is fetched, not chosen"
    assert run("pull", "wd", "--endpoint", hub.endpoint)[1].startswith("Everything is here already.")
    assert run("use", "wd")[0] == 0
    assert json.loads(run("list", "--json")[1])["models"][1]["used_for"] == ["tagger"]

    assert run("verify")[:2] == (0, "tags: built in\nwd: pulled\n")
    file = home / "models" / "wd" / "model.onnx"
    file.write_bytes(WEIGHTS[::-1])
    assert run("verify", "--json")[:2] == (1, '{"tags": "embedded", "wd": "broken"}\n')
    assert "tagger: built-in (tags) (not here, or broken: wd)" in run("list")[1]
    assert run("pull", "wd", "--yes", "--json", "--endpoint", hub.endpoint)[0] == 0
    assert file.read_bytes() == WEIGHTS

    code, _, error = run("remove", "tags")
    assert (code, "neither pulled nor removed" in error) == (1, True)
    assert run("remove", "wd", "--json")[0] == 1, "it asks, and nobody answers"
    code, said, _ = run("remove", "wd", "--yes")
    assert (code, "0.2 MB freed" in said) == (0, True)
    assert not file.exists()
    assert run("verify", "wd")[:2] == (1, "wd: missing\n")
    assert run("use", "embedded", "--json")[0] == 0
    assert json.loads(run("list", "--json")[1])["capabilities"][2]["lacking"] == []


def test_offline_says_what_is_missing_and_what_still_works(run: Run, hub: HubDouble) -> None:
    code, _, error = run("pull", "best", "--offline", "--endpoint", hub.endpoint)
    assert code == 1
    assert "tagger: built-in (tags)" in error
    assert "captioner: sentence composer" in error
    assert "Offline, so nothing was fetched. Not here, or not whole: wd" in error
    assert hub.requests == []


def test_settings_say_from_where_and_as_whom(
    run: Run, hub: HubDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = "hf_secret"
    monkeypatch.setenv("OSUSUME_MODELS_ENDPOINT", hub.endpoint + "/")
    assert run("pull", "best", "--yes")[0] == 1
    monkeypatch.setenv("OSUSUME_MODELS_TOKEN", "hf_secret")
    monkeypatch.setenv("OSUSUME_MODELS_OFFLINE", "true")
    asked = len(hub.requests)
    assert (run("pull", "best", "--yes")[0], len(hub.requests)) == (1, asked)
    monkeypatch.delenv("OSUSUME_MODELS_OFFLINE")
    code, said, error = run("pull", "best", "--yes")
    assert code == 0
    assert "hf_secret" not in said + error
    monkeypatch.setenv("OSUSUME_MODELS_PRESET", "best")
    assert json.loads(run("list", "--json")[1])["preset"] == "best"


def test_a_pull_that_fails_changes_no_preset(run: Run, hub: HubDouble) -> None:
    hub.refusals = ["401 GatedRepo"]
    code, _, error = run("pull", "best", "--yes", "--endpoint", hub.endpoint)
    assert code == 1
    assert f"accept its terms at {hub.endpoint}/{REPO}" in error
    assert json.loads(run("list", "--json")[1])["preset"] == "embedded"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["pull"], 2, "Missing argument"),
        (["pull", "nobody"], 1, "There is no model “nobody”"),
        (["pull", "wd", "--json"], 1, "add --yes"),
        (["use", "wd"], 1, "osusume models pull wd"),
        (["use", "best"], 1, "osusume models pull wd"),
        (["use"], 1, "a preset (embedded, best)"),
        (["use", "wd", "--for", "listener"], 1, "detector, recogniser, tagger"),
        (["use", "tags", "--for", "detector"], 1, "cannot serve as detector"),
        (["remove", "nobody", "--yes"], 1, "There is no model “nobody”"),
        (["verify", "nobody"], 1, "There is no model “nobody”"),
    ],
)
def test_what_a_host_can_mend(run: Run, words: list[str], code: int, sentence: str) -> None:
    ended, _, error = run(*words)
    assert ended == code
    assert sentence in error


def test_packages_that_are_missing(run: Run, hub: HubDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    said = run("pull", "best", "--yes", "--endpoint", hub.endpoint)[1]
    assert "tagger: built-in (tags) (needs more packages, pip install -e '.[models]': wd)" in said


def test_without_a_model(run: Run) -> None:
    assert "tagger: off\n" in run("use", "--for", "tagger")[1]
    assert "tagger: built-in (tags)\n" in run("use", "embedded")[1]


def test_a_broken_manifest_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "data" / "models" / "manifest.toml"
    path.write_text(path.read_text().replace('"MIT"', '""', 1))
    code, _, error = run("list")
    assert code == 1
    assert "tags is wrong at “licence”" in error


def test_the_list_in_every_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    for language in LANGUAGES:
        monkeypatch.setenv("OSUSUME_LANGUAGE", language)
        code, out, _ = run("list")
        assert code == 0
        assert Texts(language)("model-composer") in out
        said.append(out)
    assert len(set(said)) == len(LANGUAGES)


def test_every_state_and_purpose_has_its_word() -> None:
    for language in LANGUAGES:
        texts = Texts(language)
        keys = [f"model-state-{state}" for state in State] + [f"purpose-{purpose}" for purpose in PURPOSES]
        assert [key for key in keys if not texts.has_own(key)] == []

"""Every sentence the code asks for exists, in every language, with the same blanks to fill."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from bot.commands import REGISTRY
from bot.texts import LANGUAGES, Texts

ROOT = Path(__file__).parents[2]
RAISED = {"OsusumeError", "UserError", "Unavailable", "ArtefactError", "SettingsError"}


def _messages(language: str) -> dict[str, set[str]]:
    """Message keys of a language to the variables they use."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "bot" / "texts" / language).glob("*.ftl")):
        resource = FluentParser().parse(path.read_text(encoding="utf-8"))
        for entry in resource.body:
            assert not isinstance(entry, ftl.Junk), f"{path.name}: {(entry.content or '')[:80]!r}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{path.name}: {entry.id.name} twice"
                found[entry.id.name] = set(_variables(entry))
    return found


def _variables(node: ftl.BaseNode) -> Iterator[str]:
    if isinstance(node, ftl.VariableReference):
        yield node.id.name
    for value in vars(node).values():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ftl.BaseNode):
                yield from _variables(child)


def _keys_in_code() -> Iterator[tuple[str, str]]:
    """(file, key) of every error raised and every sentence asked for by its literal key."""
    for path in sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name in RAISED | {"texts"}:
                for part in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield path.name, part.value


def test_every_key_of_the_code_has_a_sentence() -> None:
    known = _messages("en")
    missing = sorted({f"{key} ({file})" for file, key in _keys_in_code() if key not in known})
    assert not missing


def test_every_command_and_option_is_described() -> None:
    texts = Texts("en")
    for command in REGISTRY.commands.values():
        assert len(texts(f"command-{command.key}")) <= 100
        for option in command.options:
            assert len(texts(f"option-{option.name}")) <= 100
            for choice in option.choices:
                assert texts(f"choice-{choice}")
        first, _, second = command.name.partition(" ")
        if second:
            assert len(texts(f"group-{first}")) <= 100


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_languages_say_the_same(language: str) -> None:
    english, other = _messages("en"), _messages(language)
    own = {key for key in other if key.startswith(("name-", "optname-", "words-"))}
    assert not {key for key in english if not key.startswith("words-")} - set(other), "not translated"
    assert not set(other) - set(english) - own, "translated, but never said"
    for key in set(english) & set(other):
        assert other[key] <= english[key], f"{key}: {other[key]} against {english[key]}"

"""Imports go one way: bot to core to libraries; features of the core do not see each other's insides."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLATFORM_LIBRARIES = {"discord", "telegram", "aiohttp.web", "prompt_toolkit", "typer"}
ADAPTERS = ("bot.discord", "bot.telegram", "bot.web", "bot.terminal", "bot.cli")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _within(name: str, packages: tuple[str, ...] | set[str]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("path", _modules("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_core_knows_no_platform(path: Path) -> None:
    for name in _imports(path):
        assert not _within(name, {"bot", "tests"}), f"{path.name} imports {name}"
        assert not _within(name, PLATFORM_LIBRARIES), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", _modules("bot/commands"), ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_know_no_platform(path: Path) -> None:
    for name in _imports(path):
        assert not _within(name, ADAPTERS), f"{path.name} imports {name}"
        assert not _within(name, PLATFORM_LIBRARIES), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", _modules("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_features_use_what_others_show(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    own = parts[1] if len(parts) > 2 else ""
    if own == "training":
        return  # it prepares what models see exactly as run time does, by the same functions
    features = {folder.name for folder in (ROOT / "core").iterdir() if (folder / "__init__.py").exists()}
    for name in _imports(path):
        pieces = name.split(".")
        if pieces[0] == "core" and len(pieces) > 2 and pieces[1] in features - {own}:
            inside = {entry.stem for entry in (ROOT / "core" / pieces[1]).iterdir()}
            assert pieces[2] not in inside - _shown(pieces[1]), f"{path.name} reaches into {name}"


def _shown(feature: str) -> set[str]:
    """What a feature's `__init__` lists in `__all__`."""
    tree = ast.parse((ROOT / "core" / feature / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


@pytest.mark.parametrize("path", _modules("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_libraries_stay_off_the_ordinary_path(path: Path) -> None:
    if "training" in path.parts:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            heavy = {
                "torch",
                "torchvision",
                "transformers",
                "sentence_transformers",
                "pandas",
                "scipy",
                "sklearn",
            }
            assert name.split(".")[0] not in heavy, f"{path.name} imports {name} when it is loaded"

"""The synopsis checker, and every synopsis that ships."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "data" / "anime"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "check_synopses", Path(__file__).with_name("check_synopses.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


checker = _load()

FILLER = " ".join(f"word{i}" for i in range(40))
ENTRY: dict[str, Any] = {
    "mal_id": 1,
    "synopsis": "In the far year 2042 a lonely cat, once famous, opens a small shop by the sea and waits.",
    "year": 1998,
    "aired_from": "1998-04-03",
    "aired_to": "1999-04-24",
    "episodes": 26,
    "studios": ["Sunrise"],
}
STUDIOS = {"Sunrise", "Bones", "Madhouse"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("A LONELY cat once famous opens a small shop", "shares a run"),
        ("It was shown in 2003", "year 2003"),
        ("Told in 13 episodes", "names 13 episodes"),
        ("A twelve-episode tale", "names 12 episodes"),
        ("Animated by Bones, or rather animated by Madhouse", "studio Madhouse"),
    ],
)
def test_a_planted_fault_is_found(text: str, fault: str) -> None:
    found = checker.faults(f"{text} {FILLER}", ENTRY, STUDIOS)
    assert any(fault in line for line in found)


@pytest.mark.parametrize(
    "text",
    [
        "a lonely cat once famous opens one shop",  # seven words in a row, no more
        "Set in 2042 and shown from 1998 to 1999",
        "Told in 26 episodes",
        "Bones lie in the sun, made by studio Sunrise",
    ],
)
def test_what_agrees_passes(text: str) -> None:
    assert checker.faults(f"{text} {FILLER}", ENTRY, STUDIOS) == []


@pytest.mark.parametrize(("count", "good"), [(39, False), (40, True), (70, True), (71, False)])
def test_length(count: int, good: bool) -> None:
    assert (checker.faults(" ".join(f"w{i}" for i in range(count)), ENTRY, STUDIOS) == []) is good


def test_every_synopsis_that_ships() -> None:
    if not REFERENCE.exists():
        pytest.skip("needs the reference data")
    folder = ROOT / "data" / "catalogue" / "synopses"
    assert len(checker.read_synopses(folder)) >= 600
    assert checker.check(folder, REFERENCE) == []

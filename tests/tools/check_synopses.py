"""Check our own synopses: `python tests/tools/check_synopses.py --reference ../shared/data/anime`.

Every synopsis has 40 to 70 words, shares no run of eight words with the reference's synopsis of the same anime, and
what it names of the record (years, numbers of episodes, studios) agrees with it. Prints one line per fault and exits
with 1 where there is any.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

RUN = 8
SHORTEST, LONGEST = 40, 70
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_YEAR = re.compile(r"\b(19[2-9]\d|20[0-4]\d)\b")
_NUMBERS = {
    "six": 6,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "twenty-four": 24,
    "twenty-six": 26,
}
STORY_YEARS = {12531: {"1966"}}  # years of the story that no record holds, looked up: MAL id → years
_EPISODES = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS)})[ -]episodes?\b", re.IGNORECASE)


def words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def shared_run(ours: str, theirs: str, length: int = RUN) -> str | None:
    """The first run of `length` words that both texts have; case and punctuation do not count."""
    known = set(_runs(words(theirs), length))
    return next((" ".join(run) for run in _runs(words(ours), length) if run in known), None)


def _runs(text: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(text[i : i + length]) for i in range(len(text) - length + 1))


def faults(synopsis: str, entry: Mapping[str, Any], studios: set[str]) -> list[str]:
    """What is wrong with a synopsis of a reference entry; `studios` are all names of studios that there are."""
    found = []
    count = len(synopsis.split())
    if not SHORTEST <= count <= LONGEST:
        found.append(f"{count} words instead of {SHORTEST} to {LONGEST}")
    theirs = entry["synopsis"] or ""
    if run := shared_run(synopsis, theirs):
        found.append(f"shares a run with the reference: {run!r}")
    # A year of the story is right when the reference's synopsis names it as well.
    years = {str(entry["year"]), (entry["aired_from"] or "")[:4], (entry["aired_to"] or "")[:4]}
    years |= set(_YEAR.findall(theirs)) | STORY_YEARS.get(entry["mal_id"], set())
    found += [f"names the year {year}" for year in _YEAR.findall(synopsis) if year not in years]
    for said in _EPISODES.findall(synopsis):
        number = _NUMBERS.get(said.lower()) or int(said)
        if number != entry["episodes"]:
            found.append(f"names {number} episodes, the record {entry['episodes']}")
    for studio in studios - set(entry["studios"]):
        if studio not in synopsis:
            continue  # thousands of studios, each a pattern to compile
        # Many studios are named like common words (Bones, Shaft): the text must speak of a studio.
        name = re.escape(studio)
        named = (
            rf"\b(?:studio|animated by|made by|produced by|from) {name}\b|\b{name}['’]s? (?:studio|animat)"
        )
        if re.search(named, synopsis):
            found.append(f"names the studio {studio}, the record {', '.join(entry['studios']) or 'none'}")
    return found


def read_synopses(folder: Path) -> list[tuple[str, int, str]]:
    """(where, mal_id, synopsis) of every line of every file."""
    return [
        (f"{path.name}:{number}", item["mal_id"], item["synopsis"])
        for path in sorted(folder.glob("*.jsonl"))
        for number, item in enumerate(map(json.loads, path.read_text(encoding="utf-8").splitlines()), start=1)
    ]


def check(folder: Path, reference: Path) -> list[str]:
    """One line per fault of the synopses in a folder."""
    synopses = read_synopses(folder)
    wanted = {mal_id for _, mal_id, _ in synopses}
    entries: dict[int, dict[str, Any]] = {}
    studios: set[str] = set()
    with gzip.open(reference / "catalogue.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            studios.update(entry["studios"])
            if entry["mal_id"] in wanted:
                entries[entry["mal_id"]] = entry
    problems = []
    seen: dict[int, str] = {}
    for where, mal_id, synopsis in synopses:
        if mal_id in seen:
            problems.append(f"{where}: {mal_id} is in {seen[mal_id]} already")
        seen[mal_id] = where
        if mal_id not in entries:
            problems.append(f"{where}: {mal_id} is not in the reference")
        else:
            problems += [f"{where}: {mal_id} {fault}" for fault in faults(synopsis, entries[mal_id], studios)]
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reference", type=Path, required=True, help="folder that holds catalogue.jsonl.gz")
    parser.add_argument("--synopses", type=Path, default=Path("data/catalogue/synopses"))
    arguments = parser.parse_args()
    problems = check(arguments.synopses, arguments.reference)
    for problem in problems:
        print(problem)
    print(f"{len(read_synopses(arguments.synopses))} synopses, {len(problems)} faults")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

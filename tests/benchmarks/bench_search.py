"""Time and accuracy of title search: `python tests/benchmarks/bench_search.py [--json]`.

Times autocompletion over 40,000 titles (the shipped ones and altered copies), as people type: every beginning of
names they look up. Beside it RapidFuzz's WRatio over the list of all names, on the same inputs and machine, so that
the ratio says more than the milliseconds. Accuracy is that of the query set, over the shipped catalogue; WRatio's
ties go to the title with more members.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from core.catalogue import Catalogue, TitleSearch, write_pack  # noqa: E402

SHIPPED = ROOT / "data" / "catalogue" / "catalogue.npz"
QUERIES = ROOT / "tests" / "core" / "catalogue" / "queries.tsv"
ENTRIES = 40_000
TYPED_NAMES = 150
SLOW_SAMPLE = 60  # inputs that WRatio is timed on


def enlarged(catalogue: Catalogue, size: int, path: Path) -> Catalogue:
    """A catalogue of `size` titles: all of `catalogue` and copies whose words are in another order, one altered."""
    rng = random.Random(1)

    def altered(name: str | None) -> str | None:
        if not name:
            return name
        words = name.split()
        rng.shuffle(words)
        place = rng.randrange(len(words))
        letters = list(words[place])
        rng.shuffle(letters)
        words[place] = "".join(letters)
        return " ".join(words)

    records = list(catalogue.records())
    copies = [
        replace(
            record,
            mal_id=record.mal_id + 1_000_000,
            anilist_id=None,
            franchise_id=(record.franchise_id or 0) + 1_000_000,
            title=altered(record.title) or record.title,
            title_english=altered(record.title_english),
            title_japanese=altered(record.title_japanese),
            synonyms=tuple(altered(name) or name for name in record.synonyms),
            abbreviations=(),
        )
        for record in records[: size - len(records)]
    ]
    write_pack([*records, *copies], path, source="altered copies", date="2026-01-01")
    return Catalogue.open(path)


class WholeList:
    """WRatio over every name, the more popular title first among equals."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._rows, self._names = [], []
        for row in np.flatnonzero(~catalogue.is_adult).tolist():
            anime = catalogue.anime(row)
            names = (
                anime.title,
                anime.title_english,
                anime.title_japanese,
                *anime.synonyms,
                *anime.abbreviations,
            )
            for name in names:
                if name:
                    self._rows.append(row)
                    self._names.append(default_process(name))
        self._members = catalogue.members

    def search(self, query: str) -> list[int]:
        found = process.extract(default_process(query), self._names, scorer=fuzz.WRatio, limit=25)
        found.sort(key=lambda hit: (-hit[1], -float(self._members[self._rows[hit[2]]])))
        return [self._rows[hit[2]] for hit in found]


def typed_inputs(catalogue: Catalogue) -> list[str]:
    """Every beginning of names that people look up, popular ones more often."""
    rng = random.Random(2)
    rows = np.flatnonzero(~catalogue.is_adult).tolist()
    picked = rng.choices(rows, [float(catalogue.members[row]) ** 0.5 for row in rows], k=TYPED_NAMES)
    inputs = []
    for row in picked:
        anime = catalogue.anime(row)
        name = rng.choice([n for n in (anime.title, anime.title_english, anime.title_japanese) if n])[:60]
        inputs += [name[:length] for length in range(1, len(name) + 1)]
    return inputs


def milliseconds(call: Callable[[str], object], inputs: Sequence[str]) -> dict[str, float]:
    """Median and 99th percentile, by the clock and of processor time (which a busy machine disturbs less)."""
    times = []
    for text in inputs:
        start, start_cpu = time.perf_counter(), time.thread_time()
        call(text)
        times.append((time.perf_counter() - start, time.thread_time() - start_cpu))
    wall, cpu = (1000 * np.percentile(taken, [50, 99]) for taken in zip(*times, strict=True))
    names = ("p50_ms", "p99_ms", "p50_cpu_ms", "p99_cpu_ms")
    return {name: round(float(value), 2) for name, value in zip(names, [*wall, *cpu], strict=True)}


def accuracy(catalogue: Catalogue, first: Callable[[str], int]) -> dict[str, float]:
    """Share of queries whose right title comes first, in all and by kind."""
    right, asked = Counter[str](), Counter[str]()
    with QUERIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            good = str(catalogue.mal_ids[first(row["query"])]) in row["mal_ids"].split()
            for kind in ("all", row["kind"]):
                asked[kind] += 1
                right[kind] += good
    return {kind: round(right[kind] / asked[kind], 3) for kind in asked}


def measure() -> dict[str, object]:
    start = time.perf_counter()
    shipped = Catalogue.open(SHIPPED)
    opened = time.perf_counter()
    search = TitleSearch(shipped)
    built = time.perf_counter()
    whole = WholeList(shipped)
    result: dict[str, object] = {
        "titles": len(shipped),
        "open_ms": round(1000 * (opened - start), 1),
        "index_ms": round(1000 * (built - opened), 1),
        "accuracy": accuracy(shipped, lambda query: search.search(query, limit=1)[0].row),
        "accuracy_wratio": accuracy(shipped, lambda query: whole.search(query)[0]),
    }
    with tempfile.TemporaryDirectory() as folder:
        large = enlarged(shipped, ENTRIES, Path(folder) / "large.npz")
        large_search, large_whole = TitleSearch(large), WholeList(large)
    inputs = typed_inputs(shipped)
    for text in inputs[:50]:
        large_search.complete(text)
    quick = milliseconds(large_search.complete, inputs)
    slow = milliseconds(large_whole.search, random.Random(3).sample(inputs, SLOW_SAMPLE))
    result |= {
        "entries": len(large),
        "inputs": len(inputs),
        **{f"complete_{name}": value for name, value in quick.items()},
        **{f"wratio_{name}": value for name, value in slow.items()},
        **{
            f"times_quicker_{name[:-7]}": round(slow[name] / quick[name], 1) for name in slow if "cpu" in name
        },
    }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    result = measure()
    if parser.parse_args().json:
        print(json.dumps(result))
        return
    ours, theirs = result.pop("accuracy"), result.pop("accuracy_wratio")
    for name, value in result.items():
        print(f"{name:20} {value}")
    assert isinstance(ours, dict)
    assert isinstance(theirs, dict)
    print("\n| queries | right first | WRatio and members |\n| --- | --- | --- |")
    for kind, share in ours.items():
        print(f"| {kind} | {share:.3f} | {theirs[kind]:.3f} |")


if __name__ == "__main__":
    main()

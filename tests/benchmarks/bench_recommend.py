"""How quick and how large the recommender is: `python tests/benchmarks/bench_recommend.py [--titles 40000]`.

One core. The catalogue that ships is stretched to the wanted size by copies of its titles under new ids, so that
genres, studios and texts are as in life. Wall times say little on a machine that others use; `cpu` is the time that the
process itself computed. The learned recommender and the quick hybrid stand beside the hybrid written the
straightforward way, one pair of titles at a time.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from core.catalogue import Anime, Catalogue, write_pack  # noqa: E402
from core.recommend import Question, Recommender  # noqa: E402
from core.recommend.metadata import AGE_ORDER, SPANS  # noqa: E402
from core.recommend.vectors import TextVectors  # noqa: E402
from core.settings import Settings  # noqa: E402

DATA = ROOT / "data"
FIRST_COPY = 10_000_000


def stretched(titles: int, folder: Path) -> tuple[Catalogue, Path]:
    """A catalogue of so many titles, and a data folder whose text vectors cover it."""
    shipped = Catalogue.open(DATA / "catalogue" / "catalogue.npz")
    records = list(shipped.records())
    records += [
        replace(record, mal_id=FIRST_COPY + record.mal_id, anilist_id=None,
                franchise_id=FIRST_COPY + (record.franchise_id or record.mal_id))
        for record in records[: max(titles - len(records), 0)]
    ]  # fmt: skip
    path = folder / "catalogue.npz"
    write_pack(records[:titles], path, source="stretched", date="2026-01-01")
    (folder / "taste.npz").symlink_to(DATA / "recommend" / "taste.npz")
    (folder / "mood.toml").symlink_to(DATA / "recommend" / "mood.toml")
    texts = TextVectors.load(DATA / "recommend" / "texts.npz")
    twice = replace(
        texts,
        mal_ids=np.concatenate([texts.mal_ids, texts.mal_ids + FIRST_COPY]).astype(np.int32),
        codes=np.concatenate([texts.codes, texts.codes]),
        told=np.concatenate([texts.told, texts.told]),
    )
    twice.save(folder / "texts.npz")
    return Catalogue.open(path), folder


def per_row_hybrid(
    animes: Sequence[Anime], vectors: Sequence[Sequence[float]], favourites: Sequence[int], settings: Settings
) -> list[float]:
    """The published recipe as one would first write it: a loop over favourites, a loop over titles, a pair at a
    time, then min-max scaling, mixing and the mean."""

    def jaccard(x: set[str], y: set[str]) -> float:
        return len(x & y) / len(x | y) if x | y else 0.0

    def near(x: float | None, y: float | None, span: float) -> float:
        return max(0.0, 1 - abs(x - y) / span) if x is not None and y is not None else 0.0

    def log(x: float | None) -> float | None:
        return math.log(x) if x else None

    def age(x: str | None) -> int | None:
        return AGE_ORDER.index(x) if x else None

    def metadata(a: Anime, b: Anime) -> float:
        w = settings.hybrid_weights
        return (
            w["genres"]
            * jaccard({*a.genres, *a.themes, *a.demographics}, {*b.genres, *b.themes, *b.demographics})
            + w["studios"] * jaccard(set(a.studios), set(b.studios))
            + w["producers"] * jaccard(set(a.producers), set(b.producers))
            + w["type"] * (a.type is not None and a.type == b.type)
            + w["source"] * (a.source is not None and a.source == b.source)
            + w["age_rating"] * near(age(a.age_rating), age(b.age_rating), len(AGE_ORDER) - 1)
            + w["score"] * near(a.score, b.score, SPANS["score"])
            + w["year"] * near(a.year, b.year, SPANS["year"])
            + w["episodes"] * near(log(a.episodes), log(b.episodes), SPANS["episodes"])
            + w["minutes"] * near(log(a.minutes), log(b.minutes), SPANS["minutes"])
        ) / sum(w.values())

    def scaled(values: list[float]) -> list[float]:
        low, high = min(values), max(values)
        return [(value - low) / max(high - low, 1e-9) for value in values]

    total = [0.0] * len(animes)
    for favourite in favourites:
        facts = scaled([metadata(animes[favourite], other) for other in animes])
        mine = vectors[favourite]
        texts = scaled([sum(x * y for x, y in zip(mine, other, strict=True)) for other in vectors])
        for row, (fact, text) in enumerate(zip(facts, texts, strict=True)):
            total[row] += (settings.alpha * fact + (1 - settings.alpha) * text) / len(favourites)
    return total


def timed(ask: Callable[[], object], repeats: int) -> dict[str, float]:
    """Median and 99th percentile of the wall time and of the processor's time, in ms."""
    wall, processor = [], []
    for _ in range(repeats):
        start, began = time.perf_counter(), time.process_time()
        ask()
        wall.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - began))
    return {
        "ms": float(np.median(wall)),
        "p99_ms": float(np.percentile(wall, 99)),
        "cpu_ms": float(np.median(processor)),
        "cpu_p99_ms": float(np.percentile(processor, 99)),
    }


def memory() -> float:
    """Resident MB now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=40_000)
    parser.add_argument("--favourites", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=300)
    parser.add_argument(
        "--plain-favourites", type=int, default=1, help="favourites timed for the per-row hybrid"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogue, data = stretched(arguments.titles, folder)
        figures["titles"] = len(catalogue)
        settings = Settings(home=folder / "home")  # type: ignore[call-arg]
        before = memory()
        start, began = time.perf_counter(), time.process_time()
        learned = Recommender.open(catalogue, data, settings)
        figures["open_s"] = time.perf_counter() - start
        figures["open_cpu_s"] = time.process_time() - began
        figures["learned_mb"] = memory() - before

        rng = np.random.default_rng(1)
        popular = catalogue.mal_ids[np.argsort(-catalogue.members)[:4000]]

        def question(**changes: object) -> Question:
            drawn = rng.choice(popular, arguments.favourites + 330, replace=False).tolist()
            asked = Question(
                favourites=tuple(drawn[: arguments.favourites]), seen=frozenset(drawn[arguments.favourites : -30]),
                dismissed=frozenset(drawn[-30:]),
            )  # fmt: skip
            return replace(asked, **changes)  # type: ignore[arg-type]

        def record(name: str, recommender: Recommender, repeats: int, **changes: object) -> None:
            recommender.recommend(question(**changes))
            asked = iter([question(**changes) for _ in range(repeats)])
            found = timed(lambda: recommender.recommend(next(asked)), repeats)
            figures.update({f"{name}_{key}": value for key, value in found.items()})

        record("learned", learned, arguments.repeats)
        figures["process_mb"] = memory()
        figures["batch_cpu_ms"] = timed(lambda: learned.batch(question().favourites[:10]), 50)["cpu_ms"]
        record("based_on", learned, 100, based_on=(457,))
        start = time.perf_counter()
        learned.recommend(Question(mood="quiet, ghosts"))
        figures["first_mood_s"] = time.perf_counter() - start
        record("mood", learned, 100, mood="quiet, melancholic, ghosts, rural Japan")
        figures["all_mb"] = memory() - before

        hybrid = Recommender.open(catalogue, data, settings.model_copy(update={"recommender": "hybrid"}))
        rows = [catalogue.row_of(mal_id) for mal_id in question().favourites]
        known = [row for row in rows if row is not None]
        signal = hybrid.similarity
        figures["hybrid_scores_cpu_ms"] = timed(
            lambda: signal.scores(known, None, novelty=0.3, new_franchise=False),
            max(arguments.repeats // 10, 5),
        )["cpu_ms"]
        record("hybrid", hybrid, max(arguments.repeats // 10, 5))

        few = known[: arguments.plain_favourites]
        animes = [catalogue.anime(row) for row in range(len(catalogue))]
        vectors = TextVectors.load(data / "texts.npz").align(catalogue.mal_ids)[0].tolist()
        began = time.process_time()
        plain = per_row_hybrid(animes, vectors, few, settings)
        seconds = (time.process_time() - began) * len(known) / len(few)
        quick = signal.scores(few, None, novelty=0.3, new_franchise=False)
        figures["plain_hybrid_cpu_s"] = seconds
        figures["plain_over_quick_hybrid"] = 1000 * seconds / figures["hybrid_scores_cpu_ms"]
        figures["plain_over_learned"] = 1000 * seconds / figures["learned_cpu_ms"]
        figures["largest_difference"] = float(np.abs(np.array(plain) - quick).max())
    if arguments.json:
        print(json.dumps(figures))
        return
    for key, value in figures.items():
        print(f"{key:26} {value:12.4g}")


if __name__ == "__main__":
    main()

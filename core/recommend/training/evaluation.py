"""The whole table of the protocol: the learned model beside the baselines, its novelty curve, cold titles."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.recommend.taste import AlignedTaste, Floats, Taste
from core.recommend.training.baselines import Scorer, baselines
from core.recommend.training.data import (
    Catalogue,
    Lists,
    read_catalogue,
    read_entry_points,
    read_franchises,
    read_lists,
    to_matrix,
)
from core.recommend.training.pipeline import LEAST_LISTS, Progress, fit_arrays, save, silent
from core.recommend.training.protocol import (
    Answer,
    Case,
    Facts,
    Measured,
    System,
    draw_cases,
    measure,
    ndcg,
    split,
)

SHOWN = 20
NOVELTIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
ENTRY_SHARE = 0.1
"""A TV title is a franchise's entry point only with so much of its most popular title's members."""
COLD_SHARE = 0.1
COLD_DRAWS = 3
"""Which tenth it is matters much: so many are drawn and averaged."""

SystemFactory = Callable[[Path], System]
"""Builds a system from a taste file that was fitted on the train users only."""


@dataclass(frozen=True)
class Report:
    """system -> task -> measure -> (value, low, high); the novelty curve; cold titles (all, new-franchise)."""

    systems: Mapping[str, Mapping[str, Measured]]
    novelty: Mapping[float, Mapping[str, Measured]]
    cold: Mapping[str, tuple[float, float]]
    cases: int

    def markdown(self) -> str:
        """Three tables."""
        lines = [f"{self.cases} cases.", ""]
        for task in ("all", "new-franchise"):
            names = list(next(iter(self.systems.values()))[task])
            lines += [
                f"Task {task}",
                "",
                f"| system | {' | '.join(names)} |",
                "| --- " * (len(names) + 1) + "|",
            ]
            for system, tables in self.systems.items():
                cells = ["{:.4f} [{:.4f}, {:.4f}]".format(*tables[task][name]) for name in names]
                lines.append(f"| {system} | {' | '.join(cells)} |")
            lines.append("")
        lines += [
            "| novelty | ndcg@10 all | franchise | tail@10 all | coverage all | bits |",
            "| --- " * 6 + "|",
        ]
        for value, tables in self.novelty.items():
            everything, fresh = tables["all"], tables["new-franchise"]
            measured = [everything["ndcg@10"], fresh["franchise"]]
            measured += [everything[name] for name in ("tail@10", "coverage", "novelty")]
            lines.append(f"| {value:g} | " + " | ".join(f"{cell[0]:.4f}" for cell in measured) + " |")
        lines += ["", "| cold titles | all | new-franchise |", "| --- | --- | --- |"]
        lines += [f"| {name} | {a:.4f} | {b:.4f} |" for name, (a, b) in self.cold.items()]
        return "\n".join(lines) + "\n"


class ListMaker:
    """From scores over the catalogue to the protocol's two lists."""

    def __init__(self, catalogue: Catalogue, chosen: Mapping[int, int]) -> None:
        self._catalogue, self._row = catalogue, catalogue.row
        _, self._group = np.unique(catalogue.features.franchise, return_inverse=True)
        self._entry = self._entries(chosen)

    def system(self, scorer: Scorer) -> System:
        def answer(named: Sequence[int]) -> Answer:
            favourites = [self._row[title] for title in named]
            everything = self._masked(scorer(favourites, False), favourites)
            fresh = self._masked(scorer(favourites, True), favourites)
            fresh[np.isin(self._group, self._group[favourites])] = -np.inf
            return Answer(self._titles(np.argsort(-everything, kind="stable")[:SHOWN]), self._one_each(fresh))

        return answer

    def _masked(self, scores: Floats, favourites: Sequence[int]) -> Floats:
        out = np.where(self._catalogue.adult, np.float32(-np.inf), scores)
        out[list(favourites)] = -np.inf
        return out

    def _one_each(self, scores: Floats) -> list[int]:
        best = np.full(len(self._entry), -np.inf, np.float32)
        np.maximum.at(best, self._group, scores)
        best[self._entry < 0] = -np.inf
        return self._titles(self._entry[np.argsort(-best, kind="stable")[:SHOWN]])

    def _titles(self, rows: NDArray[np.int64]) -> list[int]:
        return [int(m) for m in self._catalogue.mal_ids[rows]]

    def _entries(self, chosen: Mapping[int, int]) -> NDArray[np.int64]:
        """Row of each franchise's entry point: a person's choice, else its first TV title, else its best known."""
        features = self._catalogue.features
        members = np.nan_to_num(features.members)
        entry = np.full(int(self._group.max(initial=-1)) + 1, -1)
        groups: dict[int, list[int]] = {}
        for row, group in enumerate(self._group):
            if not self._catalogue.adult[row]:
                groups.setdefault(int(group), []).append(row)
        for group, rows in groups.items():
            most = max(members[row] for row in rows)
            series = [r for r in rows if features.type[r] == "TV" and members[r] >= ENTRY_SHARE * most]
            first = min(series, key=lambda r: self._catalogue.aired[r], default=None)
            entry[group] = max(rows, key=lambda r: members[r]) if first is None else first
        for title in chosen.values():
            if (row_ := self._row.get(title)) is not None:
                entry[self._group[row_]] = row_
        return entry


def evaluate(
    ratings: Path,
    catalogue: Path,
    franchises: Path,
    seed: int = 1,
    *,
    entry_points: Path | None = None,
    systems: Mapping[str, SystemFactory] | None = None,
    progress: Progress = silent,
) -> Report:
    """Cut users and draw cases with `seed`, fit on the train users, answer and score the test users' cases.

    `entry_points` (`franchise_id,mal_id,...`) overrides where a franchise starts. `systems` are measured too.
    Raises ValueError on malformed input.
    """
    titles = read_catalogue(catalogue, read_franchises(franchises))
    facts = facts_of(titles)
    train, test = split(read_lists(ratings), seed)
    cases = draw_cases(test, facts, seed)
    maker = ListMaker(titles, read_entry_points(entry_points) if entry_points else {})
    arrays = fit_arrays(train, titles, seed, progress)
    taste = Taste(arrays).align(titles.mal_ids, titles.features)

    def table(system: System, name: str) -> dict[str, Measured]:
        progress(f"measuring {name}")
        answers = [system(case.named) for case in cases]
        return {task: measure(cases, answers, facts, train, task) for task in ("all", "new-franchise")}

    matrix, items = to_matrix(train, LEAST_LISTS, titles.row)
    rows = np.array([titles.row[int(m)] for m in items], np.int32)
    scorers = baselines(matrix, rows, len(titles.mal_ids))
    tables = {name: table(maker.system(scorer), name) for name, scorer in scorers.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "taste.npz"
        save(arrays, path)
        for name, factory in (systems or {}).items():
            tables[name] = table(factory(path), name)
    curve = {n: table(maker.system(scorer_of(taste, n)), f"novelty {n:g}") for n in NOVELTIES}
    tables["learned"] = curve[0.3]
    cold = cold_titles(train, cases, titles, seed, progress)
    return Report(tables, curve, cold, len(cases))


def facts_of(titles: Catalogue) -> Facts:
    ids = [int(m) for m in titles.mal_ids]
    return Facts(
        adult=dict(zip(ids, titles.adult.tolist(), strict=True)),
        members=dict(zip(ids, np.nan_to_num(titles.features.members).tolist(), strict=True)),
        franchise=dict(zip(ids, titles.features.franchise.tolist(), strict=True)),
    )


def scorer_of(taste: AlignedTaste, novelty: float) -> Scorer:
    """The learned model at one setting of novelty."""

    def scorer(favourites: Sequence[int], new_franchise: bool) -> Floats:
        return taste.scores(favourites, novelty=novelty, new_franchise=new_franchise)

    return scorer


def cold_titles(
    train: Lists, cases: Sequence[Case], titles: Catalogue, seed: int, progress: Progress = silent
) -> dict[str, tuple[float, float]]:
    """ndcg@10 (all, new-franchise) where a tenth of the titles was taken out and is ranked among itself."""
    _, items = to_matrix(train, LEAST_LISTS, titles.row)
    members = np.nan_to_num(titles.features.members)
    whole = Taste(fit_arrays(train, titles, seed)).align(titles.mal_ids, titles.features)
    found: dict[str, list[tuple[float, float]]] = {}
    for draw in range(COLD_DRAWS):
        progress(f"cold titles, draw {draw + 1} of {COLD_DRAWS}")
        out = np.random.default_rng([seed, draw]).random(len(items)) < COLD_SHARE
        taken = {int(m) for m in items[out]}
        cold = [title for title in sorted(taken) if not titles.adult[titles.row[title]]]
        without = {u: {t: r for t, r in listed.items() if t not in taken} for u, listed in train.items()}
        mapped = Taste(fit_arrays(without, titles, seed)).align(titles.mal_ids, titles.features)
        scorers: dict[str, Scorer] = {
            "trained with them": scorer_of(whole, 0.0),
            "mapped from facts": scorer_of(mapped, 0.0),
            "most members": lambda _, __: members,
        }
        for name, scorer in scorers.items():
            found.setdefault(name, []).append(_cold_ndcg(scorer, cases, titles, cold, taken))
    return {
        name: (float(np.mean([a for a, _ in pairs])), float(np.mean([b for _, b in pairs])))
        for name, pairs in found.items()
    }


def _cold_ndcg(
    scorer: Scorer, cases: Sequence[Case], titles: Catalogue, cold: Sequence[int], taken: set[int]
) -> tuple[float, float]:
    row, franchise = titles.row, titles.features.franchise
    rows = np.array([row[t] for t in cold])
    gains: tuple[list[float], list[float]] = ([], [])
    for case in cases:
        favourites = [row[t] for t in case.named if t not in taken]
        named = [row[t] for t in case.named]
        if not favourites:
            continue
        scores = np.where(np.isin(rows, named), -np.inf, scorer(favourites, False)[rows])
        fresh = np.where(np.isin(franchise[rows], franchise[named]), -np.inf, scores)
        for out, hidden, ranked in ((gains[0], case.hidden, scores), (gains[1], case.hidden_new, fresh)):
            wanted = hidden.intersection(cold)
            if wanted:
                out.append(ndcg([cold[i] for i in np.argsort(-ranked, kind="stable")[:10]], wanted))
    return float(np.mean(gains[0])), float(np.mean(gains[1]))


def to_json(report: Report) -> str:
    """The whole report as one JSON object."""
    return json.dumps(
        {"cases": report.cases, "systems": report.systems, "novelty": report.novelty, "cold": report.cold}
    )

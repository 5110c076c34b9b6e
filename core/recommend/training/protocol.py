"""The test protocol: cutting users, drawing cases, scoring answers; always over the whole catalogue.

Same draws and same figures as the reference tool for `split`, `cases` and `score`: a user's liked titles are
those rated 8 or more and not adult; min(10, half) of them are named, the others are hidden. "New franchise"
asks for hidden titles of franchises that no named title belongs to.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.recommend.training.data import Lists

LIKED = 8
LEAST_LIKED = 10
MOST_NAMED = 10
PLACES = 10
TAIL_MEMBERS = 300_000
RESAMPLES = 1_000
TEST_SHARE = 5
"""One in so many users is a test user."""

Measured = dict[str, tuple[float, float, float]]
"""measure -> value and the ends of its 95 % interval."""


@dataclass(frozen=True)
class Facts:
    """What scoring needs of the catalogue, by MAL id."""

    adult: Mapping[int, bool]
    members: Mapping[int, float]
    franchise: Mapping[int, int]


@dataclass(frozen=True)
class Case:
    """One test user's question and the hidden answer, MAL ids."""

    user: str
    named: Sequence[int]
    hidden: frozenset[int]
    hidden_new: frozenset[int]


@dataclass(frozen=True)
class Answer:
    """Best first, MAL ids: later seasons allowed; and one title per franchise, none of a named one."""

    recommendations: Sequence[int]
    new_franchise: Sequence[int]


System = Callable[[Sequence[int]], Answer]
"""Answers one case from the named titles' MAL ids."""


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def split(lists: Lists, seed: int) -> tuple[Lists, Lists]:
    """Train users and test users."""
    test = {user for user in lists if _number(f"split/{seed}/{user}") % TEST_SHARE == 0}
    return {u: t for u, t in lists.items() if u not in test}, {u: t for u, t in lists.items() if u in test}


def draw_cases(lists: Lists, facts: Facts, seed: int) -> list[Case]:
    """One case per user with at least 10 liked titles."""
    cases = []
    for user in sorted(lists, key=lambda u: _number(f"order/{seed}/{u}")):
        liked = sorted(t for t, r in lists[user].items() if r >= LIKED and facts.adult.get(t) is False)
        if len(liked) < LEAST_LIKED:
            continue
        random.Random(_number(f"draw/{seed}/{user}")).shuffle(liked)  # noqa: S311 - not a secret
        count = min(MOST_NAMED, len(liked) // 2)
        named, hidden = liked[:count], liked[count:]
        known = {facts.franchise.get(t, t) for t in named}
        fresh = frozenset(t for t in hidden if facts.franchise.get(t, t) not in known)
        cases.append(Case(user, named, frozenset(hidden), fresh))
    return cases


def ndcg(titles: Sequence[int], wanted: frozenset[int] | set[int]) -> float:
    """Binary gain, discount 1 / log2(rank + 1), over the best that 10 places allow; a repeat earns nothing."""
    left, gain = set(wanted), 0.0
    for rank, title in enumerate(titles[:PLACES], 1):
        if title in left:
            gain += 1 / math.log2(rank + 1)
            left.discard(title)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(PLACES, len(wanted)) + 1))


def _bootstrap(
    rows: NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], float]
) -> tuple[float, float]:
    rng = np.random.default_rng(20260101)
    values = [statistic(rows[rng.integers(0, len(rows), len(rows))]) for _ in range(RESAMPLES)]
    return float(np.nanpercentile(values, 2.5)), float(np.nanpercentile(values, 97.5))


def _mean(rows: NDArray[np.float64]) -> float:
    return float(rows[:, 0].mean())


def _ratio(rows: NDArray[np.float64]) -> float:
    below = float(rows[:, 1].sum())
    return float(rows[:, 0].sum()) / below if below else math.nan


def _coverage(lists: Sequence[set[int]], size: int, groups: int = 50) -> tuple[float, float, float]:
    """Distinct titles over `size`, with a delete-a-group jackknife (a bootstrap repeats cases and is biased)."""
    total = len(set().union(*lists)) / size
    groups = min(groups, len(lists))
    owners: dict[int, set[int]] = {}
    for i, titles in enumerate(lists):
        for title in titles:
            owners.setdefault(title, set()).add(i % groups)
    only = np.bincount([next(iter(g)) for g in owners.values() if len(g) == 1], minlength=groups)
    left = total - only / size
    error = math.sqrt((groups - 1) / groups * float(((left - left.mean()) ** 2).sum()))
    return total, max(0.0, total - 1.96 * error), min(1.0, total + 1.96 * error)


def measure(
    cases: Sequence[Case], answers: Sequence[Answer], facts: Facts, train: Lists, task: str
) -> Measured:
    """The table of one task, "all" or "new-franchise"; `train` gives the popularity behind novelty (bits)."""
    popularity: dict[int, int] = {}
    for titles in train.values():
        for title in titles:
            popularity[title] = popularity.get(title, 0) + 1
    hits, recalls, gains, by_franchise = [], [], [], []
    novelty: list[list[float]] = []
    tail: list[list[float]] = []
    adult: list[list[float]] = []
    shown: list[set[int]] = []
    for case, answer in zip(cases, answers, strict=True):
        hidden = case.hidden if task == "all" else case.hidden_new
        if not hidden:
            continue
        listed = answer.recommendations if task == "all" else answer.new_franchise
        top = list(listed[:PLACES])
        found = len(hidden & set(top))
        hits.append([float(found > 0)])
        recalls.append([found / min(PLACES, len(hidden))])
        gains.append([ndcg(top, hidden)])
        wanted = {facts.franchise.get(t, t) for t in hidden}
        by_franchise.append([ndcg([facts.franchise.get(t, t) for t in top], wanted)])
        bits = [-math.log2((popularity.get(t, 0) + 1) / (len(train) + 1)) for t in top]
        novelty.append([sum(bits), len(bits)])
        rare = {t for t in hidden if facts.members.get(t, 0) < TAIL_MEMBERS}
        tail.append([len(rare & set(top)), len(rare)])
        adult.append([sum(facts.adult[t] for t in top), len(top)])
        shown.append({t for t in top if not facts.adult[t]})
    out: Measured = {}
    for name, values in (
        ("hit@10", hits),
        ("recall@10", recalls),
        ("ndcg@10", gains),
        ("franchise", by_franchise),
    ):
        if name == "franchise" and task == "all":
            continue
        rows = np.array(values, float)
        out[name] = (_mean(rows), *_bootstrap(rows, _mean))
    for name, values in (("tail@10", tail), ("novelty", novelty), ("adult@10", adult)):
        rows = np.array(values, float)
        out[name] = (_ratio(rows), *_bootstrap(rows, _ratio))
    out["coverage"] = _coverage(shown, sum(not a for a in facts.adult.values()))
    return out

"""Why a title was picked, from what really contributed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.catalogue import Catalogue
from core.recommend.blend import Taste
from core.recommend.labels import names_of, shared_by
from core.recommend.mood import MoodScores
from core.recommend.question import Reason, ReasonKind
from core.recommend.signals import Signal

MOST_TITLES = 5
LEAST_SHARE = 0.05
"""A title that adds less of the score than this is not named, unless it is the first."""


def from_titles(
    catalogue: Catalogue,
    signal: Signal,
    taste: Taste,
    rows: Sequence[int],
    strengths: Sequence[float],
    kind: ReasonKind | None = None,
) -> list[Reason]:
    """One reason per picked row: which of the liked titles led to it, found by leaving each one out.

    `strengths` are this part's shares of each pick's score; `kind` overrides what the signal calls itself. Titles
    that spoke against the pick are not named.
    """  # fmt: skip
    added = signal.contributions(taste.liked.tolist(), taste.weights, rows)
    reasons: list[Reason] = []
    for i, row in enumerate(rows):
        each = np.clip(added[:, i], 0, None)
        whole = float(each.sum())
        parts = each / whole if whole > 0 else np.zeros_like(each)
        order = np.argsort(-parts, kind="stable")[:MOST_TITLES]
        named = [
            int(at) for place, at in enumerate(order.tolist()) if parts[at] > (LEAST_SHARE if place else 0)
        ]
        titles = [int(taste.liked[at]) for at in named]
        reasons.append(
            Reason(
                kind or signal.kind(row),
                strengths[i],
                tuple(int(catalogue.mal_ids[title]) for title in titles),
                shared_by(catalogue, row, titles),
                tuple(float(parts[at]) * strengths[i] for at in named),
            )
        )
    return reasons


def from_popularity(catalogue: Catalogue, rows: Sequence[int], strengths: Sequence[float]) -> list[Reason]:
    return [
        Reason("popular", strength, (), names_of(catalogue, row)[:3])
        for row, strength in zip(rows, strengths, strict=True)
    ]


def from_mood(
    catalogue: Catalogue, rows: Sequence[int], strengths: Sequence[float], mood: MoodScores
) -> list[Reason]:
    """What of a title speaks for the mood."""
    reasons: list[Reason] = []
    for row, strength in zip(rows, strengths, strict=True):
        names = dict.fromkeys([*names_of(catalogue, row), *catalogue.tags.get(row)])
        fitting = sorted(
            (name for name in names if mood.labels.get(name, 0) > 0), key=lambda n: -mood.labels[n]
        )
        reasons.append(Reason("mood", strength, (), tuple(fitting[:4])))
    return reasons


def in_order(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Strongest first; parts that added nothing are not told."""
    told = [reason for reason in reasons if reason.strength > 0] or list(reasons[:1])
    return tuple(sorted(told, key=lambda reason: -reason.strength))

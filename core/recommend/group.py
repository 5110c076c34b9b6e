"""Several people at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.recommend.signals import Bools, Floats

LEAST = 0.8
"""Share of the least pleased person's score; the rest is the mean, which settles ties between equal misery."""
PLEASED = 0.03
"""A pick is for those who have it among so large a share of what may be shown to them."""


def least_misery(scores: Sequence[Floats]) -> Floats:
    """(N,) from each person's scaled scores (N,): mostly that of the person who likes the title least
    (O'Connor et al. 2001)."""
    stacked = np.stack(scores)
    joint: Floats = LEAST * stacked.min(axis=0) + (1 - LEAST) * stacked.mean(axis=0)
    return joint


def pleased(names: Sequence[str], scores: Sequence[Floats], may_show: Bools, row: int) -> tuple[str, ...]:
    """The named people (an empty name is nobody) who would pick the title themselves; the most pleased where none
    would."""
    shares = [float((person[may_show] > person[row]).mean()) for person in scores]
    content = [share <= PLEASED or share == min(shares) for share in shares]
    return tuple(name for name, is_content in zip(names, content, strict=True) if name and is_content)

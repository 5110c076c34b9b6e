"""Labels that look wrong: pictures whose nearest neighbours all bear another name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 10
AGREEING = 0.6
"""Share of the neighbours that must bear one and the same other name."""

WITNESSES = 3
"""Other source pictures a label must have: of a rarer one, none would be near in any case."""

_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Doubt:
    """A picture by index, its label, the label of its neighbours, the share of them that bear it, and the index of the
    nearest of those."""

    index: int
    label: str
    likelier: str
    share: float
    nearest: int


def doubts(
    vectors: NDArray[np.float16],
    labels: Sequence[str],
    bundles: NDArray[np.int64],
    neighbours: int = NEIGHBOURS,
) -> list[Doubt]:
    """Candidates, the surest first, to be looked at by a person: none is wrong for certain.

    `vectors`: float16 [n, dimensions], L2-normalised. `labels`: "" where there is none or several; such neither ask nor
    answer. `bundles`: what is the same picture; neighbours are from other ones. A picture is in doubt when, of its
    neighbours by cosine, none bears its own label and `AGREEING` of them bear one other. Labels with fewer than
    `WITNESSES` other bundles are not doubted.
    """
    asked = np.array([index for index, label in enumerate(labels) if label], np.int64)
    if len(asked) <= neighbours:
        return []
    bundled = Counter(
        label for label, _ in {(labels[index], int(bundles[index])) for index in asked.tolist()}
    )
    known = vectors[asked].astype(np.float32)
    found = []
    for start in range(0, len(asked), _AT_ONCE):
        rows = asked[start : start + _AT_ONCE]
        likeness = known[start : start + _AT_ONCE] @ known.T
        likeness[bundles[rows][:, None] == bundles[asked][None, :]] = -np.inf
        nearest = np.argpartition(-likeness, neighbours - 1, axis=1)[:, :neighbours]
        for row, index in enumerate(rows.tolist()):
            near = sorted(nearest[row].tolist(), key=lambda place: -likeness[row, place])
            near = [place for place in near if np.isfinite(likeness[row, place])]
            names = Counter(labels[asked[place]] for place in near)
            if not names or labels[index] in names or bundled[labels[index]] <= WITNESSES:
                continue
            likelier, count = names.most_common(1)[0]
            if count >= AGREEING * neighbours:
                first = next(place for place in near if labels[asked[place]] == likelier)
                found.append(Doubt(index, labels[index], likelier, count / len(near), int(asked[first])))
    return sorted(found, key=lambda doubt: (-doubt.share, doubt.index))

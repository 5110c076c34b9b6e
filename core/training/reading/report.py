"""What a data set holds, before anything is trained on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.training.reading.duplicates import NEAR, Indices, clusters, linked
from core.training.reading.looking import Looked
from core.training.reading.noise import Doubt, doubts
from core.training.reading.opening import DataSet
from core.training.reading.pictures import Pictures

FEW = 5
"""Pictures below which a class can hardly be learned."""

COMMON = 100
"""Tags whose counts are listed."""

SHOWN = 20
"""Examples that are listed of each thing; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, middle and largest."""

    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Report:
    """`duplicates`: clusters of near-duplicates as names; `identical`: files that are byte for byte the same as an
    earlier one. `across`: clusters with pictures in several splits; `conflicting`: those with different labels.
    `doubts`: (name, label, likelier label, share of neighbours, name of the nearest of them), None where labels were
    not looked at. Numbers beside lists count all; lists hold the first `SHOWN`."""

    format: str
    samples: int
    pictures: int
    width: Spread | None
    height: Spread | None
    formats: dict[str, int]
    splits: dict[str, int]
    sources: dict[str, int]
    groups: int
    labelled: int
    classes: dict[str, int]
    per_class: Spread | None
    few: list[str]
    boxed: int
    boxes: int
    boxes_outside: int
    box_classes: dict[str, int]
    tagged: int
    different_tags: int
    common_tags: dict[str, int]
    captioned: int
    broken: dict[str, int]
    wrong: dict[str, int]
    left_out: dict[str, int]
    examples: dict[str, list[str]]
    near_bits: int
    identical: int
    duplicate_clusters: int
    duplicate_pictures: int
    duplicates: list[list[str]]
    across: int
    across_examples: list[list[str]]
    conflicting: int
    conflicting_examples: list[list[str]]
    embedder: str | None = None
    doubt_count: int = 0
    doubts: list[tuple[str, str, str, float, str]] | None = None


def make_report(data: DataSet, looked: Looked, embedder: str | None = None, within: int = NEAR) -> Report:
    """The report on what `look` saw of `data`. `embedder` names what made the vectors, where there are any."""
    classes = Counter(label for labels in looked.labels for label in labels)
    pictures = list(dict.fromkeys(looked.images))
    alike = duplicates(looked, within)
    across = [one for one in alike if len({looked.splits[index] for index in one} - {""}) > 1]
    conflicting = [
        one for one in alike if len({looked.labels[index] for index in one if looked.labels[index]}) > 1
    ]
    unsure = doubtful(looked, within) if looked.vectors else None
    problems = (data.problems, looked.broken)
    return Report(
        format=data.format,
        samples=len(looked.names) + looked.broken.wrong.total(),
        pictures=len(pictures),
        width=_spread(looked.widths),
        height=_spread(looked.heights),
        formats=_most(looked.formats),
        splits=_most(looked.splits),
        sources=_most(looked.sources),
        groups=len({group or name for group, name in zip(looked.groups, looked.names, strict=True)}),
        labelled=sum(bool(labels) for labels in looked.labels),
        classes=dict(classes.most_common()),
        per_class=_spread(list(classes.values())),
        few=sorted(label for label, count in classes.items() if count < FEW),
        boxed=sum(count > 0 for count in looked.boxes),
        boxes=sum(looked.boxes),
        boxes_outside=looked.outside,
        box_classes=dict(looked.box_counts.most_common()),
        different_tags=len(looked.tag_counts),
        common_tags=dict(looked.tag_counts.most_common(COMMON)),
        tagged=sum(count > 0 for count in looked.tags),
        captioned=sum(count > 0 for count in looked.captions),
        broken=dict(looked.broken.wrong),
        wrong=dict(data.problems.wrong),
        left_out=dict(data.problems.left_out),
        examples={reason: list(places) for one in problems for reason, places in one.examples.items()},
        near_bits=within,
        identical=len(looked.digests) - len(set(looked.digests)) - (len(looked.images) - len(pictures)),
        duplicate_clusters=len(alike),
        duplicate_pictures=sum(map(len, alike)),
        duplicates=_named(looked, alike),
        across=len(across),
        across_examples=_named(looked, across),
        conflicting=len(conflicting),
        conflicting_examples=_named(looked, conflicting),
        embedder=embedder,
        doubt_count=len(unsure or ()),
        doubts=None
        if unsure is None
        else [
            (looked.names[one.index], one.label, one.likelier, round(one.share, 2), looked.names[one.nearest])
            for one in unsure[:SHOWN]
        ],
    )


def duplicates(looked: Looked, within: int = NEAR) -> list[list[int]]:
    """Clusters of two and more different pictures that are near-duplicates, by index, largest first."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    seen: set[object] = set()
    for index, cluster in enumerate(clusters(np.asarray(looked.hashes, np.uint64), within).tolist()):
        if looked.images[index] not in seen:
            seen.add(looked.images[index])
            found[cluster].append(index)
    return sorted((one for one in found.values() if len(one) > 1), key=lambda one: (-len(one), one[0]))


def doubtful(looked: Looked, within: int = NEAR) -> list[Doubt]:
    """Labels that look wrong, by the vectors that were made while looking."""
    labels = [labels[0] if len(labels) == 1 else "" for labels in looked.labels]
    return doubts(np.stack(looked.vectors), labels, bundled(looked, within))


def bundled(looked: Looked, within: int = NEAR) -> Indices:
    """int64 [pictures]: the same number for what is of one group or nearly the same picture."""
    alike = clusters(np.asarray(looked.hashes, np.uint64), within)
    first: dict[object, int] = {}
    pairs = []
    for index, (group, cluster) in enumerate(zip(looked.groups, alike.tolist(), strict=True)):
        for key in (cluster, group) if group else (cluster,):
            pairs.append((first.setdefault(key, index), index))
    return linked(len(alike), [np.array(pairs, np.int64).reshape(-1, 2)])


def write_contact_sheet(looked: Looked, path: Path, within: int = NEAR) -> int:
    """Draws what a person should look at: doubtful labels beside their neighbours, near-duplicates with different
    labels, then other near-duplicates, two pictures of each. Returns how many pictures are on it.

    Raises:
        UserError: as `core.training.sheets.write_sheet`: it never lies inside the project.
    """
    from core.training.sheets import write_sheet

    shown: list[tuple[int, str]] = []
    for one in doubtful(looked, within)[: 2 * SHOWN] if looked.vectors else ():
        shown.append((one.index, f"{one.label}?\n{looked.names[one.index]}"))
        shown.append((one.nearest, f"{one.likelier}\n{looked.names[one.nearest]}"))
    alike = duplicates(looked, within)
    for cluster in sorted(alike, key=lambda one: len({looked.labels[index] for index in one}) < 2)[
        : 2 * SHOWN
    ]:
        other = next((i for i in cluster if looked.labels[i] != looked.labels[cluster[0]]), cluster[1])
        for index in (cluster[0], other):
            shown.append((index, f"={','.join(looked.labels[index])}\n{looked.names[index]}"))
    with Pictures() as pictures:
        write_sheet([(pictures.pixels(looked.images[index]), words) for index, words in shown], path)
    return len(shown)


def _named(looked: Looked, found: Sequence[Sequence[int]]) -> list[list[str]]:
    return [[looked.names[index] for index in one[:SHOWN]] for one in found[:SHOWN]]


def _most(names: Iterable[str]) -> dict[str, int]:
    return {name: count for name, count in Counter(names).most_common() if name}


def _spread(values: Sequence[int]) -> Spread | None:
    if not len(values):
        return None
    return Spread(min(values), float(np.median(np.asarray(values))), max(values))

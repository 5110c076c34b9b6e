"""Training and validation, so that nothing seen in training is asked about: by source picture, balanced by label."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from core.training.reading.duplicates import NEAR, Hashes, Indices, clusters, linked
from core.training.reading.opening import DataSet, open_data
from core.training.reading.sample import Image, InZip, name_of

Part = Literal["train", "validation"]


@dataclass(frozen=True, slots=True)
class Row:
    """What a split needs to know of a sample: its name in the data set, its source picture ("" alone), its labels."""

    name: str
    group: str
    labels: tuple[str, ...]


def split(
    rows: Sequence[Row],
    hashes: Mapping[int, int],
    *,
    share: float = 0.2,
    seed: int = 1,
    within: int = NEAR,
    kept: Mapping[str, Part] | None = None,
) -> list[Part]:
    """Where each row goes.

    Rows of one group, and rows whose perceptual hashes (`hashes`, by index; rows without are alone) are within so many
    bits, stay together: a bundle. A bundle's place in the order is a hash of the seed and a name in it, so it does not
    depend on what else there is. Within each label, bundles go to validation in that order until `share` of the
    label's rows are there. More data of the same kind moves only bundles next to that border; with `kept`, the parts
    that names had before, none at all. Where new rows tie together bundles that were kept apart, all of it trains.

    A label with a single bundle trains (for a share up to one half).
    """
    bundles = _bundles(rows, hashes, within)
    order: dict[int, tuple[int, int]] = {}
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, (row, bundle) in enumerate(zip(rows, bundles.tolist(), strict=True)):
        members[bundle].append(index)
        # One name stands for the bundle, chosen by a hash that says nothing of the order: were the lowest of the
        # order itself taken, large bundles would come first.
        name = row.group or row.name
        chosen = _number("name", seed, name), _number("order", seed, name)
        order[bundle] = min(order.get(bundle, chosen), chosen)
    sizes = Counter(label for row in rows for label in row.labels)
    strata: defaultdict[str, list[int]] = defaultdict(list)
    parts: list[Part] = ["train"] * len(rows)
    taken: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for bundle, indices in members.items():
        labels = {label for index in indices for label in rows[index].labels}
        stratum = min(
            labels, key=lambda label: (sizes[label], label), default=""
        )  # the rarest needs care most
        total[stratum] += len(indices)
        before = {kept[rows[index].name] for index in indices if kept and rows[index].name in kept}
        if not before:
            strata[stratum].append(bundle)
        elif before == {"validation"}:
            taken[stratum] += len(indices)
            _set(parts, indices)
    for stratum, waiting in strata.items():
        wanted = share * total[stratum]
        for bundle in sorted(waiting, key=lambda one: order[one][1]):
            if taken[stratum] + len(members[bundle]) / 2 <= wanted:
                taken[stratum] += len(members[bundle])
                _set(parts, members[bundle])
    return parts


def read_parts(manifest: Path, data: DataSet) -> dict[str, Part]:
    """Where an earlier manifest put the pictures, by their names in `data`.

    Raises:
        UserError: as `open_data`.
    """
    found: dict[str, Part] = {}
    root = (data.path if data.path.is_dir() else data.path.parent).resolve()
    for sample in open_data(manifest, "manifest"):
        if sample.split:
            found[name_of(_resolved(sample.image), root)] = (
                "validation" if sample.split != "train" else "train"
            )
    return found


def _resolved(image: Image) -> Image:
    if isinstance(image, Path):
        return image.resolve()
    return (
        image._replace(archive=image.archive.resolve())
        if isinstance(image, InZip)
        else image._replace(table=image.table.resolve())
    )


def _set(parts: list[Part], indices: Sequence[int]) -> None:
    for index in indices:
        parts[index] = "validation"


def _bundles(rows: Sequence[Row], hashes: Mapping[int, int], within: int) -> Indices:
    pairs = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        if row.group and first.setdefault(row.group, index) != index:
            pairs.append((first[row.group], index))
    known = np.array(sorted(hashes), np.int64)
    found: Hashes = np.array([hashes[index] for index in known.tolist()], np.uint64)
    alike: dict[int, int] = {}
    for index, cluster in zip(known.tolist(), clusters(found, within).tolist(), strict=True):
        if alike.setdefault(cluster, index) != index:
            pairs.append((alike[cluster], index))
    return linked(len(rows), [np.array(pairs, np.int64).reshape(-1, 2)])


def _number(purpose: str, seed: int, name: str) -> int:
    return int.from_bytes(
        hashlib.sha256(f"{purpose}:{seed}:{name}".encode("utf-8", "replace")).digest()[:8], "big"
    )

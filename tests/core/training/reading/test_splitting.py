"""Splits that keep source pictures and near-duplicates together."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.reading import Part, Row, open_data, read_parts, split, write_manifest
from tests.core.training.reading import built


def drawn(count: int, seed: int = 1, start: int = 0) -> tuple[list[Row], dict[int, int]]:
    """Rows of ten labels, in groups of one to three, and hashes of which none is near another."""
    rng = random.Random(f"{seed}:{start}")
    rows: list[Row] = []
    group = start
    while len(rows) < count:
        group += 1
        label = f"label{rng.randrange(10)}"
        for _ in range(rng.randint(1, 3)):
            rows.append(Row(f"picture{start + len(rows)}", f"group{group}", (label,)))
    return rows, {index: random.Random(row.name).getrandbits(64) for index, row in enumerate(rows)}


def test_shares_hold_within_every_label() -> None:
    rows, hashes = drawn(3000)
    parts = split(rows, hashes, share=0.2)
    total = Counter(row.labels[0] for row in rows)
    held = Counter(row.labels[0] for row, part in zip(rows, parts, strict=True) if part == "validation")
    assert all(abs(held[label] - 0.2 * total[label]) <= 2 for label in total)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6),
    st.floats(0.05, 0.5),
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=9),
)
def test_bundles_are_never_parted(seed: int, share: float, alike: list[tuple[int, int]]) -> None:
    rows, hashes = drawn(60)
    for one, other in alike:  # near-duplicates across groups and labels
        hashes[other] = hashes[one] ^ 0b10101
    parts = split(rows, hashes, share=share, seed=seed)
    by_group = defaultdict(set)
    for row, part in zip(rows, parts, strict=True):
        by_group[row.group].add(part)
    assert all(len(found) == 1 for found in by_group.values())
    for one in range(len(rows)):
        for other in range(one):
            if (hashes[one] ^ hashes[other]).bit_count() <= 6:
                assert parts[one] == parts[other]


def test_the_seed_decides_and_the_order_of_rows_does_not() -> None:
    rows, hashes = drawn(400)
    parts = split(rows, hashes, seed=3)
    assert parts == split(rows, hashes, seed=3)
    assert parts != split(rows, hashes, seed=4)
    order = list(range(len(rows)))
    random.Random(2).shuffle(order)
    mixed = split([rows[at] for at in order], {new: hashes[old] for new, old in enumerate(order)}, seed=3)
    assert [mixed[order.index(at)] for at in range(len(rows))] == parts


def test_more_data_moves_little_and_with_the_old_parts_kept_nothing() -> None:
    rows, hashes = drawn(2000)
    before: dict[str, Part] = dict(zip((row.name for row in rows), split(rows, hashes), strict=True))
    new, _ = drawn(200, start=5000)
    more = rows + new
    all_hashes = {index: random.Random(row.name).getrandbits(64) for index, row in enumerate(more)}
    after = split(more, all_hashes)
    moved = sum(before[row.name] != part for row, part in zip(rows, after[: len(rows)], strict=True))
    assert moved <= 0.02 * len(rows)
    kept = split(more, all_hashes, kept=before)
    assert [before[row.name] for row in rows] == kept[: len(rows)]
    assert 20 <= kept[len(rows) :].count("validation") <= 60, "the new ones are divided as well"


def test_a_group_keeps_its_place_when_it_grows() -> None:
    rows = [Row(f"first{number}", f"group{number}", ("x",)) for number in range(500)]
    before = split(rows, {})
    more = [Row(f"a{number}", f"group{number}", ("x",)) for number in range(500)]
    after = split(rows + more, {})
    assert after[:500] == after[500:] == before


def test_what_new_rows_tie_together_trains() -> None:
    rows = [Row("a", "one", ("x",)), Row("b", "two", ("x",)), Row("c", "", ("x",)), Row("d", "", ("y",))]
    kept: dict[str, Part] = {"a": "train", "b": "validation", "d": "validation"}
    near = {0: 0, 1: 0b111, 2: 0b1, 3: 2**64 - 1}
    assert split(rows, near, kept=kept) == ["train", "train", "train", "validation"]


def test_a_label_with_one_picture_trains() -> None:
    rows = [Row(str(number), "", (f"label{number}",)) for number in range(50)]
    assert set(split(rows, {}, share=0.4)) == {"train"}
    assert 8 <= split([Row(str(number), "", ()) for number in range(50)], {}).count("validation") <= 12


def test_an_earlier_manifest_names_the_same_pictures(tmp_path: Path) -> None:
    data = open_data(built.pack(tmp_path / "set"))
    one, other = data
    samples = [replace(one, split="train"), replace(other, split="validation")]
    write_manifest(samples, tmp_path / "elsewhere" / "parts.jsonl")
    assert read_parts(tmp_path / "elsewhere" / "parts.jsonl", data) == {
        "pictures_0.zip:a.png": "train",
        "pictures_0.zip:b.png": "validation",
    }

"""Tags, boxes and captions count the same people."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pictures import Box, Face, Findings, Tag, Trait
from core.pictures.captioners import compose
from core.pictures.counting import COUNTING, agreed
from core.pictures.tags import present
from tests.core.pictures.contradictions import contradictions


def face(gender: str, score: float, x: float = 0) -> Face:
    return Face(Box(x, 0, 10, 10), 0.9, traits=(Trait("gender", gender, score),))


def faces(*told: tuple[str, float]) -> tuple[Face, ...]:
    return tuple(face(gender, score, 20.0 * x) for x, (gender, score) in enumerate(told))


def tags(**scores: float) -> tuple[Tag, ...]:
    return tuple(Tag(name.lstrip("_"), "general", score) for name, score in scores.items())


def counted(found: tuple[Tag, ...]) -> set[str]:
    return {tag.name for tag in found} & COUNTING


F, M, U = ("female", 0.95), ("male", 0.95), ("female", 0.7)


@pytest.mark.parametrize(
    ("heads", "given_tags", "expected"),
    [
        ((F, F, U), {"_3girls": 0.28, "multiple_girls": 0.4}, {"multiple_girls"}),
        ((F, F, U), {"_3girls": 0.9, "multiple_girls": 0.95}, {"3girls", "multiple_girls"}),
        ((F, F), {"_3girls": 0.9, "multiple_girls": 0.9}, {"2girls", "multiple_girls"}),
        ((F, M), {"_1girl": 0.9, "_1boy": 0.8}, {"1girl", "1boy"}),
        ((F, F), {"_1girl": 0.97, "_1boy": 0.96}, {"1girl", "1boy"}),
        ((F, F), {"_1girl": 0.97, "_1boy": 0.6}, {"2girls", "multiple_girls"}),
        ((F,), {"_2girls": 0.9, "multiple_girls": 0.9, "smile": 0.5}, {"1girl", "solo"}),
        ((F,), {"_1boy": 0.6, "solo": 0.9}, {"1girl", "solo"}),
        ((F,), {"_1boy": 0.99, "solo": 0.9}, {"1boy", "solo"}),
        ((("other", 0.9),), {"_1girl": 0.4, "solo": 0.4}, {"1girl", "solo"}),
        ((F, F), {"solo": 0.9, "_1girl": 0.9}, {"2girls", "multiple_girls"}),
        ((F,), {"no_humans": 0.9}, {"1girl", "solo"}),
        ((U, U, M), {"multiple_girls": 0.9, "_2girls": 0.4}, {"multiple_girls"}),
        ((F,) * 8, {"_6+girls": 0.9, "multiple_girls": 0.9}, {"6+girls", "multiple_girls"}),
    ],
)
def test_one_statement_is_chosen(
    heads: tuple[tuple[str, float], ...], given_tags: dict[str, float], expected: set[str]
) -> None:
    found, kept = agreed(faces(*heads), tags(**given_tags))
    assert counted(kept) == expected
    assert len(found) == len(heads)
    assert {tag.name for tag in kept} - COUNTING == {name for name in given_tags if name == "smile"}
    assert agreed(found, kept)[1] == kept, "agreed already"


def test_without_heads_or_without_numbers() -> None:
    given_tags = tags(_2girls=0.9, _1boy=0.8)
    assert agreed((), given_tags) == ((), given_tags)
    assert counted(agreed((), tags(_2girls=0.9, _1boy=0.4))[1]) == {"2girls"}
    heads = faces(F, M)
    assert agreed(heads, tags(smile=0.9)) == (heads, tags(smile=0.9))


scores = st.floats(0.2, 0.99)


@given(
    heads=st.lists(st.tuples(st.sampled_from(("female", "male", "other")), scores), max_size=7),
    given_tags=st.dictionaries(st.sampled_from(sorted(COUNTING)), scores, max_size=6),
    threshold=st.sampled_from((0.2, 0.35)),
)
@settings(max_examples=400, deadline=None)
def test_no_tagger_makes_captions_and_tags_disagree(
    heads: list[tuple[str, float]], given_tags: dict[str, float], threshold: float
) -> None:
    given_ = tuple(Tag(name, "general", score) for name, score in given_tags.items() if score >= threshold)
    found, kept = agreed(faces(*heads), given_)
    findings = Findings(200, 100, "", found, tags=present(kept).shown())
    for length in ("short", "long", "alt"):
        assert contradictions(findings, compose(findings, length)) == []

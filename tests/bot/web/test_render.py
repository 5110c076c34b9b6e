"""Any reply becomes an Answer as documented, and links lead to the web alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Answer, Card, Choice, Fact, File, Pager, Reply
from bot.web.render import answer_json
from tests.bot.web.visiting import schema_errors

TEXTS = st.text(max_size=20)
MAYBE = st.none() | TEXTS
ADDRESSES = MAYBE | st.sampled_from(
    [
        "https://example.org/a",
        "http://example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "//[",
        "JAVASCRIPT:x",
    ]
)
CHOICES = st.lists(
    st.builds(
        Choice,
        label=TEXTS,
        emoji=MAYBE,
        detail=MAYBE,
        style=st.sampled_from(["primary", "secondary", "success", "danger"]),
        disabled=st.booleans(),
        url=ADDRESSES,
        arguments=st.just({}),
    ),
    max_size=3,
).map(tuple)
CARDS = st.builds(
    Card,
    title=TEXTS,
    mal_id=st.integers(0, 10**6),
    subtitle=MAYBE,
    url=ADDRESSES,
    image_url=ADDRESSES,
    facts=st.lists(st.builds(Fact, TEXTS, TEXTS), max_size=2).map(tuple),
    body=MAYBE,
    why=MAYBE,
    footer=MAYBE,
    choices=CHOICES,
)
PAGERS = st.builds(
    Pager,
    page=st.integers(0, 5),
    pages=st.integers(1, 6),
    action=TEXTS,
    arguments=st.just({}),
    labels=st.lists(TEXTS, max_size=6).map(tuple),
)
REPLIES = st.builds(
    Reply,
    text=TEXTS,
    cards=st.lists(CARDS, max_size=3).map(tuple),
    items=st.lists(TEXTS, max_size=3).map(tuple),
    menu=CHOICES,
    choices=CHOICES,
    pager=st.none() | PAGERS,
    files=st.lists(st.builds(File, TEXTS, TEXTS, st.binary(max_size=20)), max_size=2).map(tuple),
    facts=st.lists(st.builds(Fact, TEXTS, TEXTS), max_size=2).map(tuple),
    pictures=st.lists(st.builds(File, TEXTS, TEXTS, st.binary(max_size=20), MAYBE), max_size=2).map(tuple),
    private=st.booleans(),
    update=st.booleans(),
    note=MAYBE,
    error=st.booleans(),
    state=st.just({}),
    data=st.none() | st.lists(TEXTS, max_size=2),
)


def _links(value: Any) -> list[str]:
    if isinstance(value, list):
        return [link for one in value for link in _links(one)]
    if not isinstance(value, dict):
        return []
    own = [one for key, one in value.items() if key in ("url", "image_url") and one is not None]
    return own + [link for one in value.values() for link in _links(one)]


@given(REPLIES, st.sampled_from(["", "abcdefghijkl"]), st.booleans())
def test_every_reply_is_an_answer_as_documented(reply: Reply, answer_id: str, covers: bool) -> None:
    answer = json.loads(json.dumps(answer_json(Answer(answer_id, reply), "en", covers=covers)))
    assert not schema_errors("Answer", answer)
    assert all(link.startswith(("https://", "http://")) for link in _links(answer))
    if not covers:
        assert all(card["image_url"] is None for card in answer["cards"])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//["])
def test_a_link_elsewhere_is_a_disabled_button(url: str) -> None:
    answer: Any = answer_json(
        Answer("abcdefghijkl", Reply(choices=(Choice("x", url=url),))), "en", covers=True
    )
    assert answer["choices"][0]["disabled"]
    assert answer["choices"][0]["url"] is None
    assert answer["choices"][0]["token"] is None

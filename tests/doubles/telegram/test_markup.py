"""Properties of the two parse modes: escaped text comes back as it was, and nothing but MarkupError is raised."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.telegram.entities import MarkupError, entity_text, utf16_length
from tests.doubles.telegram.html_markup import parse_html
from tests.doubles.telegram.markdown_markup import parse_markdown_v2

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
TITLE = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), min_size=1, max_size=30)
HTML = ["<b>", "</b>", "<a href='", "'>", "</a>", "<", ">", "&lt;", "&"]
MARKDOWN = ["*", "_", "__", "`", "```", "||", "[", "](", ")", "\n>"]
MARKUP = st.lists(st.sampled_from([*HTML, *MARKDOWN, "x", "🍥", "\\", " ", "\n"]), max_size=25).map("".join)


def escape_markdown(text: str) -> str:
    return re.sub(r"([_*\[\]()~`>#+\-=|{}.!\\])", r"\\\1", text)


@given(TEXT)
def test_escaped_text_comes_back(text: str) -> None:
    assert parse_html(html.escape(text, quote=False)) == (text, [])
    assert parse_markdown_v2(escape_markdown(text)) == (text, [])


@given(TITLE, TITLE)
def test_entities_cover_what_was_marked(first: str, second: str) -> None:
    for text, entities in (
        parse_html(f"{html.escape(first, quote=False)}<b>{html.escape(second, quote=False)}</b>"),
        parse_markdown_v2(f"{escape_markdown(first)}*{escape_markdown(second)}*"),
    ):
        assert text == first + second
        (bold,) = entities
        assert (bold["type"], bold["offset"]) == ("bold", utf16_length(first))
        assert entity_text(text, bold) == second


@given(MARKUP)
def test_any_markup_is_read_or_refused(markup: str) -> None:
    for parse in (parse_html, parse_markdown_v2):
        try:
            text, entities = parse(markup)
        except MarkupError:
            continue
        for entity in entities:
            assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(text)

"""The page's own files, and what the guard decides without a server."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from bot.texts import Texts
from bot.web.guard import known_host

HERE = Path(__file__).parents[3] / "bot/web"
PAGE = sorted((HERE / "page").iterdir())
UNSAFE = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function")


def test_beyond_loopback_numbers_are_answered_and_foreign_names_are_not() -> None:
    for host in ("192.168.1.20:8710", "[fe80::1]:8710", "localhost:8710", "127.0.0.1"):
        assert known_host(host, "0.0.0.0")
    for host in ("evil.example", "192.168.1.20.evil.example", ""):
        assert not known_host(host, "0.0.0.0")
    assert known_host("anime.home:8710", "anime.home")


def test_the_page_is_whole_without_the_network_and_without_inline_code() -> None:
    assert {path.name for path in PAGE} >= {"index.html", "style.css", "app.js"}
    for path in PAGE:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text), path.name
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text
        ), path.name
    html = (HERE / "page/index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)


def test_every_refusal_has_a_sentence() -> None:
    keys = set()
    for path in sorted(HERE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"web-[a-z-]+", node.value)
            ):
                keys.add(node.value)
    assert len(keys) > 8
    assert not [key for key in keys if not Texts("en").has(key)]

"""Random replies for the renderers of all platforms: every field, hostile texts, all lengths up to absurd ones.

Hypothesis draws a seed and the reply is made from it: a hundred thousand replies in minutes, at the price of shrinking.
"""

from __future__ import annotations

import os
from random import Random
from typing import Literal, TypeVar

from hypothesis import strategies as st

from bot.reply import Answer, Card, Choice, Fact, File, Pager, Reply

EXAMPLES = int(os.environ.get("OSUSUME_EXAMPLES", "300"))
"""How many replies a property test tries: 100,000 in the long run."""

_PIECES = (
    "a", "Mushishi ", "虫師", "葬送のフリーレン ", "*", "**", "_", "__x__", "`", "```", "~~", "||", "> ", "\n", "\n\n",
    "\t", " ", "\\", "[x](https://a.example)", "<b>", "</b>", "<", ">", "&", "&amp;", "@everyone",
    "<@123456789012345678>", "#", "# ", "-# ", "- ", "1. ", ".", "!", "👁", "👨‍👩‍👧‍👦", "e\u0301", "\u200b", "\u200d",
    "\u202e", "\u00a0", "𝔸", "🇯🇵", '"', "'", "“", "\u0000", "\x07", "ﷺ", "/fav add x",
    "https://myanimelist.net/anime/457", "{ $x }", "%s", "tg://user?id=1",
)  # fmt: skip
_ADDRESSES = (
    None, "https://cdn.example/cover.jpg", "http://a.example/x?y=z&w=<>", "not an address", "", "javascript:alert(1)",
    "https://a.example/" + "x" * 3000, "https://a.example/with space", "https://日本.example/", "ftp://a.example",
)  # fmt: skip
_STYLES: tuple[Literal["primary", "secondary", "success", "danger"], ...] = (
    "primary", "secondary", "success", "danger",
)  # fmt: skip

T = TypeVar("T")


class _Maker:
    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def text(self) -> str:
        kind = self.chance.random()
        if kind < 0.6:
            return "".join(self.chance.choices(_PIECES, k=self.chance.randrange(9)))
        if kind < 0.85:
            return "".join(map(chr, self.chance.choices(range(0x20, 0x2FFF), k=self.chance.randrange(80))))
        return self.chance.choice(_PIECES) * self.chance.choice((20, 50, 100, 260, 1100, 2500, 6000))

    def perhaps(self, value: T) -> T | None:
        return value if self.chance.random() < 0.6 else None

    def flag(self) -> bool:
        return self.chance.random() < 0.5

    def count(self, most: int) -> int:
        """Often none or few, sometimes the most."""
        return self.chance.choice((0, 1, 2, 3, self.chance.randint(0, most), most))

    def choices(self, most: int) -> tuple[Choice, ...]:
        return tuple(
            Choice(
                label=self.text(),
                action=self.chance.choice(("pick.favourite", "anime.details", "fav.clear")),
                arguments={"mal_id": self.chance.randrange(100_000)} if self.flag() else {},
                emoji=self.chance.choice((None, "★", "👁", "↩")),
                detail=self.perhaps(self.text()),
                style=self.chance.choice(_STYLES),
                audience="owner" if self.flag() else "anyone",
                once=self.flag(),
                disabled=self.flag(),
                url=self.chance.choice(_ADDRESSES) if self.chance.random() < 0.2 else None,
            )
            for _ in range(self.count(most))
        )

    def card(self) -> Card:
        return Card(
            title=self.text(),
            mal_id=self.chance.randrange(10**7),
            subtitle=self.perhaps(self.text()),
            url=self.chance.choice(_ADDRESSES),
            image_url=self.chance.choice(_ADDRESSES),
            facts=tuple(Fact(self.text(), self.text()) for _ in range(self.count(30))),
            body=self.perhaps(self.text()),
            why=self.perhaps(self.text()),
            footer=self.perhaps(self.text()),
            choices=self.choices(8),
        )

    def reply(self) -> Reply:
        cards = tuple(self.card() for _ in range(self.count(4)))
        pager = None
        if self.flag():
            pages, label = len(cards) or self.chance.randint(1, 400), self.text()
            labels = tuple(f"{label}{number}" for number in range(pages)) if self.flag() else ()
            pager = Pager(self.chance.randrange(pages), pages, "fav.list", {"sort": "newest"}, labels)
        file = File(
            self.chance.choice(("list.json", "a b.xml")), "text/plain", b"x" * self.chance.randrange(50)
        )
        pictures = tuple(
            File(f"osusume-{number}.jpg", "image/jpeg", b"jpeg", self.perhaps(self.text()))
            for number in range(self.count(10) if self.chance.random() < 0.3 else 0)
        )
        return Reply(
            text=self.text(),
            cards=cards,
            items=tuple(self.text() for _ in range(self.count(12))),
            facts=tuple(Fact(self.text(), self.text()) for _ in range(self.count(30))) if self.flag() else (),
            pictures=pictures,
            menu=self.choices(40) if self.flag() else (),
            choices=self.choices(12),
            pager=pager,
            files=(file,) if self.chance.random() < 0.2 else (),
            private=self.flag(),
            update=self.flag(),
            shared=self.flag(),
            note=self.perhaps(self.text()),
            error=self.flag(),
        )


def make_reply(seed: int) -> Reply:
    """One reply; the same seed makes the same one. With cards and a pager there is a page for every card."""
    return _Maker(seed).reply()


texts = st.integers(0, 2**40).map(lambda seed: _Maker(seed).text())
replies = st.integers(0, 2**40).map(make_reply)
answers = replies.map(lambda reply: Answer("AbC_-1234xyz", reply))

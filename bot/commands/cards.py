"""An anime as a card: facts in one glance, the same on every platform."""

from __future__ import annotations

from bot.reply import Card, Choice, Fact, Json
from bot.texts import Texts
from core.catalogue import Anime

SYNOPSIS_SHOWN = 700
"""Characters of a synopsis on a card; imported ones can be long."""


def title_line(anime: Anime) -> str:
    """One line that tells apart titles of one name: title, year, type."""
    facts = " · ".join(str(fact) for fact in (anime.year, anime.type) if fact)
    return f"{anime.title} ({facts})" if facts else anime.title


def mal_address(mal_id: int) -> str:
    return f"https://myanimelist.net/anime/{mal_id}"


def subtitle(anime: Anime) -> str | None:
    others = [name for name in (anime.title_english, anime.title_japanese) if name and name != anime.title]
    return " · ".join(others) or None


def facts(anime: Anime, texts: Texts) -> tuple[Fact, ...]:
    """Type and length, date, score, genres, studio; what is unknown is left out."""
    length = " · ".join(
        part
        for part in (
            anime.type or "",
            texts("fact-episodes", count=anime.episodes) if anime.episodes else "",
            texts("fact-minutes", count=round(anime.minutes)) if anime.minutes else "",
        )
        if part
    )
    when = ""
    if anime.year:
        when = texts(f"season-{anime.season}", year=str(anime.year)) if anime.season else str(anime.year)
    score = ""
    if anime.score:
        score = f"★ {anime.score:.2f}"
        if anime.members:
            score += " · " + texts("fact-members", count=anime.members)
    shown = (
        ("fact-format", length),
        ("fact-aired", when),
        ("fact-score", score),
        ("fact-genres", ", ".join((*anime.genres, *anime.themes, *anime.demographics)[:7])),
        ("fact-studio", ", ".join(anime.studios[:2])),
    )
    return tuple(Fact(texts(key), value) for key, value in shown if value)


def card(
    anime: Anime, texts: Texts, *, why: str | None = None, body: bool = True, choices: tuple[Choice, ...] = ()
) -> Card:
    text = anime.synopsis if body else None
    if text and len(text) > SYNOPSIS_SHOWN:
        text = text[:SYNOPSIS_SHOWN].rsplit(" ", 1)[0] + " …"
    return Card(
        title=anime.title,
        mal_id=anime.mal_id,
        subtitle=subtitle(anime),
        url=mal_address(anime.mal_id),
        image_url=anime.image_url,
        facts=facts(anime, texts),
        body=text,
        why=why,
        choices=choices,
    )


def as_json(anime: Anime) -> dict[str, Json]:
    """A title for `--json`: at least `mal_id` and `title`."""
    return {
        "mal_id": anime.mal_id, "title": anime.title, "title_english": anime.title_english,
        "title_japanese": anime.title_japanese, "type": anime.type, "year": anime.year, "episodes": anime.episodes,
        "score": anime.score, "members": anime.members, "genres": list(anime.genres), "themes": list(anime.themes),
        "studios": list(anime.studios), "url": mal_address(anime.mal_id),
    }  # fmt: skip

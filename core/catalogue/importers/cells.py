"""Reading single values of tables and JSON: what is not as expected is unknown (None or empty), never an error."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from html import unescape

MOST_NAMES = 60
_LONGEST_ID = 9_999_999
_BROKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MISSING = frozenset(
    (
        "",
        "unknown",
        "none",
        "none found",
        "null",
        "nan",
        "n/a",
        "na",
        "-",
        "--",
        "?",
        "add some",
        "not available",
    )
)
_QUOTED = re.compile(r"\"([^\"]*)\"|'((?:[^']|(?<=\w)'(?=\w))*)'")
_SEPARATORS = re.compile(r"\s*[,;|]\s*")
_HOURS = re.compile(r"(\d{1,4})\s*(?:h|hr|hrs|hour|hours)\b", re.IGNORECASE | re.ASCII)
_MINUTES = re.compile(r"(\d{1,4})\s*(?:m|min|mins|minute|minutes)\b", re.IGNORECASE | re.ASCII)
_SECONDS = re.compile(r"(\d{1,4})\s*(?:s|sec|secs|second|seconds)\b", re.IGNORECASE | re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?=$|[T ])", re.ASCII)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, start=1)}
_ENGLISH_DAY = re.compile(r"([a-z]{3})[a-z]*\.?,?(?: (\d{1,2}))?,? (\d{4})$", re.IGNORECASE | re.ASCII)
_BREAK = re.compile(r"<br\s*/?>|</?p>", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:i|b|em|strong|u)>", re.IGNORECASE)
_SOURCE_NOTE = re.compile(r"\s*[\[(](?:source|written by)\b[^\])]{0,200}[\])]\s*", re.IGNORECASE)
_NO_SYNOPSIS = re.compile(
    r"\bno synopsis (?:information )?has been added\b|^no synopsis yet\b", re.IGNORECASE
)


def text(value: object, most: int = 500) -> str | None:
    """One line without control characters, at most `most` characters; None where nothing is left."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**9 else None
    return " ".join(_BROKEN.sub(" ", value[: 2 * most]).split())[:most].strip() or None


def known(value: object, most: int = 500) -> str | None:
    """As `text`; the words that sites write for "unknown" are None."""
    found = text(value, most)
    return None if found is None or found.casefold() in _MISSING else found


def number(value: object, low: float, high: float) -> float | None:
    """A number between `low` and `high`, both included; thousands may be set off by commas."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value[:40].replace(",", "")) if isinstance(value, str) else float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def whole(value: object, low: int, high: int) -> int | None:
    found = number(value, low, high)
    return int(found) if found is not None and found == int(found) else None


def identifier(value: object) -> int | None:
    """A MAL or AniList id: 1 to 9,999,999."""
    return whole(value, 1, _LONGEST_ID)


def score(value: object) -> float | None:
    """A mean score of 1 to 10 with two decimals; 0 stands for none."""
    found = number(value, 1, 10)
    return None if found is None else round(found, 2)


def members(value: object) -> int | None:
    return whole(value, 1, 10**7)


def episodes(value: object) -> int | None:
    return whole(value, 1, 20_000)


def year(value: object) -> int | None:
    return whole(value, 1900, date.today().year + 10)


def names(value: object) -> tuple[str, ...]:
    """Names of a JSON list, of a written list (`['Action', 'Drama']`) or joined by commas, semicolons or bars."""
    if isinstance(value, str):
        return _unique(known(part, 120) for part in _split(value[:20_000].strip()))
    if isinstance(value, (list, tuple)):
        return _unique(known(part, 120) for part in value)
    return ()


def titles(value: object) -> tuple[str, ...]:
    """As `names` for titles, which may hold commas: joined ones are told apart by semicolons or bars only."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        value = re.split(r"[;|]", value[:20_000])
    return _unique(known(part) for part in value) if isinstance(value, (list, tuple)) else names(value)


def minutes(value: object) -> float | None:
    """Minutes per episode from a number or from words: `24 min. per ep.`, `1 hr. 55 min.`, `30 sec.`."""
    plain = number(value, 0.01, 1440)
    if plain is not None or not isinstance(value, str):
        return None if plain is None else round(plain, 2)
    found = [pattern.search(value[:60]) for pattern in (_HOURS, _MINUTES, _SECONDS)]
    hours, mins, seconds = (int(match[1]) if match else 0 for match in found)
    return number(round(60 * hours + mins + seconds / 60, 2), 0.01, 1440)


def day(value: object) -> str | None:
    """A date as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`: from ISO 8601 or from English (`Apr 3, 1998`, `Apr 1998`)."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10_000 else None
    written = known(value, 40)
    if written is None:
        return None
    if iso := _ISO_DAY.match(written):
        return date_of(int(iso[1]), int(iso[2] or 0), int(iso[3] or 0))
    if english := _ENGLISH_DAY.match(written):
        month = _MONTHS.get(english[1].lower())
        return date_of(int(english[3]), month, int(english[2] or 0)) if month else None
    return None


def date_of(year: int, month: int, day: int) -> str | None:
    """The date as far as it is known (0: unknown); None for one that no calendar has."""
    if not 1900 <= year <= 2100:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not month:
        return f"{year:04}"
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}"


def span(value: object) -> tuple[str | None, str | None]:
    """First and last day of `Apr 3, 1998 to Apr 24, 1999`; one date alone is both."""
    written = known(value, 80)
    if written is None:
        return None, None
    start, to, end = written.partition(" to ")
    return day(start), day(end if to else start)


def fact_date(value: object) -> str | None:
    """The day of the facts as `YYYY-MM-DD` (the first of a month or year where no more is said); None for a day yet
    to come, which cannot be true."""
    found = day(value)
    if found is None:
        return None
    padded = found + "-01-01"[len(found) - 4 :] if len(found) < 10 else found
    return padded if padded <= date.today().isoformat() else None


def synopsis(value: object) -> str | None:
    """The text in paragraphs, without markup, the note of its source and the sentence that says there is none."""
    if not isinstance(value, str):
        return None
    plain = unescape(_MARKUP.sub("", _BREAK.sub("\n", value[:40_000])))
    plain = _SOURCE_NOTE.sub(" ", plain)
    paragraphs = [known(part, 5000) for part in re.split(r"\r?\n", plain)]
    whole_text = "\n".join(part for part in paragraphs if part)
    return None if len(whole_text) < 20 or _NO_SYNOPSIS.search(whole_text) else whole_text


def address(value: object) -> str | None:
    """An https address of a cover, at most 300 characters."""
    found = text(value, 301)
    fits = found is not None and len(found) <= 300 and found.startswith("https://") and " " not in found
    return found if fits else None


def _split(written: str) -> Iterable[str]:
    if written.startswith("[") and written.endswith("]"):
        quoted = [a or b for a, b in _QUOTED.findall(written)]
        return quoted or _SEPARATORS.split(written[1:-1])
    return _SEPARATORS.split(written)


def _unique(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in found if name))[:MOST_NAMES]

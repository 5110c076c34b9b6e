"""Reads a command written as text: `/recommend based_on:Mushishi`, `/recommend like Mushishi, novelty high`.

Grammar, after the command's name:
- `option:value` or `option="a value"`, the name also in the person's language;
- plain words: a keyword (`like`, `novelty`; messages `words-<option>`) at the start or after a comma, then its value;
- what is left belongs to the command's `rest` option. Once a rest has begun, only `option:` of another option ends it,
  so that titles with colons and commas stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.declare import Command, Option, Registry
from bot.request import Value
from bot.texts import Texts
from core.errors import UserError

MAX_LINE = 4000
"""Characters of a line that are read; more is refused before any work. Longer than any platform's own text limit."""
MAX_VALUE = 1000
FIRST_JAPANESE = 0x3000
"""Code point from which scripts without spaces between words begin (CJK punctuation, kana, kanji)."""
MAX_SAID = 60
"""How much of somebody's input an error sentence repeats."""


@dataclass(frozen=True, slots=True)
class Parsed:
    command: Command
    options: Mapping[str, str]


def shorten(text: str, most: int = MAX_SAID) -> str:
    """One line of at most `most` characters, for repeating what somebody wrote."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def listed(text: str | None) -> tuple[str, ...]:
    """Names joined by commas, each once; `-` alone means none."""
    names = (name.strip() for name in (text or "").replace("、", ",").split(","))
    return tuple(dict.fromkeys(name for name in names if name and name != "-"))


def parse(line: str, registry: Registry, texts: Texts) -> Parsed:
    """The command and its raw options.

    Raises:
        UserError: `input-empty`, `input-long`, `command-unknown`, `command-partial`, `option-unknown`, `value-long`.
    """
    line = line.strip()
    if not line:
        raise UserError("input-empty")
    if len(line) > MAX_LINE:
        raise UserError("input-long", most=MAX_LINE)
    command, rest = _command(line.removeprefix("/"), registry, texts)
    options = _options(rest, command, texts)
    for name, value in options.items():
        if len(value) > MAX_VALUE:
            raise UserError("value-long", option=name, most=MAX_VALUE)
    return Parsed(command, options)


def _command(line: str, registry: Registry, texts: Texts) -> tuple[Command, str]:
    """The longest command whose words begin the line (`fav add`, `fav_add`, or localised), and the rest."""
    words = re.split(r"\s+", line, maxsplit=2)
    first = words[0].split("@")[0].lower()
    known: dict[tuple[str, ...], Command] = {}
    for command in registry.commands.values():
        parts = command.name.split()
        known[tuple(parts)] = known[("_".join(parts),)] = command
        known[tuple(local_name(part, texts) for part in parts)] = command
        if command.bare:
            known.setdefault((parts[0],), command)
            known.setdefault((local_name(parts[0], texts),), command)
    if len(words) > 1 and (found := known.get((first, words[1].lower()))):
        return found, words[2] if len(words) > 2 else ""
    if found := known.get((first,)):
        return found, line[len(words[0]) :].strip()
    inside = sorted({c.name for parts, c in known.items() if len(parts) > 1 and parts[0] == first})
    if inside:
        raise UserError("command-partial", name=first, commands=", ".join(f"/{name}" for name in inside))
    raise UserError("command-unknown", name=shorten(words[0]))


def local_name(part: str, texts: Texts) -> str:
    """A word of a command's name in a language (message `name-<part>`), else the word itself."""
    key = f"name-{part}"
    return texts(key).lower() if texts.has(key) else part


def _keywords(command: Command, texts: Texts) -> dict[str, str]:
    """Plain-word keywords, lower case, to option names; longest first."""
    found: dict[str, str] = {}
    for option in command.options:
        for language in dict.fromkeys((texts, Texts("en"))):
            key = f"words-{option.name}"
            if language.has(key):
                found |= {word.strip().lower(): option.name for word in language(key).split("|")}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _options(rest: str, command: Command, texts: Texts) -> dict[str, str]:
    names = {option.name: option.name for option in command.options}
    for option in command.options:
        key = f"optname-{option.name}"
        if texts.has(key):
            names[texts(key).lower()] = option.name
    named = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    options: dict[str, str] = {}
    if not rest.strip():
        return options
    marks = (
        list(re.finditer(rf"(?:^|(?<=[\s,]))({named})\s?[:=：＝]\s?", rest, re.IGNORECASE)) if named else []
    )
    free = (rest[: marks[0].start()] if marks else rest).strip().rstrip(",").strip()
    if free:
        _plain_words(free, command, texts, options)
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        value = rest[mark.end() : following.start() if following else len(rest)].strip().rstrip(",").strip()
        options[names[mark.group(1).lower()]] = _unquote(value)
    return {name: value for name, value in options.items() if value}


def _plain_words(free: str, command: Command, texts: Texts, options: dict[str, str]) -> None:
    keywords = _keywords(command, texts)
    current: str | None = None
    for piece in re.split(r"([,、，]\s*)", free):
        if re.fullmatch(r"[,、，]\s*", piece):
            if current is not None:
                options[current] += piece
            continue
        lower = piece.lower()
        word = next((word for word in keywords if _begins(lower, word)), None)
        if word is not None:
            if current is not None:
                options[current] = options[current].rstrip(" ,、，")
            current = keywords[word]
            options[current] = piece[len(word) :].strip()
        elif current is not None:
            options[current] += piece
        elif command.rest:
            current = command.rest
            options[current] = piece
        elif piece.strip():
            raise UserError("option-unknown", text=shorten(piece), command=command.name)
    for name in options:
        options[name] = _unquote(options[name].strip(" ,、，"))


def _begins(text: str, word: str) -> bool:
    if not text.startswith(word):
        return False
    after = text[len(word) : len(word) + 1]
    # Japanese puts no space between words; every other language here does.
    return not after or after.isspace() or ord(word[-1]) >= FIRST_JAPANESE


def _unquote(value: str) -> str:
    for opening, closing in ('""', "''", "“”", "「」"):
        if len(value) >= 2 and value[0] == opening and value[-1] == closing:
            return value[1:-1].strip()
    return value


def typed(command: Command, raw: Mapping[str, Value], texts: Texts) -> dict[str, Value]:
    """The options with their types and bounds checked.

    Raises:
        UserError: `option-missing`, `number-wrong`, `number-range`, `choice-wrong`, `value-long`.
    """
    values: dict[str, Value] = {}
    for option in command.options:
        if option.name in raw:
            values[option.name] = _typed(option, raw[option.name], texts)
        elif option.required:
            raise UserError("option-missing", option=option.name, command=command.name)
    return values


def _typed(option: Option, value: Value, texts: Texts) -> Value:
    if option.kind in ("integer", "number"):
        return _number(option, value)
    if option.kind == "choice" and isinstance(value, str):
        return _choice(option, value, texts)
    if option.kind == "flag" and isinstance(value, str):
        return _flag(option, value, texts)
    if option.kind == "people" and isinstance(value, str):
        return tuple(part for part in re.split(r"[\s,]+", value) if part)
    if isinstance(value, str) and len(value) > (option.maximum or MAX_VALUE):
        raise UserError("value-long", option=option.name, most=int(option.maximum or MAX_VALUE))
    return value


def _flag(option: Option, value: str, texts: Texts) -> bool:
    wanted = value.strip().lower()
    for meaning in (True, False):
        for language in (texts, Texts("en")):
            if wanted in _labels(language, "words-on" if meaning else "words-off"):
                return meaning
    raise UserError(
        "choice-wrong", option=option.name, given=shorten(value), choices=f"{texts('yes')}, {texts('no')}"
    )


def _labels(texts: Texts, key: str) -> set[str]:
    """The words of a message, which are joined by `|`, in lower case."""
    return {label.strip().lower() for label in texts(key).split("|")} if texts.has(key) else set()


def _number(option: Option, value: Value) -> Value:
    try:
        number = float(value) if isinstance(value, str | int | float) else float("nan")
        if option.kind == "integer":
            number = int(number)
    except (ValueError, OverflowError):
        raise UserError("number-wrong", option=option.name, given=shorten(str(value))) from None
    low, high = option.minimum, option.maximum
    if not (low is None or number >= low) or not (high is None or number <= high):
        raise UserError("number-range", option=option.name, low=_bound(low), high=_bound(high))
    return number


def _bound(value: float | None) -> float:
    if value is None:
        return 0
    return int(value) if value == int(value) else value


def _choice(option: Option, value: str, texts: Texts) -> Value:
    wanted = value.strip().lower()
    for choice in option.choices:
        labels = {choice}
        for language in (texts, Texts("en")):
            labels |= _labels(language, f"choice-{choice}") | _labels(language, f"words-choice-{choice}")
        if wanted in labels:
            return choice
    if option.numeric:
        try:
            number = float(wanted)
        except ValueError:
            number = -1.0
        if 0 <= number <= 1:
            return number
    shown = ", ".join(texts(f"choice-{choice}").split("|")[0].strip() for choice in option.choices)
    raise UserError("choice-wrong", option=option.name, given=shorten(value), choices=shown)

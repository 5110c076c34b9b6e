"""Bringing a title and what a person typed to one spelling.

`fold` is the careful form (words kept apart), `compact` the loose one (no spaces, one romanisation).
Keys in a catalogue pack were made with these functions: raise `FOLDING_VERSION` with every change.
"""

from __future__ import annotations

import re
import unicodedata

FOLDING_VERSION = 1

_DROPPED = dict.fromkeys(map(ord, "'’‘`´ʼ＇"))
_REPLACED = {
    ord("×"): " x ",
    ord("✕"): " x ",
    ord("@"): "a",
    ord("&"): " and ",
    ord("＆"): " and ",
    ord("∀"): " turn a ",
    ord("√"): " root ",
}
_REPLACED |= {ord("ß"): "ss", ord("æ"): "ae", ord("œ"): "oe", ord("ø"): "o", ord("ł"): "l", ord("đ"): "d"}
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)} | {0x309D: 0x30FD, 0x309E: 0x30FE}
_TABLE: dict[int, str | int | None] = {**_DROPPED, **_REPLACED, **_HIRAGANA}
_VOICED_MARKS = ("\u3099", "\u309a")
_PUNCTUATION = re.compile(r"[^\w]+|_+")

_ORDINALS = {
    word: str(i)
    for i, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"], start=1
    )
}
_NUMBERS = {
    word: str(i)
    for i, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight"], start=1)
}
_KANJI_NUMBERS = {kanji: str(i) for i, kanji in enumerate("一二三四五六七八九", start=1)}
_KANJI_NUMBERS |= {"壱": "1", "弐": "2", "参": "3"}
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}

# Season and part words of any language become the tokens "s3" and "p2".
_NTH = r"(\d{1,2})(?:st|nd|rd|th)"
_SEASON_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b{_NTH} (?:season|series|シーズン)\b"), r"s\1"),
    (re.compile(r"\b(?:season|saison|temporada|staffel|シーズン) ?0*(\d{1,2})\b"), r"s\1"),
    (re.compile(r"\b(\d{1,2}) ?(?:ki|season)\b"), r"s\1"),
    (re.compile(r" ?第? ?(\d{1,2}) ?(?:期|シーズン|シリーズ)"), r" s\1 "),
    (re.compile(r" ?第 ?(\d{1,2}) ?(?:クール|部)"), r" p\1 "),
    (re.compile(rf"\b{_NTH} (?:cour|part|half)\b"), r"p\1"),
    (re.compile(r"\b(?:part|cour|pt|パート) ?0*(\d{1,2})\b"), r"p\1"),
    (re.compile(r"\bs0*(\d{1,2}) ?(?:p|c|cour|part)0*(\d{1,2})\b"), r"s\1 p\2"),
    (re.compile(r"\bs0*(\d{1,2})\b"), r"s\1"),
    (re.compile(r"\b(?:the )?final(?: season)?\b|ファイナル(?:シーズン)?"), " final "),
)
_ORDINAL_WORDS = re.compile(rf"\b({'|'.join(_ORDINALS)}) (season|series|cour|part|half)\b")
_NUMBER_WORDS = re.compile(rf"\b(season|part|cour) ({'|'.join(_NUMBERS)}|{'|'.join(_ROMAN)}|i|v)\b")
_SECOND_KANA = re.compile("セカンドシーズン")
_THIRD_KANA = re.compile("サードシーズン")
_KANJI_SEASON = re.compile(rf"第? ?([{''.join(_KANJI_NUMBERS)}])(期|部|クール|シーズン)")
_LAST_NUMBER = re.compile(r"(?:(?<=\S) |(?<=[^\W\d][^\W\d][^\W\d])|(?<=[ァ-ヶー一-龯]))([2-9]|1[0-2])$")
_NUMBERED = re.compile(r"\b(?:movie|film|ova|oad|ona|special|episode|chapter|volume|vol|no) \d+$")
# Without one of these no season word can be there: most names are spared the passes.
_HAS_SEASON = re.compile(r"\d|season|series|cour|part|half|final|シーズン|期|部|クール|ファイナル")
_LEADING_ZERO = re.compile(r"\b0(?=\d\b)")


def fold(text: str) -> str:
    """Words in lower case without diacritics, punctuation and symbols, hiragana as katakana, season words as
    `s2`, `p2` and `final`, a last small number as a season ("overlord ii" and "overlord 2": "overlord
    s2")."""
    text = fold_plain(text)
    if _HAS_SEASON.search(text):
        text = _season_tokens(text)
    words = text.split()
    words[1:] = [_ROMAN.get(word, word) for word in words[1:]]
    text = _LEADING_ZERO.sub("", " ".join(words))
    return text if _NUMBERED.search(text) else _LAST_NUMBER.sub(r" s\1", text)


def _season_tokens(text: str) -> str:
    text = _KANJI_SEASON.sub(lambda m: _KANJI_NUMBERS[m[1]] + m[2], text)
    text = _THIRD_KANA.sub(" s3 ", _SECOND_KANA.sub(" s2 ", text))
    text = _ORDINAL_WORDS.sub(lambda m: f"{m[2].replace('series', 'season')} {_ORDINALS[m[1]]}", text)
    text = _NUMBER_WORDS.sub(lambda m: f"{m[1]} {({**_NUMBERS, **_ROMAN, 'i': '1', 'v': '5'})[m[2]]}", text)
    for pattern, token in _SEASON_WORDS:
        text = pattern.sub(token, text)
    return text


def fold_plain(text: str) -> str:
    """As `fold`, season words left alone: for names of genres, studios, characters and the like."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFD", text)
        kept = (c for c in decomposed if unicodedata.category(c) != "Mn" or c in _VOICED_MARKS)
        text = unicodedata.normalize("NFC", "".join(kept))
    return " ".join(_PUNCTUATION.sub(" ", text).split())


# One romanisation: long vowels short, Kunrei consonants, the particle wo. Plain replacements in this order,
# so that a whole block of keys is brought down by the same few passes over its bytes.
_LOOSE = tuple(
    (before.encode(), after.encode())
    for before, after in (
        (" wo ", " o "),
        ("dzu", "zu"),
        ("tsu", "tu"),
        ("shi", "si"),
        ("chi", "ti"),
        ("fu", "hu"),
        ("ji", "zi"),
        ("mb", "nb"),
        ("mp", "np"),
    )
)
_LONG = tuple(
    (before.encode(), after.encode())
    for before, after in (("ou", "o"), ("oo", "o"), ("uu", "u"), ("aa", "a"), ("nn", "n"))
)


def loosen(folded: bytes) -> bytes:
    """Folded UTF-8 text (one or many lines) with one romanisation, words kept apart."""
    for before, after in _LOOSE + _LONG:
        folded = folded.replace(before, after)
    return folded


def compact(folded: bytes) -> bytes:
    """As `loosen`, without spaces."""
    for before, after in _LOOSE:
        folded = folded.replace(before, after)
    folded = folded.replace(b" ", b"")
    for before, after in _LONG:
        folded = folded.replace(before, after)
    return folded


_KANA = "アa イi ウu エe オo カka キki クku ケke コko サsa シshi スsu セse ソso タta チchi ツtsu テte トto "
_KANA += "ナna ニni ヌnu ネne ノno ハha ヒhi フfu ヘhe ホho マma ミmi ムmu メme モmo ヤya ユyu ヨyo "
_KANA += "ラra リri ルru レre ロro ワwa ヲo ンn ガga ギgi グgu ゲge ゴgo ザza ジji ズzu ゼze ゾzo "
_KANA += "ダda ヂji ヅzu デde ドdo バba ビbi ブbu ベbe ボbo パpa ピpi プpu ペpe ポpo ヴvu"
_ROMAJI = {entry[0]: entry[1:] for entry in _KANA.split()}
_SMALL = {"ャ": "ya", "ュ": "yu", "ョ": "yo", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}


def romanise(folded: str) -> str | None:
    """Folded text whose every letter outside ASCII is kana, in Hepburn; None where there is another
    script."""
    out: list[str] = []
    double = False
    for char in folded:
        if char in _SMALL and out:
            vowel = _SMALL[char]
            before = out[-1]
            stem = before[:-1]
            out[-1] = stem + (vowel[1:] if stem.endswith(("sh", "ch", "j")) and len(vowel) == 2 else vowel)
            continue
        if char == "ッ":
            double = True
            continue
        if char == "ー":
            continue
        sound = char if char.isascii() else _ROMAJI.get(char)
        if sound is None:
            return None
        out.append(("t" if sound.startswith("ch") else sound[:1]) + sound if double else sound)
        double = False
    return "".join(out)

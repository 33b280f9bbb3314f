"""Words as they sound: one form for "twenty-two" and "22", "it's" and "it is", "Mr." and "mister".

Two decodes of one recording write the same sounds differently; what is compared are these forms.
Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_PIECE = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d[\d,]*(?:st|nd|rd|th|s)?|[$£€%&+]")
_MONEY = re.compile(r"([$£€])(\d[\d,]*(?:\.\d+)?)")
_COUNTRY = "u.s."  # no word: "us" is another
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_SIGNS = {"$": "dollars", "£": "pounds", "€": "euros", "%": "percent", "&": "and", "+": "plus"}
_SPELT = {
    "mr": "mister", "mrs": "missus", "dr": "doctor", "okay": "ok", "vs": "versus",
    "alright": "all right", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "cause": "because", "cuz": "because", "em": "them", "cannot": "can not", "can't": "can not",
    "won't": "will not", "shan't": "shall not", "let's": "let us",
    "grey": "gray", "defence": "defense", "licence": "license", "practise": "practice",
    "programme": "program", "programmes": "programs", "judgement": "judgment", "yep": "yeah",
    "goodbye": "good bye", "anymore": "any more",
}  # fmt: skip
# British and American spellings of one sound; the first letters keep "four" and "hour" out.
_OUR = re.compile(
    r"((?:^|dis|mis|un)(?:arm|behavi|cand|clam|col|endeav|fav|flav|glam|harb|hon|hum|lab|neighb|od"
    r"|parl|rum|sav|spl|tum|val|vap|vig))our"
)
_ISE = re.compile(r"(?<=\w{4})([iy])s(e|ed|er|es|ing|ation|ations)$")
_TRE = re.compile(r"^(theat|cent|met|lit|kilomet|centimet|fib|calib|spect|sab)re(s?)$")
_DOUBLED = re.compile(r"^(travel|cancel|label|model|signal|level|fuel|quarrel|total)l(?=[ei])")
_ENDINGS = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
_IS = frozenset(
    ["it", "he", "she", "that", "what", "there", "who", "where", "here", "how", "when", "this"]
)

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight",
    "ninth": "nine", "twelfth": "twelve",
}  # fmt: skip
_VALUES = (
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 10 + value for value, word in enumerate(_TEENS)}
    | {word: 20 + 10 * value for value, word in enumerate(_TENS)}
)
_HUNDRED = 100
_LARGE = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_LONGEST = 18  # digits; longer ones are no numbers anybody says


@dataclass(frozen=True, slots=True)
class Form:
    """What a word, or several that make one number, are compared by."""

    text: str
    first: int  # index of the word it begins in
    last: int  # index of the word it ends in


def forms_of(words: Sequence[str]) -> list[Form]:
    """Return the forms of `words` in order; a word of punctuation alone has none.

    >>> [form.text for form in forms_of(["It's", "twenty", "two,", "O.K."])]
    ['it', 'is', '22', 'ok']
    """
    plain = [Form(text, place, place) for place, word in enumerate(words) for text in _plain(word)]
    return list(_numbers(plain))


@lru_cache(maxsize=50_000)  # people use the same words again and again
def _plain(word: str) -> tuple[str, ...]:
    return tuple(_pieces(word))


def _pieces(word: str) -> Iterator[str]:
    text = unicodedata.normalize("NFKC", word).replace("’", "'")
    letters = text.strip("\"'“”()[],;:!?").replace(".", "")
    if letters == "US":
        yield _COUNTRY
        return
    text, letters = _MONEY.sub(r"\2 \1", text.casefold()), letters.casefold()
    # "O.K.": letters with full stops between them are one word.
    if len(letters) * 2 <= len(text) + 1 and letters.isalpha():
        text = letters
    for piece in _PIECE.findall(text):
        yield from _spelt(piece)


def _spelt(piece: str) -> Iterator[str]:
    if piece in _SIGNS:
        yield _SIGNS[piece]
    elif piece in _SPELT:
        yield from _SPELT[piece].split()
    elif piece[0].isdigit():
        yield from _digits(piece)
    elif "'" in piece:
        yield from _apart(piece)
    else:
        yield _american(piece)


def _american(piece: str) -> str:
    piece = _TRE.sub(r"\1er\2", _OUR.sub(r"\1or", piece))
    return _DOUBLED.sub(r"\1", _ISE.sub(r"\1z\2", piece))


def _digits(piece: str) -> Iterator[str]:
    number = re.match(r"[\d,]*", piece)
    digits, ending = (number.group(), piece[number.end() :]) if number else (piece, "")
    parts = [digits.replace(",", "")] if _GROUPED.fullmatch(digits) else digits.split(",")
    for place, part in enumerate(parts, start=1):
        if part:
            end = ending if place == len(parts) else ""
            yield part + ("th" if end in {"st", "nd", "rd", "th"} else end)


def _apart(piece: str) -> Iterator[str]:
    """Take a contraction apart; a possessive sounds like the word with an s."""
    head, _, ending = piece.rpartition("'")
    if ending == "t" and head.endswith("n"):
        yield head[:-1]
        yield "not"
    elif ending in _ENDINGS:
        yield head.replace("'", "")
        yield _ENDINGS[ending]
    elif ending == "s" and head in _IS:
        yield head
        yield "is"
    else:
        yield piece.replace("'", "")


# ── numbers ──────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=50_000)
def _value(text: str) -> tuple[int | None, bool]:
    """Return the number a form names and whether it is an ordinal."""
    ordinal = text.endswith("th") or text in _ORDINALS
    text = _ORDINALS.get(text, text.removesuffix("th"))
    if ordinal and text.endswith("ie"):  # twentieth
        text = f"{text[:-2]}y"
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
        return int(text), ordinal
    return _VALUES.get(text), ordinal


def _numbers(forms: Sequence[Form]) -> Iterator[Form]:
    """Join the words of one number into its digits."""
    place = 0
    while place < len(forms):
        made = _number(forms, place)
        if made is None:
            yield forms[place]
            place += 1
        else:
            value, ordinal, after = made
            text = f"{value}{'th' if ordinal else ''}"
            yield Form(text, forms[place].first, forms[after - 1].last)
            place = after


def _number(forms: Sequence[Form], place: int) -> tuple[int, bool, int] | None:
    """Return the value of the number that begins at `place`, and the place after it."""
    total, last, after, ordinal = 0, _start(forms, place), place + 1, False
    if last is None:
        return None
    current, ordinal = last
    scale = 10**_LONGEST
    while not ordinal and after < len(forms):
        step = after + 1 if _is_and(forms, after, current, total) else after
        text = forms[step].text
        value, ordinal = _value(text)
        plain, suffix = text.removesuffix("s").removesuffix("th"), text.endswith("th")
        if plain == "hundred" and 0 < current < _HUNDRED:
            current, ordinal = current * _HUNDRED, suffix
        elif 0 < current < 1_000 and _LARGE.get(plain, scale) < scale:
            scale = _LARGE[plain]
            total, current, ordinal = total + current * scale, 0, suffix
        elif value is not None and not text[0].isdigit() and _goes_on(current, total, value):
            current += value
        else:
            ordinal = False
            break
        after = step + 1
    return total + current, ordinal, after


def _start(forms: Sequence[Form], place: int) -> tuple[int, bool] | None:
    text = forms[place].text
    follows = forms[place + 1].text if place + 1 < len(forms) else ""
    if text == "a" and (follows == "hundred" or follows in _LARGE):
        return 1, False
    value, ordinal = _value(text)
    if value is None or (text[0] == "0" and len(text) > 1):
        return None
    return value, ordinal


def _is_and(forms: Sequence[Form], place: int, current: int, total: int) -> bool:
    """Say whether "and" at `place` stands inside a number: "one hundred and five"."""
    if forms[place].text != "and" or place + 1 >= len(forms):
        return False
    whole = current % _HUNDRED == 0 and (current or total)
    value, _ = _value(forms[place + 1].text)
    return bool(whole) and value is not None and 0 < value < _HUNDRED


def _goes_on(current: int, total: int, value: int) -> bool:
    """Say whether a number word is the next part of a number, not the next number."""
    if current == 0:
        return total > 0 and value > 0
    if current % _HUNDRED == 0:
        return 0 < value < _HUNDRED
    return current % 10 == 0 and current % _HUNDRED >= 20 and 0 < value < 10

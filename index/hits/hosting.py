"""What a host says to lead on: questions, and words that present a guest or a show. Pure.

An interviewer repeats the question best of all and a presenter names what the guest is: both are
near to what is asked, and neither answers it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.types import Passage
from index.passages import count_words, sentences_in

_MOSTLY = 0.5  # of the words
_LONGEST = 400  # characters of a sentence in which presenting words are looked for

_TODAY = r"(?:\s+(?:today|tonight|now|here|again|this\s+(?:week|time|morning|evening)))?"
_PRESENTS = re.compile(
    r"^\W*(?:hello|hi|hey|welcome|good\s+(?:morning|afternoon|evening))\b"
    r"|\b(?:my|our|today['’]s|tonight['’]s|this\s+week['’]s)\s+(?:(?:first|next|last|special)\s+)?"
    rf"guests?{_TODAY}\s+(?:is|are|was|were)\b"
    rf"|\b(?:i['’]m|i\s+am|we['’]re|we\s+are){_TODAY}\s+(?:talking|speaking|joined|sitting)"
    rf"{_TODAY}\s+(?:with|to|by)\b"
    rf"|\b(?:joining|with)\s+(?:me|us){_TODAY},?\s+(?:is|are)\b"
    r"|\b(?:is|are)\s+(?:here|with\s+(?:me|us)|(?:my|our)\s+guests?)"
    rf"{_TODAY}\W*$"
    r"|\b(?:you['’]re|you\s+are)\s+listening\s+to\b",
    re.IGNORECASE,
)
# Words without any of these present nobody: that is soon seen, and true of nearly all. Of words in
# small letters it is seen in a fifth of the time that it takes to ignore their case.
_MAY_PRESENT = re.compile(
    r"\b(?:(?:hi|hey)\b|hello|welcome|good\s+(?:morning|afternoon|evening)|guest"
    r"|talking|speaking|joined|sitting|(?:joining|with)\s+(?:me|us)|(?:is|are)\s+here|listening"
    r"|here(?:['’]s|\s+is|\s+are)|this\s+is)"
)
_NAMES_A_GUEST = re.compile(
    r"\b[Hh]ere(?:['’]s|\s+is|\s+are)\s+[A-Z]\w+\s+[A-Z]\w+"
    r"|\b[Tt]his\s+is\s+[A-Z][^.?!]{0,60}\bI['’]m\s+[A-Z]"
    r"|\bI['’]m\s+[A-Z][^.?!]{0,60}\b[Tt]his\s+is\s+[A-Z]"
)


def only_leads(passage: Passage) -> bool:
    """Return whether most of a passage asks or presents."""
    return _share(passage.content)[0] > _MOSTLY


def only_presents(passage: Passage) -> bool:
    """Return whether most of a passage presents somebody, and none of it asks."""
    leading, asking = _share(passage.content)
    return leading > _MOSTLY and not asking


def ends_asking(words: str) -> bool:
    """Return whether the last thing that is said is a question."""
    return words.rstrip("”\"’') ").endswith("?")


@lru_cache(maxsize=5_000)  # a question looks at the same hundred passages several times
def _share(words: str) -> tuple[float, float]:
    """Return the shares of the words that ask or present, and that ask."""
    if "?" not in words and not _may_present(words):
        return 0.0, 0.0
    asking = presenting = 0
    for said in sentences_in(words):
        if said.rstrip("”\"’') ").endswith("?"):
            asking += count_words(said)
        elif _presents(said[:_LONGEST]):
            presenting += count_words(said)
    every = max(1, count_words(words))
    return (asking + presenting) / every, asking / every


def _may_present(words: str) -> bool:
    return _MAY_PRESENT.search(words.lower()) is not None


def _presents(sentence: str) -> bool:
    if not _may_present(sentence):
        return False
    return bool(_PRESENTS.search(sentence) or _NAMES_A_GUEST.search(sentence))

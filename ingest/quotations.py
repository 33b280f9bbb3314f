"""Quotations in an article: which words are not the byline's, and whose they are.

What stands inside quotation marks is somebody's words; what a cue verb tells in other words is a
paraphrase. Both belong to whom the cue names, back to the full name as printed earlier. Where
that is not safe, nobody is named: a wrong name is the worst mistake this project can make. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.names import is_same_name
from corpus.types import Credit
from corpus.vocabulary import load_vocabulary
from ingest.prose.carryingon import carry_on
from ingest.prose.language import read_language
from ingest.prose.marks import Marked, find_marked
from ingest.prose.masks import Masked, mask
from ingest.prose.mentions import mentions_in
from ingest.prose.people import Party, People
from ingest.prose.speakers import Quotation, Reason, Speaker
from ingest.prose.speaking import Article

__all__ = ["Quotation", "Reason", "Speaker", "find_quotations"]

WHOLE = 60_000  # characters of an article that is read from end to end
MOST = 300_000  # characters that are read of a longer one: what holds quotations and cues
FEW = 200  # characters that may be mostly marks
MOST_QUOTED = 60  # quotations in one paragraph; where there are more, nobody is named
_CUES = re.compile(
    r"\b(?:said|says|told|tells|testif\w+|according to|added|adds|explained|recalled|wrote|noted|"
    r"warned|argued|insisted|claimed|stated|alleged|admitted|confirmed|recounted|reported)\b"
)


def find_quotations(
    paragraphs: Sequence[str],
    *,
    block: Sequence[bool] = (),
    headings: Sequence[bool] = (),
    credits: Sequence[Credit] = (),
    byline: Sequence[str] = (),
    title: str = "",
) -> list[list[Quotation]]:
    """Return, for each paragraph, the quotations and paraphrases in it, in order.

    Args:
        paragraphs: the body of an article.
        block: which of them the page sets apart as block quotes; all of such a one is quoted.
        headings: which of them are headings; those hold nobody's words and name nobody.
        credits: of the page, merged.
        byline: who wrote.
        title: of the page.
    """
    marked = find_marked(paragraphs, block=block)
    masked = [mask(text, found) for text, found in zip(paragraphs, marked, strict=True)]
    chosen = [
        place
        for place in _worth_reading(masked, marked)
        if not (headings and headings[place]) and _is_prose(masked[place])
    ]
    parses = dict(zip(chosen, read_language([masked[place].text for place in chosen]), strict=True))
    people = People()
    people.credit(credits, byline)
    _read_title(title, people)
    article = Article(paragraphs, marked, masked, parses, people)
    for place in chosen:
        article.read(place)
    carry_on(article, block or [False] * len(paragraphs))
    return [article.found(place) for place in range(len(paragraphs))]


def _is_prose(masked: Masked) -> bool:
    """Say whether a paragraph can be read in time: words, and few enough quotations."""
    text = masked.text.replace(" ", "")
    letters = sum(character.isalpha() for character in text)
    is_words = letters * 2 > len(text) or (letters > 0 and len(text) < FEW)
    return is_words and len(masked.quotes) <= MOST_QUOTED


def _worth_reading(masked: Sequence[Masked], marked: Sequence[Sequence[Marked]]) -> list[int]:
    """Return which paragraphs are read: all, or those with quotations and cues, and neighbours."""
    if sum(len(each.text) for each in masked) <= WHOLE:
        return list(range(len(masked)))
    telling = [
        place for place, each in enumerate(masked) if marked[place] or _CUES.search(each.text)
    ]
    near = {place + step for place in telling for step in (-1, 0, 1)}
    chosen, size = [], 0
    for place in sorted(near & set(range(len(masked)))):
        size += min(len(masked[place].text), MOST)
        if size > MOST:
            break
        chosen.append(place)
    return chosen


def _read_title(title: str, people: People) -> None:
    """Take up a full name in the title, when it is surely a person's."""
    if not title:
        return
    for parse in read_language([title]):
        for mention in mentions_in(parse, title):
            known = any(p.name and is_same_name(p.name, mention.text) for p in people.parties)
            sure = mention.head.entity == "PERSON" and " " in mention.text
            if sure and not known and not load_vocabulary().find_roles(mention.text):
                people.parties.append(Party(mention.text, source=title, gender=mention.gender))

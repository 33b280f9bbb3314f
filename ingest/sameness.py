"""Documents that turn out to be one once their words are known: joined, or proposed to a person.

Another address, another encoding, other advertisements: what is said stays. Wrongly joining two
documents would lose one of them behind the other; so the words alone only propose. They join where
title, date and source agree with them, and where neither text says anything that the other lacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.names import folded_words
from corpus.types import PROGRAM, Document, DocumentKind, Merge
from ingest.likeness import Likeness, compare, keys_of_words, words_of
from ingest.workshop import now

Stop = Callable[[], bool]

_LEAST_WORDS = 60  # of each; shorter texts are often the same notice
_LEAST_KEYS = 6  # in common, before two texts are compared at all
_MOST_COMPARED = 5  # documents that one is compared with
_REPLACED = 0.12  # share of either that may be replaced: advertisements
_SURE = 0.8  # share of the words of each that the other has: one recording, decoded twice
_SURE_READ = 0.97  # the same of articles, where no word is misheard
_MAYBE = 0.7
_NEWS = 40  # words that only one says; beyond, it may be another version
_NEAR = timedelta(hours=36)  # between the dates that two sources give one episode
_NEAR_HERE = timedelta(hours=12)  # and one source
_RERUN = timedelta(days=7)
# What speaks against one document, in the words of the evidence.
OTHER_TITLES = "their titles differ"
REPEATED_TITLE = "their source gives several documents this title"
OTHER_NUMBER = "another number in"
_NUMBERED = re.compile(r"^(?:ep(?:isode)?\.?\s*)?#?\d{1,5}\s*[:.\-–|]\s*", re.IGNORECASE)


class Verdict(StrEnum):
    """What two documents are to each other."""

    SAME = "same"
    UNCLEAR = "unclear"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document to be judged with its words, and whether its source repeats its title."""

    document: Document
    words: list[str]
    recurring: bool = False


def judge(one: Candidate, other: Candidate) -> tuple[Verdict, Likeness, tuple[str, ...]]:
    """Return what two documents are to each other, how alike, and what speaks for it."""
    alike = compare(one.words, other.words)
    if one.document.kind is not other.document.kind or min(alike.words) < _LEAST_WORDS:
        return Verdict.OTHER, alike, ()
    if alike.share < _MAYBE or _is_version(one.document, other.document, alike):
        return Verdict.OTHER, alike, ()
    evidence = [_told(alike)]
    agree, told = _facts_agree(one, other)
    evidence += told
    # Advertisements that were not found to be such stand in each other's place.
    whole = not any(map(sum, alike.own)) and alike.replaced <= _REPLACED and not alike.numbers
    is_read = one.document.kind is DocumentKind.ARTICLE
    sure = agree and whole and alike.share >= (_SURE_READ if is_read else _SURE)
    return (Verdict.SAME if sure else Verdict.UNCLEAR), alike, tuple(evidence)


def _is_version(one: Document, other: Document, alike: Likeness) -> bool:
    """Say whether they are published apart, and one has something new to say."""
    apart = _apart(one, other)
    new = max((*alike.own[0], *alike.own[1], 0))
    if apart is not None and apart > _RERUN and new >= 2 * _NEWS:
        return True
    return max(map(sum, alike.own)) > 0.3 * min(alike.words)


def _facts_agree(one: Candidate, other: Candidate) -> tuple[bool, list[str]]:
    """Return whether title, date and source allow to join without asking, and what they say."""
    mine, theirs = one.document, other.document
    told = []
    same_title = _is_same_title(_plain_title(mine.title), _plain_title(theirs.title))
    told.append("the same title" if same_title else OTHER_TITLES)
    apart, same_source = _apart(mine, theirs), mine.source_id == theirs.source_id
    near = apart is None or apart <= (_NEAR_HERE if same_source else _NEAR)
    if apart is not None:
        days = apart / timedelta(days=1)
        told.append("published together" if near else f"published {days:.0f} days apart")
    repeated = one.recurring or other.recurring
    if repeated:
        told.append(REPEATED_TITLE)
    reprint = mine.kind is DocumentKind.ARTICLE and not same_source
    if reprint:
        told.append("two publishers print it")
    return same_title and near and not repeated and not reprint, told


def _told(alike: Likeness) -> str:
    said = f"{alike.shares[0]:.0%} and {alike.shares[1]:.0%} of their words in common"
    if alike.swapped:
        said += f"; {len(alike.swapped)} stretches replaced, as advertisements are"
    if alike.numbers:
        said += f"; {OTHER_NUMBER} {alike.numbers} places"
    only = [sum(each) for each in alike.own]
    if any(only):
        said += f"; {only[0]} and {only[1]} words that only one says"
    return said


def _is_same_title(one: str, other: str) -> bool:
    """Say whether two titles are one, or one holds the other: a network puts the show before it."""
    short, long = sorted((one, other), key=len)
    return one == other or (" " in short and f" {short} " in f" {long} ")


def _plain_title(title: str) -> str:
    return " ".join(folded_words(_NUMBERED.sub("", title.strip())))


def _apart(one: Document, other: Document) -> timedelta | None:
    if one.published is None or other.published is None:
        return None
    return abs(one.published - other.published)


def join_alike(catalogue: Catalogue, *, stop: Stop | None = None) -> tuple[Merge, ...]:
    """Compare what is newly read with all there is; join or propose what is one document.

    Costs as much as there is new: of each new text the few documents are looked up that share
    some of its words. Stopped in the middle, the next call goes on.

    Args:
        catalogue: what there is.
        stop: asked before each document whether to put the work down.

    Returns:
        What was joined or proposed.
    """
    return tuple(_all_found(catalogue, stop or _never))


def _never() -> bool:
    return False


def _all_found(catalogue: Catalogue, stop: Stop) -> Iterator[Merge]:
    for document in catalogue.to_be_likened():
        if stop():
            return
        candidate = _candidate(catalogue, document)
        if candidate is None:
            continue
        keys = keys_of_words(candidate.words) if len(candidate.words) >= _LEAST_WORDS else []
        catalogue.save_text_keys(document.id, keys)
        yield from _found(catalogue, candidate)
        # Only now: who is killed before compares again.
        catalogue.note_likened(document.id, document.revision)


def _found(catalogue: Catalogue, new: Candidate) -> Iterator[Merge]:
    """Yield the one merge or proposal that the likest documents give, if any."""
    near = catalogue.sharing_text_keys(new.document.id, least=_LEAST_KEYS, most=_MOST_COMPARED)
    judged: dict[Verdict, Merge] = {}
    for other_id in near:
        known = _known(catalogue, other_id)
        if known is None:
            continue
        verdict, alike, evidence = judge(known, new)
        hidden = known.document.withdrawn is not None
        if hidden and verdict is not Verdict.SAME:
            continue  # nobody could look at what is proposed
        kept, other = known.document, new.document
        if not hidden:
            kept, other = sorted((kept, other), key=lambda x: (x.discovered, x.id))
        merge = Merge(
            id="",
            document_id=kept.id,
            other_id=other.id,
            joined=verdict is Verdict.SAME,
            evidence=evidence,
            likeness=round(alike.share, 3),
            author=PROGRAM,
            made=now(),
        )
        judged.setdefault(verdict, merge)
    for verdict in (Verdict.SAME, Verdict.UNCLEAR):
        found = catalogue.join_documents(judged[verdict]) if verdict in judged else None
        if found is not None:
            yield found
            return


def _known(catalogue: Catalogue, document_id: str) -> Candidate | None:
    """Return what is compared with; what was withdrawn as well, so that it stays so."""
    found = catalogue.sealed(document_id)
    if found is None:
        return None
    document, text = found
    recurring = catalogue.title_count(document.source_id, document.title) > 2
    return Candidate(document, words_of(text), recurring)


def _candidate(catalogue: Catalogue, document: Document) -> Candidate | None:
    try:
        text = catalogue.text(document.id)
    except NotFoundError:  # withdrawn, or gone since we asked
        return None
    recurring = catalogue.title_count(document.source_id, document.title) > 2
    return Candidate(document, words_of(text), recurring)

"""What two revisions of a text say otherwise, sentence by sentence. Pure.

Sentences are matched first, by their words alone; of two that are one sentence with other words,
the words are matched. Who says a sentence is compared when its words are: that a voice got its
name is no change of a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice

from corpus.anchors import paragraph_starts
from corpus.types import Attribution, Origin, Revision, Span, Text, Turn, TurnKind

_END = re.compile(r"[.!?…]['\"”’»)\]]{0,3}(?=\s)|\n\s*\n")
_ALIKE = 0.5  # share of the words that two forms of one sentence have in common, at the least
_NEAR = 12  # sentences that are looked at for the other form of one
_MOST_WORDS = 600  # of one sentence whose words are matched; beyond, it is replaced as a whole


class How(StrEnum):
    """What became of a sentence."""

    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"  # other words
    ATTRIBUTED = "attributed otherwise"  # the same words of somebody else


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence: in both revisions, or in one of them."""

    text: str
    removed: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """One sentence that is otherwise; speakers are named as they are printed, None: nobody is."""

    how: How
    pieces: tuple[Piece, ...]
    speaker: str | None  # in the newer revision, or in the older one where it was removed
    was: str | None = None  # the speaker in the older revision, where it is another
    start_time: float | None = None  # seconds, in the recording of that revision
    paragraph: int = 1  # 1-based, of that revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a later revision says otherwise than an earlier one."""

    document_id: str
    before: int
    after: int
    changes: tuple[SentenceChange, ...]
    same: int  # sentences that stand in both


Name = Callable[[Attribution], str | None]


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: tuple[str, ...]
    speaker: str | None
    start_time: float | None
    paragraph: int


def difference(before: Text, after: Text, name: Name) -> Difference:
    """Return what `after` says otherwise than `before`, in the order of the newer text.

    Args:
        before: the earlier revision.
        after: the later one.
        name: how a speaker is printed.
    """
    old, new = list(_sentences(before, name)), list(_sentences(after, name))
    matcher = SequenceMatcher(None, [s.words for s in old], [s.words for s in new])
    changes: list[SentenceChange] = []
    same = 0
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            same += i2 - i1
            pairs = zip(old[i1:i2], new[j1:j2], strict=True)
            changes += [_attributed(one, two) for one, two in pairs if one.speaker != two.speaker]
        else:
            changes += _replaced(old[i1:i2], new[j1:j2])
    return Difference(
        document_id=after.document_id,
        before=before.revision,
        after=after.revision,
        changes=tuple(changes),
        same=same,
    )


def why(before: Revision | None, after: Revision) -> str:
    """Return in words why there is a revision, as far as the revisions themselves tell."""
    if before is None:
        return "first read"
    both = before.media_sha256 and after.media_sha256
    reasons = (
        (both and before.media_sha256 != after.media_sha256, "another recording"),
        (before.origin is not after.origin, _CAME[after.origin]),
        (before.content_sha256 == after.content_sha256, _SAME_WORDS),
        (before.made_with != after.made_with, "read again by another version"),
    )
    return next((said for holds, said in reasons if holds), _EDITED[after.origin])


_CAME = {
    Origin.PUBLISHER: "the publisher's transcript came",
    Origin.ASR: "heard instead of read",
    Origin.PAGE: "read from the page instead",
}
_SAME_WORDS = "the same words: who says them, when, or how sure that is"
_EDITED = {
    Origin.PUBLISHER: "the publisher's transcript was edited",
    Origin.ASR: "heard again",
    Origin.PAGE: "the page was edited",
}


# ── sentences ────────────────────────────────────────────────────────────────────────────────


def _sentences(text: Text, name: Name) -> Iterator[_Sentence]:
    """Yield the sentences of a text; one that two people share is two."""
    breaks = paragraph_starts(text.content)
    timed = {timing.span.start: timing.start_time for timing in text.timings}
    paragraph = 0
    for turn in text.turns:
        speaker = _speaker(turn, name)
        for span in _split(text.content, turn.span):
            while paragraph < len(breaks) and breaks[paragraph] <= span.start:
                paragraph += 1
            yield _Sentence(
                words=tuple(span.of(text.content).split()),
                speaker=speaker,
                start_time=timed.get(span.start, turn.start_time),
                paragraph=paragraph + 1,
            )


def _speaker(turn: Turn, name: Name) -> str | None:
    return "Advertisement" if turn.kind is TurnKind.ADVERTISEMENT else name(turn.attribution)


def _split(content: str, within: Span) -> Iterator[Span]:
    """Yield the sentences inside a turn, without the blanks around them."""
    start = within.start
    ends = [match.end() for match in _END.finditer(content, within.start, within.end)]
    for end in (*ends, within.end):
        words = content[start:end]
        if stripped := words.strip():
            first = start + words.index(stripped[0])
            yield Span(first, first + len(stripped))
        start = end


# ── what became of them ──────────────────────────────────────────────────────────────────────


def _replaced(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> Iterator[SentenceChange]:
    """Yield what became of sentences that stand at one place and are none the same."""
    left = 0
    for sentence in new:
        window = list(islice(old, left, left + _NEAR))
        alike = [_alike(each.words, sentence.words) for each in window]
        best = max(range(len(window)), key=lambda i: alike[i], default=0)
        if not window or alike[best] < _ALIKE:
            yield _whole(sentence, How.ADDED)
            continue
        yield from (_whole(each, How.REMOVED) for each in window[:best])
        yield _changed(window[best], sentence)
        left += best + 1
    yield from (_whole(each, How.REMOVED) for each in old[left:])


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    if max(len(one), len(other)) > _MOST_WORDS:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _whole(sentence: _Sentence, how: How) -> SentenceChange:
    words = " ".join(sentence.words)
    piece = Piece(words, removed=how is How.REMOVED, added=how is How.ADDED)
    return _change(sentence, how, (piece,))


def _attributed(old: _Sentence, new: _Sentence) -> SentenceChange:
    return _change(new, How.ATTRIBUTED, (Piece(" ".join(new.words)),), old)


def _changed(old: _Sentence, new: _Sentence) -> SentenceChange:
    return _change(new, How.CHANGED, tuple(_pieces(old.words, new.words)), old)


def _change(
    sentence: _Sentence, how: How, pieces: tuple[Piece, ...], old: _Sentence | None = None
) -> SentenceChange:
    was = old.speaker if old is not None and old.speaker != sentence.speaker else None
    if old is not None and old.speaker is None and sentence.speaker is not None:
        was = "nobody named"
    return SentenceChange(
        how=how,
        pieces=pieces,
        speaker=sentence.speaker,
        was=was,
        start_time=sentence.start_time,
        paragraph=sentence.paragraph,
    )


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(" ".join(new[j1:j2]))
            continue
        if i2 > i1:
            yield Piece(" ".join(old[i1:i2]), removed=True)
        if j2 > j1:
            yield Piece(" ".join(new[j1:j2]), added=True)

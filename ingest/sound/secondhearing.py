"""The second decode: what it says of the words that are printed, and of a publisher's transcript.

Pure: transcripts in, a transcript or a refusal out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path

from corpus.types import Segment, Transcript, Word
from ingest.sound.agreement import Alignment, align, mark_agreement

# Share of a publisher's words that stand in the recording in runs of three or more. Transcripts of
# another recording measured at most 0.05, the right ones of hard recordings 0.5 and more.
_LEAST_SHARED = 0.15
_COMMON = frozenset(
    [
        *("the", "and", "of", "to", "that", "it", "you", "with", "they", "have", "this", "but"),
        *("not", "are", "what", "for", "my", "at", "i", "a"),
    ]
)
_LEAST_COMMON = 0.12  # share of a text; English has 0.25 and more, its neighbours 0.06
_MARKS = ".,;:!?…\"'“”‘’()[]"
_RUN = 3  # words; fewer in a row are alike by chance
_ENOUGH = 25  # words on either side, or nothing can be said
_LONG_GAP = 20  # words in a row that only one side has: no error of hearing any more
_OFF = 2.0  # seconds; a publisher's times that are farther off are of another file


@dataclass(frozen=True, slots=True)
class Checked:
    """A publisher's transcript beside what is heard: its words marked, or why it is refused."""

    transcript: Transcript
    refused: str | None = None


def serves(model: str, language: str | None) -> bool:
    """Say whether a model can decode a language (a code like "en")."""
    return language == "en" or not Path(model).name.endswith(".en")


def reads_english(words: Sequence[Word]) -> bool:
    """Say whether a text is English, by its commonest words."""
    common = sum(word.text.casefold().strip(_MARKS) in _COMMON for word in words)
    return common >= _LEAST_COMMON * len(words)


def agree(transcript: Transcript, second: Transcript, names: Collection[str] = ()) -> Transcript:
    """Return the transcript, each word marked with what the second decode has."""
    words = mark_agreement(transcript.words, second.words, names=names)
    settings = (*transcript.settings, ("second_decode", str(second.model)))
    return replace(_with_words(transcript, words), settings=settings)


def check_published(
    published: Transcript, heard: Transcript, names: Collection[str] = ()
) -> Checked:
    """Compare a publisher's transcript with what is heard in the recording.

    Words whose times were guessed, or are those of another file, take the times they are heard at.
    """
    alignment = align(published.words, heard.words)
    if min(len(alignment.our_forms), len(alignment.their_forms)) < _ENOUGH:
        warning = "too few words were heard to check the publisher's transcript by"
        return Checked(replace(published, warnings=(*published.warnings, warning)))
    if (share := _shared(alignment)) < _LEAST_SHARED:
        return Checked(published, f"it shares {100 * share:.0f} % of its words with the recording")
    words, moved = _retimed(published.words, heard.words, alignment)
    warnings = (*published.warnings, *_gaps(alignment))
    if _are_many(moved, len(words)):
        warnings += ("the publisher's times are of another file: taken from the recording",)
    words = mark_agreement(words, heard.words, names=names, alignment=alignment)
    settings = (*published.settings, ("checked_with", str(heard.model)))
    return Checked(replace(_with_words(published, words), settings=settings, warnings=warnings))


def _gaps(alignment: Alignment) -> Iterator[str]:
    """Yield what one side has at length and the other lacks: advertisements, cuts."""
    differing = [stretch for stretch in alignment.stretches if not stretch.same]
    theirs, ours = (
        [more - less for less, more in sizes if more - less >= _LONG_GAP]
        for sizes in (
            [(len(stretch.ours), len(stretch.theirs)) for stretch in differing],
            [(len(stretch.theirs), len(stretch.ours)) for stretch in differing],
        )
    )
    if theirs:
        yield f"about {sum(theirs)} words are heard that the publisher's transcript leaves out"
    if ours:
        yield f"about {sum(ours)} words of the publisher's transcript were not heard"


def _with_words(transcript: Transcript, words: Iterable[Word]) -> Transcript:
    """Return the transcript with its words replaced one for one."""
    rest = iter(words)
    segments = tuple(
        _with(segment, tuple(next(rest) for _ in segment.words)) for segment in transcript.segments
    )
    return replace(transcript, segments=segments)


def _with(segment: Segment, words: tuple[Word, ...]) -> Segment:
    if not words:
        return segment
    start, end = words[0].start_time, max(word.end_time for word in words)
    return replace(segment, words=words, start_time=start, end_time=end)


def _runs(alignment: Alignment) -> Iterator[tuple[int, int]]:
    """Yield the pairs of words (ours, theirs) that stand in a run long enough to be no chance."""
    run: list[tuple[int, int]] = []
    for stretch in alignment.stretches:
        if not stretch.same:
            if len(run) >= _RUN:
                yield from run
            run = []
        elif len(stretch.ours) == len(stretch.theirs):
            run += [
                (alignment.our_forms[i].first, alignment.their_forms[j].first)
                for i, j in zip(stretch.ours, stretch.theirs, strict=True)
            ]
    if len(run) >= _RUN:
        yield from run


def _shared(alignment: Alignment) -> float:
    return sum(1 for _ in _runs(alignment)) / max(len(alignment.our_forms), 1)


# ── times ────────────────────────────────────────────────────────────────────────────────────


def _retimed(
    words: Sequence[Word], heard: Sequence[Word], alignment: Alignment
) -> tuple[tuple[Word, ...], int]:
    """Return the words with the times they are heard at, and how many were off without a guess."""
    timed = list(words)
    heard_at: dict[int, Word] = {}
    moved: set[int] = set()
    for i, j in _runs(alignment):
        off = abs(words[i].start_time - heard[j].start_time) > _OFF
        if i not in heard_at and (words[i].estimated or off):
            heard_at[i] = heard[j]
            moved |= {i} if off and not words[i].estimated else set()
    for i, word in heard_at.items():
        timed[i] = replace(
            timed[i], start_time=word.start_time, end_time=word.end_time, estimated=False
        )
    foreign = _foreign(moved, {i for i, _ in _runs(alignment)}, len(words))
    known = [i for i, word in enumerate(timed) if not word.estimated and i not in foreign]
    return tuple(_in_order(_between(timed, known))), len(moved)


def _foreign(moved: set[int], matched: set[int], count: int) -> set[int]:
    """Return the words that were not heard, between others whose times are of another file."""
    if not _are_many(len(moved), count):
        return set()
    between = (range(left + 1, right) for left, right in pairwise(sorted(moved)))
    return {place for places in between for place in places} - matched


def _are_many(moved: int, count: int) -> bool:
    return moved > count // 10


def _between(words: Sequence[Word], known: Sequence[int]) -> Iterator[Word]:
    """Yield the words; those between two known times share the time between by their length."""
    if not known:
        yield from words
        return
    given = set(known)
    sizes = [0, *accumulate(len(word.text) + 1 for word in words)]
    for place, word in enumerate(words):
        after = bisect_right(known, place)
        if place in given or not 0 < after < len(known):
            yield word
            continue
        left, right = known[after - 1], known[after]
        begin, end = words[left].end_time, words[right].start_time
        length = sizes[right] - sizes[left + 1]
        start, stop = (
            begin + max(0.0, end - begin) * (sizes[at] - sizes[left + 1]) / length
            for at in (place, place + 1)
        )
        yield replace(word, start_time=round(start, 3), end_time=round(stop, 3), estimated=True)


def _in_order(words: Iterable[Word]) -> Iterator[Word]:
    last = 0.0
    for word in words:
        start = max(word.start_time, last)
        yield replace(word, start_time=start, end_time=max(start, word.end_time))
        last = start

"""What cannot be right in a decode: loops, words over silence, phrases of silence, lost speech.

Recognisers invent text where they hear no speech, and do so with high confidence; nothing here
asks them how sure they are. Pure: words and stretches of speech in, faults out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.types import Aside, AsideKind, Word
from ingest.sound.pieces import Near, Stretch

REPEATED = "repeated"
OVER_SILENCE = "over silence"
STOCK = "a phrase of silence"
TIMES = "time in doubt"
UNHEARD = "speech without words"

_LONGEST_WORD = 3.0  # seconds; nobody speaks one so long
_BACK = 0.5  # seconds a word may begin before the last one; recognisers round
_LOST = 2.0  # seconds of speech without a word; shorter is a breath, a laugh or a rounding
_BESIDE_WORD = 0.5  # seconds around a word in which speech is taken to be its
_LONGEST_LOOP = 24  # words
_INVENTED = 2  # words over silence in a row
_LITTLE = 0.5  # share of a phrase's time on speech, under which a phrase of silence is one
_BRIEF = 1.5  # seconds on speech that make a phrase of silence somebody's words again
# How often so many words may follow themselves: "no, no, no, no" is said, a sentence thrice is not.
_OFTEN = {1: 6, 2: 4}
_OFTEN_LONG = 3

# What recognisers learnt from subtitles: nobody's words wherever they stand.
_ALWAYS = re.compile(
    r"amaraorg|subtitles by|subtitled by|subtitles created|captions by|captioned by|captioning by"
    r"|transcribed by https|transcription by|translated by|sous titres|untertitel"
)
# What people do say too, and recognisers where there is nothing to hear.
_STOCK = frozenset((
    "thanks for watching", "thank you for watching", "thanks for listening",
    "thank you for listening", "thank you so much for watching", "please subscribe",
    "like and subscribe", "subscribe to my channel", "subscribe to the channel",
    "dont forget to subscribe", "see you next time", "see you in the next video",
    "see you in the next one", "ill see you next time", "thank you very much", "thank you",
    "thanks", "bye", "bye bye", "byebye", "goodbye", "you", "the end", "oh", "okay", "so",
    "yeah", "hmm",
    "music", "applause", "silence", "laughter", "foreign",
))  # fmt: skip
_BRACKETED = re.compile(r"^[\[(*♪♫][^\])]*[\])*♪♫]?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A stretch that cannot be right; `words` are the places of its words, if it has any."""

    reason: str
    start_time: float
    end_time: float
    words: range = range(0)


def find_faults(words: Sequence[Word], speech: Sequence[Stretch]) -> list[Fault]:
    """Return what cannot be right in one decode, in order of time.

    Args:
        words: as the recogniser gave them, in its order.
        speech: where the speech detector hears speech, in seconds, in order.
    """
    near = Near(speech)
    faults = [
        *_repeated(words),
        *_out_of_time(words),
        *_over_silence(words, near),
        *_stock(words, near),
        *_unheard(words, speech),
    ]
    return sorted(faults, key=lambda fault: (fault.start_time, fault.end_time))


def mark_faults(words: Sequence[Word], faults: Iterable[Fault]) -> tuple[Word, ...]:
    """Return the words, those of a fault with its reason."""
    marked = list(words)
    for fault in faults:
        for place in fault.words:
            marked[place] = replace(marked[place], doubt=marked[place].doubt or fault.reason)
    return tuple(marked)


def unheard_asides(words: Sequence[Word], speech: Sequence[Stretch]) -> tuple[Aside, ...]:
    """Return what marks speech without words; no sound of it is passed over in silence."""
    asides = []
    for fault in _unheard(words, speech):
        place = sum(word.start_time < fault.start_time for word in words)
        asides.append(
            Aside(
                position=place,
                kind=AsideKind.UNHEARD,
                text="",
                start_time=round(fault.start_time, 3),
                end_time=round(fault.end_time, 3),
            )
        )
    return tuple(asides)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _fault(reason: str, words: Sequence[Word], places: range) -> Fault:
    inside = words[places.start : places.stop]
    return Fault(
        reason=reason,
        start_time=min(word.start_time for word in inside),
        end_time=max(word.end_time for word in inside),
        words=places,
    )


# ── loops ────────────────────────────────────────────────────────────────────────────────────


def _repeated(words: Sequence[Word]) -> Iterator[Fault]:
    """Yield every loop once, whatever the number of words that go round in it."""
    plain = [_plain(word.text) for word in words]
    looped = [False] * len(plain)
    for length in range(1, min(_LONGEST_LOOP, len(plain) // 2) + 1):
        for run in _echoes(plain, length):
            if len(run) >= length * _OFTEN.get(length, _OFTEN_LONG):
                looped[run.start : run.stop] = [True] * len(run)
    yield from (_fault(REPEATED, words, run) for run in _runs(looped))


def _echoes(plain: Sequence[str], length: int) -> Iterator[range]:
    """Yield the runs in which every word is the one `length` places before."""
    start = None
    for place in range(length, len(plain) + 1):
        same = place < len(plain) and plain[place] == plain[place - length] != ""
        if same and start is None:
            start = place - length
        elif not same and start is not None:
            yield range(start, place)
            start = None


def _runs(flags: Sequence[bool]) -> Iterator[range]:
    start = None
    for place, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            yield range(start, place)
            start = None


# ── times ────────────────────────────────────────────────────────────────────────────────────


def _out_of_time(words: Sequence[Word]) -> Iterator[Fault]:
    flags = []
    latest = float("-inf")
    for word in words:
        long = word.end_time - word.start_time > _LONGEST_WORD
        backwards = word.start_time < latest - _BACK or word.end_time < word.start_time
        flags.append(long or backwards)
        latest = max(latest, word.start_time)
    yield from (_fault(TIMES, words, run) for run in _runs(flags))


# ── silence ──────────────────────────────────────────────────────────────────────────────────


def _over_silence(words: Sequence[Word], near: Near) -> Iterator[Fault]:
    flags = [near.overlap(word.start_time, word.end_time) <= 0 for word in words]
    # One word alone is rather misplaced than invented; what stands all alone is a sentence.
    runs = (run for run in _runs(flags) if len(run) >= _INVENTED)
    yield from (_fault(OVER_SILENCE, words, run) for run in runs)


def _stock(words: Sequence[Word], near: Near) -> Iterator[Fault]:
    """Yield the sentences that recognisers write where there is little or nothing to hear."""
    for places in _sentences(words):
        texts = [_plain(word.text) for word in words[places.start : places.stop]]
        said = " ".join(text for text in texts if text)
        fault = _fault(STOCK, words, places)
        printed = " ".join(word.text for word in words[places.start : places.stop])
        if _BRACKETED.match(printed) or _ALWAYS.search(said):
            yield fault
        elif said in _STOCK:
            spoken = near.inner(fault.start_time, fault.end_time)
            length = max(fault.end_time - fault.start_time, 0.01)
            if spoken < min(_LITTLE * length, _BRIEF):
                yield fault


def _sentences(words: Sequence[Word]) -> Iterator[range]:
    """Yield the runs of words up to a full stop, or a pause of a second."""
    start = 0
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else None
        paused = after is None or after.start_time - word.end_time >= 1.0
        if paused or word.text.endswith((".", "!", "?", "…", "]", ")")):
            yield range(start, place + 1)
            start = place + 1


def _unheard(words: Sequence[Word], speech: Sequence[Stretch]) -> Iterator[Fault]:
    """Yield the parts of the speech that lie beside no word."""
    spans = sorted((word.start_time - _BESIDE_WORD, word.end_time + _BESIDE_WORD) for word in words)
    place, covered = 0, float("-inf")  # to where words reach, whatever began before
    for start, end in speech:
        free = max(start, covered)
        while place < len(spans) and spans[place][0] < end:
            left, right = spans[place]
            if left - free >= _LOST:
                yield Fault(reason=UNHEARD, start_time=free, end_time=left)
            covered = max(covered, right)
            free = max(free, covered)
            place += 1
        if end - free >= _LOST:
            yield Fault(reason=UNHEARD, start_time=free, end_time=end)

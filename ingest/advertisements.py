"""Advertisements in a transcript: sponsor reads and inserted spots become stretches of their own.

Pure. Words, times and speakers stay as they are; only where a segment ends, and what it is for,
changes. Testimony taken for an advertisement is lost to search, so a voice that is heard at
length elsewhere needs a plain formula ("this episode is brought to you by"); a voice heard
nowhere else is judged by what it offers and by the break it stands in.
"""

from __future__ import annotations

import string
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from corpus.names import folded_words
from corpus.types import Segment, Transcript, Word
from ingest.transcript.cutting import cut
from ingest.transcript.selling import PLAIN, Sale, is_sale_label, read_sentence

_ENDS = (".", "!", "?", "…")
_CLOSERS = "\"'”’)]»"
_UNPUNCTUATED = 40  # words; beyond, a sentence ends with its segment
_CAPTIONS = 12  # words; the same where hardly any sentence has a full stop
_FEW_ENDS = 100  # words to one full stop
_STRANGER = 60  # words of anything but selling; a voice with fewer is heard nowhere else
_STRANGER_SHARE = 0.25  # of the words of the voice heard most; the same in a short recording
_LONGEST_SPOT = 450  # words between leaving the programme and coming back
_GAP = 5  # sentences without a sign of selling that a sponsor read may hold
_ANNOUNCED = 2  # weight of a read that was announced
_GAP_WORDS = 90
_WORDS_TO_WEIGHT = 60  # words for each sign of selling; testimony has fewer signs
_REPEATED = 2  # sentences that name the same thing
_TOUTS = 2  # promises that count
_HOOKS = 3  # sentences before "brought to you by" that may belong to it
_TAGS = 2  # short sentences that may end it


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int  # of its words in the transcript
    end: int
    speaker: str | None
    said: Sale
    capitals: frozenset[str]  # capitalised words, in small letters
    common: frozenset[str]  # words in small letters anywhere in the transcript
    own: bool  # names the programme itself

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def offers(self) -> frozenset[str]:
        """What it offers, unless it tells of somebody's own affairs or of the programme's."""
        if self.said.told:
            return frozenset()
        return self.said.offers - {"podcasts", "visit"} if self.own else self.said.offers

    @property
    def plain(self) -> bool:
        """Whether it offers something in so many words, whoever tells it."""
        return not self.own and not PLAIN.isdisjoint(self.said.offers)

    def names(self, brand: frozenset[str]) -> bool:
        return not brand.isdisjoint(self.capitals)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Sentences of one voice without a break, as places in the list of sentences."""

    first: int
    end: int
    speaker: str | None


def mark_advertisements(transcript: Transcript, *, publication: str = "") -> Transcript:
    """Return the transcript with sponsor reads and inserted spots in segments of that kind.

    Args:
        transcript: words in order, with or without speakers.
        publication: the show's name; what a show says of itself is not sold.
    """
    sentences = _sentences(transcript, publication)
    if not sentences:
        return transcript
    finder = _Finder(sentences)
    marks = finder.find()
    sold = [False] * len(transcript.words)
    for sentence, mark in zip(sentences, marks, strict=True):
        if mark:
            sold[sentence.start : sentence.end] = [True] * sentence.length
    if not any(sold):
        return transcript
    return replace(transcript, segments=tuple(cut(transcript.segments, sold)))


class _Finder:
    """Weighs the sentences of one transcript; `marks` says of each whether it is sold."""

    def __init__(self, sentences: Sequence[_Sentence]) -> None:
        self.sentences = sentences
        self.turns = _turns(sentences)
        self.strangers = _strangers(sentences, self.turns)
        self.marks = [is_sale_label(sentence.speaker) for sentence in sentences]

    def find(self) -> list[bool]:
        for turn in self.turns:
            for place in range(turn.first, turn.end):
                if self.sentences[place].said.opening or self._is_coded(place, turn):
                    self._mark_read(place, turn)
                elif self.sentences[place].said.leaves:
                    self._mark_announced(place, turn)
        self._mark_breaks()
        self._mark_strangers()
        return self.marks

    # ── a read in a voice of the programme ───────────────────────────────────────────────────

    def _is_coded(self, place: int, turn: _Turn) -> bool:
        """Say whether a code to enter and an address or price stand together: a plain formula."""
        if "code" not in self.sentences[place].offers:
            return False
        near = range(max(turn.first, place - 3), min(turn.end, place + 3))
        offers = frozenset().union(*(self.sentences[each].offers for each in near))
        return len(offers - {"visit", "order"}) >= 3

    def _mark_read(self, place: int, turn: _Turn) -> None:
        brand = frozenset(self.sentences[place].said.brand)
        first = self._first(place, turn, brand)
        end = self._end(place, turn, brand)
        self.marks[first:end] = [True] * (end - first)

    def _mark_announced(self, place: int, turn: _Turn) -> None:
        """Mark what the same voice reads right after "a word from our sponsor"."""
        end = self._end(place, turn, frozenset())
        if _weight(self.sentences[place + 1 : end]) >= _ANNOUNCED:
            self.marks[place + 1 : end] = [True] * (end - place - 1)

    def _first(self, place: int, turn: _Turn, brand: frozenset[str]) -> int:
        """Return where a read begins: its questions and promises come before the name."""
        first = place
        for each in range(place - 1, max(turn.first, place - _HOOKS - 1) - 1, -1):
            sentence = self.sentences[each]
            if sentence.said.leaves or sentence.said.returns:
                break
            touts = sentence.said.touts and not sentence.said.told
            if touts or sentence.names(brand) or sentence.offers:
                first = each
        return first

    def _end(self, place: int, turn: _Turn, brand: frozenset[str]) -> int:
        last, quiet = place, 0
        for each in range(place + 1, turn.end):
            sentence = self.sentences[each]
            if sentence.said.leaves or sentence.said.returns:
                # Coming back says where the read ended, if the way there is not too long.
                whole = quiet <= 3 * _GAP_WORDS and sentence.said.returns
                return each if whole or self._are_tags(last + 1, each) else last + 1
            if self._goes_on(sentence, brand, each - last, is_last=each + 1 == turn.end):
                last, quiet = each, 0
                continue
            quiet += sentence.length
            if sentence.said.resumes:
                break
            if each - last > _GAP and quiet > _GAP_WORDS and not self._returns(each, turn):
                break
        return last + 1

    def _goes_on(
        self, sentence: _Sentence, brand: frozenset[str], gap: int, *, is_last: bool
    ) -> bool:
        if sentence.said.opening or sentence.offers or sentence.plain or sentence.names(brand):
            return not (is_last and sentence.said.asks)
        hooks = sentence.said.touts and gap <= 2 and not sentence.said.told
        return hooks and not sentence.said.resumes and not is_last

    def _returns(self, place: int, turn: _Turn) -> bool:
        """Say whether this voice comes back to the programme soon."""
        words = 0
        for sentence in self.sentences[place : turn.end]:
            words += sentence.length
            if sentence.said.returns:
                return True
            if sentence.said.resumes or words > 2 * _GAP_WORDS:
                return False
        return False

    def _are_tags(self, first: int, end: int) -> bool:
        return end - first <= _TAGS and all(
            sentence.said.brief and not sentence.said.asks and not sentence.said.resumes
            for sentence in self.sentences[first:end]
        )

    # ── between "we'll be right back" and "welcome back" ─────────────────────────────────────

    def _mark_breaks(self) -> None:
        """Mark what stands between leaving and coming back, if nobody testifies there."""
        for place, sentence in enumerate(self.sentences):
            if not sentence.said.leaves or self.marks[place]:
                continue
            between = self._between(place)
            if between and self._is_sold(between, needed=2):
                self.marks[between.start : between.stop] = [True] * len(between)

    def _between(self, place: int) -> range | None:
        """Return the sentences until the programme comes back, all by its leaver or strangers."""
        leaver = self.sentences[place].speaker
        first, words = place + 1, 0
        for each in range(first, len(self.sentences)):
            sentence = self.sentences[each]
            if sentence.said.leaves and each == first:
                first = each + 1
                continue
            is_stranger = sentence.speaker in self.strangers
            if sentence.said.returns and not is_stranger:
                return range(first, each) if each > first else None
            words += sentence.length
            if words > _LONGEST_SPOT or sentence.said.leaves:
                return None
            if sentence.speaker != leaver and not is_stranger:
                return None
        return None

    def _is_sold(self, places: range, *, needed: int) -> bool:
        sentences = self.sentences[places.start : places.stop]
        return _weight(sentences) + 2 * any(self.marks[each] for each in places) >= needed

    # ── voices heard nowhere else ────────────────────────────────────────────────────────────

    def _mark_strangers(self) -> None:
        """Mark the turns of voices that only sell."""
        for is_stranger, group in groupby(self.turns, lambda turn: turn.speaker in self.strangers):
            run = list(group)
            if not is_stranger:
                continue
            places = range(run[0].first, run[-1].end)
            for turn in run:
                own = range(turn.first, turn.end)
                if self._is_sold(own, needed=self._needed(turn)):
                    end = self._back(turn)
                    self.marks[turn.first : end] = [True] * (end - turn.first)
            places = range(run[0].first, run[-1].end)
            if self._after_leaving(places.start) and self._is_sold(places, needed=2):
                self.marks[places.start : places.stop] = [True] * len(places)

    def _needed(self, turn: _Turn) -> int:
        """Return the weight from which a turn is sold: less where advertisements stand."""
        if turn.first == 0 or turn.end == len(self.sentences):
            return 3
        own = self.sentences[turn.first : turn.end]
        if any("podcasts" in sentence.offers for sentence in own):
            return 2
        is_answer = self.sentences[turn.first - 1].said.asks
        return 6 if is_answer else 4

    def _back(self, turn: _Turn) -> int:
        """Return where a turn that sells comes back to the programme for good."""
        for place in range(turn.end - 1, turn.first, -1):
            sentence = self.sentences[place]
            if sentence.said.returns and not sentence.said.sells:
                return place
            if sentence.said.sells or sentence.said.touts:
                break
        return turn.end

    def _after_leaving(self, place: int) -> bool:
        return any(s.said.leaves for s in self.sentences[max(0, place - 2) : place])


# ── sentences and turns ──────────────────────────────────────────────────────────────────────


def _sentences(transcript: Transcript, publication: str) -> list[_Sentence]:
    own = " ".join(folded_words(publication))
    announced = {a.position for a in transcript.asides if is_sale_label(a.text)}
    printed = (_bare(word.text) for word in transcript.words)
    common = frozenset(word for word in printed if word.islower())
    found: list[_Sentence] = []
    for start, words in _split(transcript.segments):
        texts = [word.text for word in words]
        said = read_sentence(texts)
        if start in announced and found:
            found[-1] = replace(found[-1], said=replace(found[-1].said, leaves=True))
        bare = [_bare(text) for text in texts]
        found.append(
            _Sentence(
                start=start,
                end=start + len(words),
                speaker=words[0].speaker,
                said=said,
                capitals=frozenset(each.casefold() for each in bare if each[:1].isupper()),
                common=common,
                own=bool(own) and f" {own} " in f" {' '.join(folded_words(' '.join(texts)))} ",
            )
        )
    return found


def _bare(word: str) -> str:
    return word.replace("’", "'").strip(string.punctuation + "“”").removesuffix("'s")


def _split(segments: Sequence[Segment]) -> Iterator[tuple[int, list[Word]]]:
    """Yield sentences with the place of their first word; none has two speakers."""
    words = [word for segment in segments for word in segment.words]
    is_bare = sum(map(_ends, words)) * _FEW_ENDS < len(words)
    most = _CAPTIONS if is_bare else _UNPUNCTUATED
    start, sentence = 0, list[Word]()
    for segment in segments:
        for word in segment.words:
            if sentence and sentence[-1].speaker != word.speaker:
                yield start, sentence
                start, sentence = start + len(sentence), []
            sentence.append(word)
            if _ends(word):
                yield start, sentence
                start, sentence = start + len(sentence), []
        if len(sentence) >= most:
            yield start, sentence
            start, sentence = start + len(sentence), []
    if sentence:
        yield start, sentence


def _ends(word: Word) -> bool:
    return word.text.rstrip(_CLOSERS).endswith(_ENDS)


def _turns(sentences: Sequence[_Sentence]) -> list[_Turn]:
    turns: list[_Turn] = []
    place = 0
    for speaker, group in groupby(sentences, key=lambda sentence: sentence.speaker):
        count = sum(1 for _ in group)
        turns.append(_Turn(place, place + count, speaker))
        place += count
    return turns


def _weight(sentences: Sequence[_Sentence]) -> int:
    """Return how much in these sentences sells: plain offers 2 each, the rest 1 each."""
    offers = frozenset().union(*(sentence.offers for sentence in sentences))
    touts = sum(sentence.said.touts and not sentence.said.told for sentence in sentences)
    opened = any(sentence.said.opening for sentence in sentences)
    names = Counter(name for s in sentences for name in s.capitals - s.common)
    repeats = any(count >= _REPEATED for count in names.values())
    plain = len(offers & PLAIN)
    return 2 * plain + len(offers - PLAIN) + min(touts, _TOUTS) + repeats + 2 * opened


def _strangers(sentences: Sequence[_Sentence], turns: Sequence[_Turn]) -> frozenset[str]:
    """Return the voices that say little besides turns that sell as much as they are long."""
    said: dict[str, int] = defaultdict(int)
    for turn in turns:
        own = sentences[turn.first : turn.end]
        length = own[-1].end - own[0].start
        if turn.speaker is not None:
            formula = any(each.said.sells or each.said.touts for each in own)
            sells = formula and length <= _WORDS_TO_WEIGHT * _weight(own)
            said[turn.speaker] += 0 if sells else length
    most = max(said.values(), default=0)
    # Whoever leaves for a break or comes back from it is a voice of the programme.
    leads = {each.speaker for each in sentences if each.said.leaves or each.said.returns}
    return frozenset(
        voice
        for voice, words in said.items()
        if words < min(_STRANGER, most * _STRANGER_SHARE) and voice not in leads
    )

"""Which dialect a printed transcript is in, recognised by what recurs in it. Pure.

A form of label is believed when its labels behave as speakers do: they come again, and words
follow. A colon in ordinary text, a list of chapters or of links does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.transcript.heads import GENERIC, SELDOM, Form, Head, is_break, is_shouted
from ingest.transcript.manuscripts import Line
from ingest.transcript.selling import is_sale_label

_FEWEST = 1.5  # words a turn, on average
_BRIEFEST = 3  # words after "Sponsor:"; no more than that is a credit
_ALL = 0.95  # of the lines have a label
_SLOWEST = 0.8  # words a second; of less, most is somewhere else


@dataclass(frozen=True, slots=True)
class Dialect:
    """The dialect of a document: its name, and the labels that are speakers in it."""

    name: str
    labels: frozenset[str] = frozenset()  # as `Head.key`
    form: Form | None = None
    doubtful: frozenset[str] = frozenset()  # may be speakers, may be how a sentence begins

    def speaks(self, head: Head) -> bool:
        """Say whether a head begins a turn of its label."""
        return bool(head.label) and head.key in self.labels


@dataclass(slots=True)
class _Seen:
    """The heads of one form, with what is counted of them."""

    heads: list[tuple[int, Head]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    followed: int = 0  # by words
    finished: int = 0  # by words that end as a sentence does
    words: int = 0
    spoken: frozenset[str] = frozenset()  # every word of the document that is in no label


def recognise(lines: Sequence[Line], heads: Sequence[Head], *, strict: bool) -> Dialect:
    """Return the dialect of a document by its heads.

    Args:
        lines: all of them.
        heads: of each line, as `read_head` gives them.
        strict: the lines may as well be show notes or prose: labels must prove themselves.
    """
    best, most = Dialect("unknown"), 0
    seen = {form: _seen(form, heads) for form in Form}
    seen[Form.COLON].spoken = frozenset(
        word.strip('"“”‘’.,;:!?()[]—–-') for head in heads for word in head.rest.split()
    )
    _add_unmarked(seen[Form.MARKED_COLON], seen[Form.COLON])
    for form, those in seen.items():
        believed = _believed(form, those, lines, strict=strict)
        count = sum(those.counts[key] for key in believed)
        weight = count * (3 if form is Form.MARKED_COLON else 2 if form is not Form.MARKED else 1)
        if weight > most:
            most = weight
            labels, doubtful = frozenset(believed), _doubtful(form, those, believed)
            best = Dialect(_name(form, those, lines), labels, form, doubtful)
    if best.form is None and _is_stamped(heads, strict=strict):
        bracketed = any(line.text.startswith("[") for line in lines)
        return Dialect("happy-scribe" if bracketed else "stamped")
    return best


def _is_stamped(heads: Sequence[Head], *, strict: bool) -> bool:
    """Say whether paragraphs have times and no labels; chapters have fewer words than speech."""
    times = [head.time for head in heads if head.time is not None]
    if len(times) < 2 or len(times) * 12 < len(heads) or not strict:
        return len(times) >= 2 and len(times) * 12 >= len(heads)
    first = next(place for place, head in enumerate(heads) if head.time is not None)
    spoken = [head.rest for head in heads[first:]]
    words = sum(len(text.split()) for text in spoken)
    rising = sum(here <= there for here, there in pairwise(times))
    rate = words / max(1.0, times[-1] - times[0])
    finished = sum(text.count(mark) for text in spoken for mark in ".?!。؟") >= 0.5 * len(times)
    return len(times) >= 3 and rising >= 0.9 * (len(times) - 1) and rate >= _SLOWEST and finished


def _add_unmarked(marked: _Seen, bare: _Seen) -> None:
    """Add labels that are marked up elsewhere, or as usual as the marked ones (Q bold, A not)."""
    usual = max(2.0, 0.3 * len(marked.heads))
    if len(marked.heads) < 2:
        return
    for place, head in bare.heads:
        if head.key in marked.counts or bare.counts[head.key] >= usual:
            marked.heads.append((place, head))
    marked.heads.sort(key=lambda pair: pair[0])
    added = [head for _, head in marked.heads if head.form is Form.COLON]
    marked.counts.update(head.key for head in added)
    marked.followed += len(added)
    marked.finished += len(added)


def _seen(form: Form, heads: Sequence[Head]) -> _Seen:
    seen = _Seen()
    usual = Counter(head.key for head in heads)
    for place, head in enumerate(heads):
        if head.form is not form or is_break(head) or _is_wording(head):
            continue
        if usual[head.key] == 1 and _is_credit(head):
            continue
        seen.heads.append((place, head))
        seen.counts[head.key] += 1
        said = head.rest or (heads[place + 1].rest if place + 1 < len(heads) else "")
        if not head.rest and place + 1 < len(heads) and heads[place + 1].form is form:
            said = ""
        seen.followed += bool(said)
        seen.words += max(len(said.split()), sum(c >= "\u2e80" for c in said) // 2)
        seen.finished += said.rstrip(" \"”’')]*").endswith(
            (".", "?", "!", "…", "-", "—", "–", "。")
        )
    return seen


def _believed(form: Form, seen: _Seen, lines: Sequence[Line], *, strict: bool) -> set[str]:
    """Return the labels of one form that are speakers; none when it is not the dialect."""
    total = len(seen.heads)
    if not total or seen.followed < 0.6 * total:  # chapters, links: no words between them
        return set()
    labelled = _share_labelled(seen, lines)
    shouted = _shouted(seen) >= 0.6
    again = _recurring(seen)
    if lines[0].element is not None:  # bold words and colons are common on pages
        bar = 0.5 if again and len(seen.counts) > 1 else 0.8
        strict = strict or form is Form.MARKED or labelled < bar or seen.words < _FEWEST * total
    share = sum(seen.counts[key] for key in again) / total
    if not again or (strict and not _is_proven(form, seen, again, share)):
        return set() if strict else _all_once(form, seen, shouted=shouted, whole=labelled >= 0.8)
    sure = form is not Form.COLON or shouted
    alone = len(seen.counts) == 1 and not _is_monologue(form, seen)
    mixed = share < 0.5 and not (sure and (share >= 0.3 or (total >= 4 and len(again) > 1)))
    if mixed and not alone and not strict and labelled >= _ALL:
        return _all_once(form, seen, shouted=shouted, whole=True)
    if alone or mixed or (not sure and labelled < 0.15):
        return set()
    return again | {
        head.key
        for _, head in seen.heads
        if _is_plausible(head, seen, shouted=shouted, labelled=labelled)
    }


def _is_proven(form: Form, seen: _Seen, again: set[str], share: float) -> bool:
    """Say whether labels on an episode's page are speakers beyond doubt."""
    total = len(seen.heads)
    enough = total >= 3 and len(seen.counts) >= 2 and bool(again) and share >= 0.5
    generic = sum(bool(GENERIC.fullmatch(head.label or "")) for _, head in seen.heads)
    spoken = seen.words >= _FEWEST * total and seen.finished >= 0.5 * total
    if form is Form.MARKED:  # a bold name before words is as often a list of people
        enough = enough and total >= 4 and len(again) >= 2
    return (enough and spoken) or (
        total >= 3 and generic == total and seen.words >= _FEWEST * total
    )


def _all_once(form: Form, seen: _Seen, *, shouted: bool, whole: bool) -> set[str]:
    """Return the labels of a document in which each stands once, if they are names."""
    labels = [head.label or "" for _, head in seen.heads]
    if seen.finished < 0.5 * len(labels) and seen.words < 5 * len(labels):
        return set()
    if len(labels) == 1:
        return set(seen.counts) if _is_monologue(form, seen) else set()
    named = all(len(label.split()) > 1 or GENERIC.fullmatch(label) for label in labels)
    seldom = any(SELDOM.match(label) for label in labels)
    timed = all(head.time is not None for _, head in seen.heads)
    tied = shouted or timed or form is not Form.COLON or (whole and not seldom)
    long = seen.words >= 4 * len(labels) or seen.finished >= 0.8 * len(labels)
    full = whole and seen.heads[0][0] == 0 and long
    return set(seen.counts) if tied and (named or shouted or full) else set()


def _is_monologue(form: Form, seen: _Seen) -> bool:
    """Say whether a label that is alone in a document is its speaker, not the show's name."""
    head = seen.heads[0][1]
    label = head.label or ""
    qualified = "," in label and label.split(",")[0].isupper()
    return (
        form in {Form.BEFORE_TIME, Form.AFTER_TIME, Form.MARKED_COLON}
        or head.time is not None
        or qualified
        or (bool(GENERIC.fullmatch(label)) and len(label) > 3)
    )


def _recurring(seen: _Seen) -> set[str]:
    """Return the labels that come again, also as a surname: MARA DELONG, BYLINE and DELONG."""
    cores = {head.key: head.core for _, head in seen.heads}
    counts = Counter(head.core for _, head in seen.heads)
    last = {core.split()[-1] for core in counts if len(core.split()) > 1}
    alone = {core for core in counts if core in last}
    return {
        key
        for key, core in cores.items()
        if counts[core] > 1 or (core and core.split()[-1] in alone)
    }


def _is_plausible(head: Head, seen: _Seen, *, shouted: bool, labelled: float) -> bool:
    """Say whether a label seen once is a speaker where others come again."""
    label = head.label or ""
    if head.form is not Form.COLON or GENERIC.fullmatch(label) or not head.rest:
        return True
    if is_sale_label(label):
        return len(head.rest.split()) > _BRIEFEST
    if shouted:
        return is_shouted(label)
    if SELDOM.match(label) or _is_ordinary(head, seen):
        return False
    bar = 0.8 if " " in label else 0.9  # "Safety: …" may be how a sentence begins
    return labelled >= bar or _is_addressed(head, seen)


def _is_ordinary(head: Head, seen: _Seen) -> bool:
    """Say whether the words of a label are used as ordinary words in the same document."""
    return all(word in seen.spoken for word in head.core.split())


def _is_addressed(head: Head, seen: _Seen) -> bool:
    """Say whether the first word of a label is spoken of by others, as a name is."""
    first = (head.label or "").split()[0]
    return len(first) > 2 and first in seen.spoken


def _doubtful(form: Form, seen: _Seen, believed: set[str]) -> frozenset[str]:
    """Return labels that may be speakers or not: what follows them is nobody's for certain."""
    if form is not Form.COLON or _shouted(seen) >= 0.6:
        return frozenset()
    return frozenset(
        head.key
        for _, head in seen.heads
        if head.key not in believed and not _is_ordinary(head, seen)
    )


def _is_credit(head: Head) -> bool:
    """Say whether a line gives somebody's part: "Host: Ada Moreno"."""
    parts = [part for part in re.split(r"[.;|·]\s+", head.rest.rstrip(". ")) if part]
    if len(parts) > 1 and GENERIC.fullmatch(head.label or "") and all(map(_is_part, parts)):
        return True
    words = head.rest.split()
    named = 2 <= len(words) <= 6 and all(word[0].isupper() or word == "and" for word in words)
    return named and head.rest[-1].isalnum() and bool(GENERIC.fullmatch(head.label or ""))


def _is_part(text: str) -> bool:
    """Say whether words name somebody: "Guests: Ada Moreno, armourer", "Photo by Bo Lund"."""
    credited = re.sub(r"^(?:[A-Z]\w{0,30}(?: \w{1,30}){0,2}(?::| by) )", "", text)
    name, _, part = credited.partition(",")
    words = name.split()
    named = all(word[0].isupper() or word in {"and", "de", "von", "van"} for word in words)
    return 2 <= len(words) <= 6 and named and len(part.split()) <= 12


def _is_wording(head: Head) -> bool:
    """Say whether a label is how a sentence begins ("The result: …")."""
    label = head.label or ""
    if head.form is not Form.COLON or is_shouted(label) or len(label) == 1:
        return False
    return bool(SELDOM.match(label)) and not GENERIC.fullmatch(label)


def _share_labelled(seen: _Seen, lines: Sequence[Line]) -> float:
    """Return the share of paragraphs, from the first label on, that have one."""
    places = {place for place, _ in seen.heads}
    bare = {place for place, head in seen.heads if not head.rest}
    first = min(places)
    unparted = not any(line.opens for line in lines[first + 1 :])  # no empty lines: line by line
    paragraphs = [
        place
        for place in range(first, len(lines))
        if place in places or ((unparted or lines[place].opens) and place - 1 not in bare)
    ]
    return len(places) / len(paragraphs)


def _shouted(seen: _Seen) -> float:
    """Return the share of labels in capitals; "Q" and "A" are neither."""
    labels = [head.label or "" for _, head in seen.heads]
    longer = [label for label in labels if len(label) > 1] or labels
    return sum(map(is_shouted, longer)) / len(longer)


_Test = Callable[[Head], bool]


def _name(form: Form, seen: _Seen, lines: Sequence[Line]) -> str:
    """Return the short name of a dialect, after those who print it so."""
    heads = [head for _, head in seen.heads]

    def mostly(test: _Test) -> bool:
        return sum(map(test, heads)) * 2 > len(heads)

    tag = next((line.element.tag for line in lines if line.element is not None), None)
    timed = mostly(lambda head: head.time is not None)
    if form is Form.BEFORE_TIME:
        return "fireside"
    if form is Form.AFTER_TIME or (timed and any(line.text[:1] == "[" for line in lines)):
        return "happy-scribe"
    if timed and mostly(lambda head: not head.rest):
        return "podcast-html" if tag else "iheart"
    if form in {Form.MARKED, Form.MARKED_COLON}:
        return "html" if tag else "markdown"
    if _shouted(seen) >= 0.6:
        return "npr"
    return "name-lines" if mostly(lambda head: not head.rest) else "names"

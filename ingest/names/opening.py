"""What who opens a programme says of themselves: that they host it, and their name. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from corpus.names import fold_name
from corpus.types import Evidence, Method, Span, Text, TurnKind
from ingest.names.labelled import NamedVoice
from ingest.names.spoken import own_names

_FIRST_TURNS = 3  # of a label; who opens a programme does it at once
_LONGEST = 1500  # characters of a turn that are read
_OWN_CONFIDENCE = 0.92  # of a name that a voice without one gives itself
_WELCOME = re.compile(
    r"\b[Ww]elcome(?P<to>,? (?:back )?to (?:another (?:episode|edition) of )?(?:the |our |this )?"
    r"(?:show|program|programme|podcast|series|[^\W\d_a-z]))?"
)
_MY_NAME = re.compile(
    r"\b(?:I['’]?m|I am|[Mm]y name is|[Mm]y name['’]s)\s+(?P<name>[^,.?!;:]{1,80})"
)
_MY_GUEST = re.compile(
    r"\b(?:my|our|today['’]s|tonight['’]s) guests?\b[^.?!]{0,60}?\b(?:is|are)\b"
    r"|\b(?:joining|with) (?:me|us)\b[^.?!]{0,40}?\b(?:is|are)\b"
    r"|\b(?:I['’]m|I am|we['’]re|we are) (?:also |now )?joined\b[^.?!]{0,40}?\bby\b",
    re.IGNORECASE,
)


def find_hosts(
    text: Text, voices: Mapping[str | None, NamedVoice]
) -> Iterator[tuple[str, Evidence]]:
    """Yield the folded names of those who open the programme, with the words that do it.

    A welcome alone makes nobody the host; who also gives their own name, or names a guest, is.
    """
    heard: Counter[str] = Counter()
    for turn in text.turns:
        voice = voices.get(turn.attribution.label)
        if turn.kind is TurnKind.ADVERTISEMENT or voice is None or voice.credit is None:
            continue
        name = fold_name(voice.credit.name)
        heard[name] += 1
        words = turn.span.of(text.content)[:_LONGEST]
        if heard[name] > _FIRST_TURNS or voice.credit.part == "guest":
            continue
        welcome = _WELCOME.search(words)
        if welcome and _opens(welcome, words, name):
            start = turn.span.start
            span = Span(start + welcome.start(), start + welcome.end())
            yield name, Evidence(kind="opening", quote=span.of(text.content), span=span)


def _opens(welcome: re.Match[str], words: str, name: str) -> bool:
    if words.count('"', 0, welcome.start()) % 2 or "“" in words[: welcome.start()]:
        return False  # somebody else's welcome, quoted
    wanted = name.split()
    said = [fold_name(match["name"]).split() for match in _MY_NAME.finditer(words)]
    named = any(each[:1] == wanted[:1] for each in said)
    guest = _MY_GUEST.search(words)
    return bool(named or guest) if welcome["to"] else bool(named and guest)


def find_printed(
    text: Text, voices: Mapping[str | None, NamedVoice], labels: Sequence[str]
) -> dict[str | None, NamedVoice]:
    """Return those of `labels` that give themselves the name which another label prints.

    "Host: … I'm Ann Lee" is who "Ann Lee:" is further on.
    """
    printed = {fold_name(each.credit.name): each.credit for each in voices.values() if each.credit}
    nameless = {label for label in labels if voices[label].credit is None}
    given: dict[str | None, dict[str, Evidence]] = defaultdict(dict)
    for turn in text.turns:
        label = turn.attribution.label
        if label in nameless and turn.kind is not TurnKind.ADVERTISEMENT:
            for name, place in own_names(turn.span.of(text.content)):
                span = Span(turn.span.start + place.start, turn.span.start + place.end)
                evidence = Evidence(
                    kind="self-introduction", quote=span.of(text.content), span=span
                )
                given[label].setdefault(fold_name(name), evidence)
    return {
        label: NamedVoice(
            label=label,
            credit=printed[name],
            method=Method.SELF_INTRODUCTION,
            confidence=_OWN_CONFIDENCE,
            evidence=(evidence,),
        )
        for label, names in given.items()
        for name, evidence in names.items()
        if len(names) == 1 and name in printed
    }

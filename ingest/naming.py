"""Names: from labels and bylines to people, only where it is certain. Pure.

Certain means: the publisher's own label, or one credited host, one credited guest and exactly
two voices of which one opens as the host. Everything else stays a label. A wrong name on a
quote is the worst mistake this project can make.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from corpus.types import Attribution, Credit, Evidence, Method, Transcript
from corpus.vocabulary import Vocabulary

_OPENING_SECONDS = 90.0  # a host says their name within this, before the guest has long spoken
_OPENING_WORDS = 120
_LABEL_CONFIDENCE = 0.95
_ELIMINATION_CONFIDENCE = 0.9
_HEARD_AS = 0.7  # "Lindquist" for "Lindqvist" 0.89, "Kim" for "Tim" 0.67
_INTRODUCTION = re.compile(
    r"\b(?:i'm|i am|my name is|my name's|this is|your host,?|hosted by)\s+(?:your host,?\s+)?"
    r"(?P<name>(?:[^\W_]+[\s.'-]*){2,4})"
)
_STAFF = frozenset({"host", "producer", "author", "editor", "photographer", "engineer"})
_NOT_NAMES = re.compile(
    r"^(?:speaker|voice|host|guest|interviewer|interviewee|announcer|narrator|unknown|male|"
    r"female|man|woman|caller|audience|all|both|ad|advert|advertisement|sponsor|music|"
    r"reporter|moderator|question|answer|q|a)\b[\s\d.:#-]*$",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"the", "a", "an"})
_HONORIFICS = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|professor|sir|dame|judge)\.?\s+", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVoice:
    """Who a label stands for; `credit` is None when nobody is named."""

    label: str | None
    credit: Credit | None
    method: Method
    confidence: float
    evidence: tuple[Evidence, ...] = ()


def merge_credits(credits: Sequence[Credit], vocabulary: Vocabulary) -> tuple[Credit, ...]:
    """Return one credit for each name, with every role its descriptions claim."""
    merged: dict[str, Credit] = {}
    for credit in credits:
        key = fold_name(credit.name)
        before = merged.get(key)
        merged[key] = _joined(before, credit) if before else credit
    return tuple(replace(credit, roles=_roles(credit, vocabulary)) for credit in merged.values())


def name_voices(
    transcript: Transcript, credits: Sequence[Credit], *, publisher: bool, doubtful: bool = False
) -> dict[str | None, NamedVoice]:
    """Return who each label of `transcript` stands for.

    Args:
        transcript: words with labels.
        credits: merged credits of the document.
        publisher: the labels are the publisher's own, not voices we told apart.
        doubtful: the voices were not told apart with certainty; nobody is named then.
    """
    labels = list(dict.fromkeys(word.speaker for word in transcript.words))
    if publisher:
        return {label: name_label(label, credits) for label in labels}
    nobody: dict[str | None, NamedVoice] = {label: _nobody(label) for label in labels}
    host, guest = _the_host(credits), _the_guest(credits)
    if doubtful or len(labels) != 2 or None in labels or host is None or guest is None:
        return nobody
    opener = _who_opens_as(host, transcript)
    if opener is None:
        return nobody
    label, words = opener
    other = next(each for each in labels if each != label)
    opening = Evidence(kind="opening", quote=words)
    return {
        label: _by_elimination(label, host, opening),
        other: _by_elimination(other, guest, opening),
    }


def name_label(
    label: str | None, credits: Sequence[Credit], *, publication: str = ""
) -> NamedVoice:
    """Return who a publisher's own label stands for.

    Args:
        label: as printed; None is nobody.
        credits: merged credits of the document.
        publication: the show or paper, whose name on a label is not a person's.
    """
    if label is None:
        return _nobody(None)
    credit = _same_person(label, credits)
    is_paper = label.casefold() in publication.casefold()
    if credit is None and is_person_name(label) and not is_paper:
        credit = Credit(name=" ".join(label.split()), evidence=label)
    if credit is None:
        return _nobody(label)
    return NamedVoice(
        label=label,
        credit=credit,
        method=Method.PUBLISHER_LABEL,
        confidence=_LABEL_CONFIDENCE,
        evidence=(Evidence(kind="publisher label", quote=label),),
    )


def author_of(bylines: Sequence[str], credits: Sequence[Credit]) -> NamedVoice:
    """Return who the words outside quotation marks belong to: the one person in the byline."""
    if len(bylines) != 1:
        label = " and ".join(bylines) or None
        return _nobody(label)
    name = bylines[0]
    credit = _same_person(name, credits) or Credit(name=name, part="author", evidence=name)
    return NamedVoice(
        label=None,
        credit=credit,
        method=Method.BYLINE,
        confidence=_LABEL_CONFIDENCE,
        evidence=(Evidence(kind="byline", quote=name),),
    )


def attribution(voice: NamedVoice, person_id: str | None) -> Attribution:
    """Return the claim that goes on a turn, once the catalogue knows the person."""
    roles = voice.credit.roles if voice.credit and person_id else ()
    return Attribution(
        method=voice.method if person_id else Method.NONE,
        confidence=voice.confidence if person_id else 0.0,
        person_id=person_id,
        label=voice.label,
        roles=roles,
        evidence=voice.evidence,
    )


def person_key(credit: Credit, source_id: str) -> str:
    """Return the identity of a credited person across documents.

    Two documents mean one person when full name and role are the same; without a role, only
    within one source. Anything looser would put one namesake's words in another's mouth.
    """
    return f"{fold_name(credit.name)}/{credit.roles[0] if credit.roles else source_id}"


def fold_name(name: str) -> str:
    """Return a name for comparison: no case, accents, honorific or middle initials."""
    plain = unicodedata.normalize("NFKD", _HONORIFICS.sub("", name.strip()))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.findall(r"[^\W_]+", letters)
    middle = [word for word in words[1:-1] if len(word) > 1]
    return " ".join([*words[:1], *middle, *words[1:][-1:]])


def is_person_name(label: str) -> bool:
    """Say whether a publisher's label reads as a full name rather than a part or a number."""
    words = label.split()
    if words[:1] and words[0].casefold() in _ARTICLES:
        return False  # a paper or a company
    if not 2 <= len(words) <= 5 or len(label) > 60 or _NOT_NAMES.match(label):
        return False
    return not any(character.isdigit() for character in label)


def _joined(before: Credit, after: Credit) -> Credit:
    descriptions = dict.fromkeys(filter(None, (before.description, after.description)))
    return replace(
        before,
        name=max(before.name, after.name, key=len),
        part=before.part or after.part,
        description="; ".join(descriptions) or None,
        evidence=before.evidence or after.evidence,
    )


def _roles(credit: Credit, vocabulary: Vocabulary) -> tuple[str, ...]:
    claimed = vocabulary.roles_in(credit.description or "")
    part = vocabulary.role_of(credit.part or "")
    return tuple(dict.fromkeys((*claimed, *((part,) if part else ()))))


def _same_person(name: str, credits: Sequence[Credit]) -> Credit | None:
    """Return the one credit this name can mean: in full, or by a surname nobody shares."""
    wanted = fold_name(name)
    exact = [credit for credit in credits if fold_name(credit.name) == wanted]
    if exact:
        return exact[0]
    if " " in wanted or not wanted:
        return None
    near = [credit for credit in credits if wanted in fold_name(credit.name).split()]
    return near[0] if len(near) == 1 else None


def _nobody(label: str | None) -> NamedVoice:
    return NamedVoice(label=label, credit=None, method=Method.NONE, confidence=0.0)


def _by_elimination(label: str | None, credit: Credit, opening: Evidence) -> NamedVoice:
    credited = Evidence(kind="credit", quote=credit.evidence or credit.description or credit.name)
    return NamedVoice(
        label=label,
        credit=credit,
        method=Method.PAGE_CREDIT,
        confidence=_ELIMINATION_CONFIDENCE,
        evidence=(credited, opening),
    )


def _the_host(credits: Sequence[Credit]) -> Credit | None:
    hosts = [credit for credit in credits if credit.part == "host" or "host" in credit.roles]
    return hosts[0] if len(hosts) == 1 else None


def _the_guest(credits: Sequence[Credit]) -> Credit | None:
    guests = [credit for credit in credits if credit.part == "guest"]
    if not guests:
        # A page that lists host, producer and one more person credits that person as guest.
        guests = [credit for credit in credits if credit.part is None and _is_outsider(credit)]
    return guests[0] if len(guests) == 1 else None


def _is_outsider(credit: Credit) -> bool:
    return not _STAFF & set(credit.roles)


def _who_opens_as(host: Credit, transcript: Transcript) -> tuple[str | None, str] | None:
    """Return the one label that introduces itself by the host's name, and the words."""
    wanted = fold_name(host.name).split()
    found = [
        (label, heard)
        for label, words in _openings(transcript).items()
        if (heard := _introduces(words, wanted))
    ]
    return found[0] if len(found) == 1 else None


def _introduces(words: str, wanted: Sequence[str]) -> str | None:
    """Return the words that say "I am <name>", allowing for a recogniser's spelling."""
    for match in _INTRODUCTION.finditer(_fold_words(words)):
        heard = re.findall(r"[^\W_]+", match.group("name"))[: len(wanted)]
        pairs = list(zip(wanted, heard, strict=False))
        likeness = [SequenceMatcher(None, a, b).ratio() for a, b in pairs]
        if len(pairs) == len(wanted) >= 2 and min(likeness) >= _HEARD_AS:
            return match.group().strip()
    return None


def _openings(transcript: Transcript) -> Mapping[str | None, str]:
    spoken: dict[str | None, list[str]] = {}
    for word in transcript.words:
        if word.start_time <= _OPENING_SECONDS:
            spoken.setdefault(word.speaker, []).append(word.text)
    return {label: " ".join(words[:_OPENING_WORDS]) for label, words in spoken.items()}


def _fold_words(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()

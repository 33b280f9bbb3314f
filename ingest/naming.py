"""Names: from labels and bylines to people, only where it is certain. Pure.

Certain means: the publisher's own label, or one credited host, one credited guest and exactly
two voices of which one opens as the host. Everything else stays a label. A wrong name on a
quote is the worst mistake this project can make.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.names import fold_name, initials_of, same_surname
from corpus.types import Attribution, Credit, Evidence, Method, Transcript
from corpus.vocabulary import Vocabulary, load_vocabulary
from ingest.labels import find_person, is_of_show, is_person_name, read_label, without_shouting
from ingest.openings import introduces, names_surname, says_another_name, sound_alike

__all__ = [
    "NamedVoice",
    "attribution",
    "author_of",
    "fold_name",
    "is_person_name",
    "merge_credits",
    "name_label",
    "name_voices",
]

_OPENING_SECONDS = 90.0  # a host says their name within this, before the guest has long spoken
_OPENING_WORDS = 120
_ANNOUNCING_SECONDS = 120.0  # and has announced the guest within this of beginning to speak
_LABEL_CONFIDENCE = 0.95
_ELIMINATION_CONFIDENCE = 0.9
_STAFF_PARTS = frozenset({"host", "producer", "author", "editor", "photographer", "engineer"})
# Somebody the page is about, who was not in the studio.
_SPOKEN_OF = re.compile(
    r"\b(?:dead|died|dies|deceased|killed|late(?!-)|victims?|murdered|slain|obituary|fatally|"
    r"shot (?:dead|and|by|on|during|while|at|in)|accused|charged|convicted|indicted|defendant|"
    r"suspects?|sentenced|jailed|imprisoned|pleaded)\b|\(?\b\d{4}\s?[–-]\s?\d{4}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVoice:
    """Who a label stands for; `credit` is None when nobody is named."""

    label: str | None
    credit: Credit | None
    method: Method
    confidence: float
    evidence: tuple[Evidence, ...] = ()


def merge_credits(credits: Sequence[Credit], vocabulary: Vocabulary) -> tuple[Credit, ...]:
    """Return one credit for each person, with every role its parts and descriptions claim.

    A name without middle initials is the same with them, unless two people of that name differ
    in theirs.
    """
    initials: dict[str, set[str]] = defaultdict(set)
    for credit in credits:
        initials[fold_name(credit.name)] |= {initials_of(credit.name)} - {""}
    merged: dict[tuple[str, str], Credit] = {}
    for credit in credits:
        name = fold_name(credit.name)
        key = (name, initials_of(credit.name) if len(initials[name]) > 1 else "")
        claimed = replace(credit, roles=_roles(credit, vocabulary))
        merged[key] = _joined(merged[key], claimed) if key in merged else claimed
    order = [role.id for role in vocabulary.roles]
    return tuple(
        replace(credit, roles=tuple(sorted(set(credit.roles), key=order.index)))
        for credit in merged.values()
    )


def name_voices(
    transcript: Transcript,
    credits: Sequence[Credit],
    *,
    publisher: bool,
    doubtful: bool = False,
    publication: str = "",
) -> dict[str | None, NamedVoice]:
    """Return who each label of `transcript` stands for.

    Args:
        transcript: words with labels.
        credits: merged credits of the document.
        publisher: the labels are the publisher's own, not voices we told apart.
        doubtful: the voices were not told apart with certainty; nobody is named then.
        publication: the show, whose name on a label is not a person's.
    """
    labels = list(dict.fromkeys(word.speaker for word in transcript.words))
    if publisher:
        return _name_labels(labels, credits, publication)
    nobody: dict[str | None, NamedVoice] = {label: _nobody(label) for label in labels}
    host = _the_host(credits)
    if doubtful or len(labels) != 2 or None in labels or host is None:
        return nobody
    opener = _who_opens_as(host, transcript, credits)
    if opener is None:
        return nobody
    label, words = opener
    other = next(each for each in labels if each != label)
    guest = _the_guest(credits, _announced(transcript, label))
    if guest is None or _is_confusable(host, guest):
        return nobody
    if _says_another_name(transcript, other, guest, credits):
        return nobody
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
    return _name_label(label, credits, publication)


def _name_labels(
    labels: Sequence[str | None], credits: Sequence[Credit], publication: str
) -> dict[str | None, NamedVoice]:
    """Name labels in order, so that "Ollerby" may be the "Tamsin Ollerby" who spoke before."""
    read = [read_label(label) for label in labels if label]
    full = [credit.name for credit in read if credit and is_person_name(credit.name)]
    known = list(credits)
    voices: dict[str | None, NamedVoice] = {}
    for label in labels:
        voices[label] = voice = _name_label(label, known, publication, others=full)
        if voice.credit and voice.credit not in known:
            known.append(voice.credit)
    return voices


def _name_label(
    label: str | None, known: Sequence[Credit], publication: str, others: Sequence[str] = ()
) -> NamedVoice:
    read = read_label(label) if label else None
    if label is None or read is None:
        return _nobody(label)
    credit = find_person(read.name, known, others)
    if credit is None and _is_new_person(read.name, known, publication):
        credit = read
    if credit is None:
        return _nobody(label)
    return NamedVoice(
        label=label,
        credit=credit,
        method=Method.PUBLISHER_LABEL,
        confidence=_LABEL_CONFIDENCE,
        evidence=(Evidence(kind="publisher label", quote=label),),
    )


def _is_new_person(name: str, known: Sequence[Credit], publication: str) -> bool:
    """Say whether a label names somebody nobody credited; "John Smith" of two credited is none."""
    namesakes = any(
        fold_name(credit.name) == fold_name(name) and not initials_of(name) for credit in known
    )
    return is_person_name(name) and not namesakes and not is_of_show(name, publication)


def author_of(bylines: Sequence[str], credits: Sequence[Credit]) -> NamedVoice:
    """Return who the words outside quotation marks belong to: the one person in the byline."""
    if len(bylines) != 1:
        label = " and ".join(bylines) or None
        return _nobody(label)
    name = bylines[0]
    credit = find_person(name, credits) or Credit(name=name, part="author", evidence=name)
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


def _joined(before: Credit, after: Credit) -> Credit:
    descriptions = dict.fromkeys(filter(None, (before.description, after.description)))
    return replace(
        without_shouting(before, after),
        part=min(before.part, after.part, key=_standing),
        roles=(*before.roles, *after.roles),
        description="; ".join(descriptions) or None,
        evidence=before.evidence or after.evidence,
    )


def _standing(part: str | None) -> int:
    """Return the rank of a part: who is heard comes before who made it, any before none."""
    if part is None:
        return 3
    return {"host": 0, "guest": 1}.get(part, 2)


def _roles(credit: Credit, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return what the credit claims, and the parts an earlier joining read."""
    claimed = vocabulary.roles_in(credit.description or "")
    known = [vocabulary.role(role_id) for role_id in credit.roles]
    part = vocabulary.role_of(credit.part or "")
    return (
        *claimed,
        *((part,) if part else ()),
        *(each.id for each in known if each and each.part),
    )


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
    hosts = [
        credit
        for credit in credits
        if credit.part == "host" or (credit.part is None and "host" in credit.roles)
    ]
    return hosts[0] if len(hosts) == 1 else None


def _the_guest(credits: Sequence[Credit], announced: str) -> Credit | None:
    """Return the one guest: credited as such, or the one outsider who can only be that.

    Args:
        credits: merged credits.
        announced: what the host says in the first minutes.
    """
    guests = [credit for credit in credits if credit.part == "guest"]
    if guests:
        return guests[0] if len(guests) == 1 else None
    # A page that lists host, producer and one more person credits that person as guest.
    outsiders = [credit for credit in credits if _is_outsider(credit)]
    heard = [credit for credit in outsiders if names_surname(announced, credit.name)]
    skilled = [credit for credit in outsiders if _has_profession(credit)]
    if len(outsiders) == 1 and (heard or skilled):
        return outsiders[0]
    return heard[0] if len(heard) == 1 and skilled in ([], heard) else None


def _is_outsider(credit: Credit) -> bool:
    is_staff = credit.part is not None or _STAFF_PARTS & set(credit.roles)
    return not is_staff and not _SPOKEN_OF.search(credit.description or "")


def _has_profession(credit: Credit) -> bool:
    roles = [load_vocabulary().role(role_id) for role_id in credit.roles]
    return any(role and not role.part for role in roles)


def _is_confusable(host: Credit, guest: Credit) -> bool:
    """Say whether host and guest are one credit or share a name."""
    return sound_alike(host.name, guest.name) or same_surname(host.name, guest.name)


def _who_opens_as(
    host: Credit, transcript: Transcript, credits: Sequence[Credit]
) -> tuple[str | None, str] | None:
    """Return the one label that introduces itself by the host's name, and the words."""
    labels = dict.fromkeys(word.speaker for word in transcript.words)
    found = [
        (label, heard)
        for label in labels
        if (heard := introduces(_first_words(transcript, label, _OPENING_SECONDS), host.name))
    ]
    if len(found) != 1 or _says_another_name(transcript, found[0][0], host, credits):
        return None
    return found[0]


def _says_another_name(
    transcript: Transcript, label: str | None, credit: Credit, credits: Sequence[Credit]
) -> bool:
    others = [each.name for each in credits if each != credit]
    return says_another_name(_first_words(transcript, label), credit.name, others)


def _announced(transcript: Transcript, label: str | None) -> str:
    """Return what a voice says in its first minutes."""
    begun = next(word.start_time for word in transcript.words if word.speaker == label)
    return " ".join(
        word.text
        for word in transcript.words
        if word.speaker == label and word.start_time <= begun + _ANNOUNCING_SECONDS
    )


def _first_words(transcript: Transcript, label: str | None, until: float = float("inf")) -> str:
    words = [
        word.text for word in transcript.words if word.speaker == label and word.start_time <= until
    ]
    return " ".join(words[:_OPENING_WORDS])

"""Who a publisher's own labels stand for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.names import fold_name, initials_of
from corpus.types import Credit, Evidence, Method
from ingest.names.labels import (
    find_first_name,
    find_misspelt,
    find_person,
    is_of_show,
    is_person_name,
    read_label,
    read_noise,
)

_LABEL_CONFIDENCE = 0.95
_MISSPELT_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVoice:
    """Who a label stands for; `credit` is None when nobody is named."""

    label: str | None
    credit: Credit | None
    method: Method
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    heard: str | None = None  # the name as printed or heard, where it is spelt otherwise


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


def name_labels(
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
    read = read_label(label) or read_noise(label) if label else None
    if label is None or read is None:
        return nobody(label)
    credit = find_person(read.name, known, others) or find_first_name(read.name, known, others)
    if credit is None and (credit := find_misspelt(read.name, known)):
        evidence = (Evidence(kind="publisher label", quote=label),)
        return NamedVoice(
            label=label,
            credit=credit,
            method=Method.PUBLISHER_LABEL,
            confidence=_MISSPELT_CONFIDENCE,
            evidence=evidence,
            heard=read.name,
        )
    if credit is None and _is_new_person(read.name, known, publication):
        credit = read
    if credit is None:
        return nobody(label)
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


def nobody(label: str | None) -> NamedVoice:
    """Return a label that stands for no person."""
    return NamedVoice(label=label, credit=None, method=Method.NONE, confidence=0.0)

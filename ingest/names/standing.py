"""What people are to a document: credits joined into one for each person, and who may be heard.

Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from corpus.names import fold_name, initials_of
from corpus.types import Credit
from corpus.vocabulary import Vocabulary, load_vocabulary
from ingest.names.labels import without_shouting

_STAFF_PARTS = frozenset({"producer", "author", "editor", "photographer", "engineer", "translator"})
# Somebody the page is about, who was not in the studio.
_SPOKEN_OF = re.compile(
    r"\b(?:dead|died|dies|deceased|killed|late(?!-)|victims?|murdered|slain|obituary|fatally|"
    r"shot (?:dead|and|by|on|during|while|at|in)|accused|charged|convicted|indicted|defendant|"
    r"suspects?|sentenced|jailed|imprisoned|pleaded)\b|\(?\b\d{4}\s?[–-]\s?\d{4}\b",
    re.IGNORECASE,
)
_PICTURES = re.compile(r"\bphoto|\billustrat|\bpicture", re.IGNORECASE)


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


def is_host(credit: Credit) -> bool:
    """Say whether a credit makes its person the host of this programme."""
    return credit.part == "host" or (credit.part is None and "host" in credit.roles)


def is_subject(credit: Credit) -> bool:
    """Say whether the page is about this person, who was not in the studio (dead, accused, …)."""
    return credit.part not in {"host", "guest"} and bool(
        _SPOKEN_OF.search(credit.description or "")
    )


def is_staff(credit: Credit) -> bool:
    """Say whether the person made the programme; such people speak only where they say so."""
    return (
        credit.part in _STAFF_PARTS
        or (credit.part is None and bool(_STAFF_PARTS & set(credit.roles)))
        or (credit.part is None and bool(_PICTURES.search(credit.description or "")))
    )


def is_outsider(credit: Credit) -> bool:
    """Say whether a credit without a part can be that of a guest."""
    plain = credit.part is None and not is_host(credit)
    return plain and not is_staff(credit) and not is_subject(credit)


def has_profession(credit: Credit) -> bool:
    """Say whether a credit claims a job rather than a part in a programme."""
    roles = [load_vocabulary().role(role_id) for role_id in credit.roles]
    return any(role and not role.part for role in roles)


def described(credit: Credit, words: str) -> Credit:
    """Return the credit with what was said of the person in the recording."""
    claimed = load_vocabulary().roles_in(words)
    if not claimed or set(claimed) <= set(credit.roles):
        return credit
    description = "; ".join(filter(None, (credit.description, words)))
    roles = tuple(dict.fromkeys((*credit.roles, *claimed)))
    return replace(credit, description=description, roles=roles)


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

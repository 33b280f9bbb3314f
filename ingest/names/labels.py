"""Speaker labels and names: what is a person's name, and when two names mean one person. Pure.

Refuses when in doubt: a label that names nobody stays a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.names import (
    GENERATION,
    HONORIFICS,
    fold_name,
    folded_words,
    is_same_name,
)
from corpus.types import Credit
from corpus.vocabulary import load_vocabulary
from ingest.names.likeness import is_like
from ingest.page.bylines import clean_text, names_in, part_of_label, person_name

_PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "del",
        "della",
        "di",
        "du",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "bin",
        "al",
        "el",
    ]
)
_FIRST_WORDS = frozenset({"the", "a", "an"})  # a paper or a company
# What labels say of a voice instead of its name; a name with one of these is taken from a credit.
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        """
        speaker speakers voice voices voiceover unknown unidentified unnamed anonymous male
        inaudible female man woman men women boy girl child children kid person people participant
        participants respondent interviewee interviewees interviewer interviewers host hosts cohost
        guest guests narrator announcer presenter moderator panelist panellist caller callers
        audience crowd member members both all multiple various several other others chorus
        everyone everybody group together music theme song jingle intro outro sound sounds effect
        effects applause laughter ad ads advert break commercial sponsor promo trailer tape clip
        audio video recording recorded soundbite archive archival automated computer robot machine
        assistant siri alexa system operator dispatch dispatcher radio anchor reporter reporters
        correspondent journalist byline news newscaster newsreader off on over camera screen stage
        mic question questions answer answers q court clerk bailiff juror jury witness defendant
        plaintiff counsel prosecution prosecutor defense defence judge officer deputy sheriff police
        cop detective agent sergeant lieutenant captain chief president senator congressman
        congresswoman governor mayor minister secretary representative spokesperson spokesman
        spokeswoman interpreter translator translation student teacher doctor nurse driver
        prop props house ltd limited plc gmbh co crew producer director editor engineer
        """,
    )
)
_COUNTED = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "first",
        "second",
        "third",
    ]
)
# Words that make a label only together, for each may be somebody's surname.
_NOISES = frozenset(
    re.findall(
        r"\w+",
        """
        phone call cross talk background noise foreign language pre mid post roll text to speech
        message time stamp key point points good morning afternoon evening day note room tone
        silence pause bell door gunshot gunshots gunfire cheering white paper street end start begin
        """,
    )
)
_OTHER_MOUTH = re.compile(  # the person named is not the one heard
    r"\b(?:voices?|voiced|interpret\w*|translat\w*|played|reads?|reading|as|by|via|through|"
    r"impersonat\w*|ai|synthetic|quoted|and|with)\b",
    re.IGNORECASE,
)
# How somebody is heard, not who they are: "(via phone)", "(on Zoom)", "(remotely)".
_LINE = re.compile(
    r"(?:via|by|on|over|through)\s+(?:the\s+|a\s+)?(?:phone|telephone|video|zoom|skype|teams|radio|satellite"
    r"|speaker\s?phone|(?:phone|video)\s+(?:call|link))|remote|remotely|phone|telephone",
    re.IGNORECASE,
)
_SHORT_RANKS = re.compile(
    r"^(?:(?:det|sgt|lt|capt|col|maj|gen|cpl|cmdr|insp|supt|ofc|dep|sen|rep|gov|hon|atty|rev)\.\s+){1,4}",
    re.IGNORECASE,
)
# In full, only those that no character in a film has as often as somebody alive.
_RANKS = re.compile(
    r"^(?:(?:the\s+honou?rable|judge|justice|senator|congressman|congresswoman|governor)\s+){1,2}",
    re.IGNORECASE,
)
_SMALL_LETTERS = re.compile(r"(?<![^\W_])(?:Mc|Mac|Fitz|De|Di|La|Le|Van|Von)(?=[A-Z]{2})")
_APPENDIX = re.compile(
    r"(?P<name>[^,(\[|]+?)\s*(?:,\s*|[(\[|]\s*|\s[–—-]+\s)(?P<appendix>[^()\[\]]*?)\s*[)\]]?"
)


def is_person_name(label: str) -> bool:
    """Say whether a publisher's label reads as a full name rather than a part or a number."""
    bare = HONORIFICS.sub("", clean_text(label))
    words = bare.split()
    if not 2 <= len(words) <= 5 or words[0].casefold() in _FIRST_WORDS or "," in bare:
        return False
    if person_name(bare) is None or load_vocabulary().find_roles(bare):
        return False
    return _has_two_names(words) and not is_initial_and_surname(bare)


def read_label(label: str) -> Credit | None:
    """Return the name a label gives and what it says of the person, or None for anything else.

    The name may be a surname alone. "LARRY ZANOFF, HOST OF TRIGGERS" gives the name in ordinary
    capitals and "HOST OF TRIGGERS" as description, with the roles it claims.
    """
    bare = clean_text(label).strip(" :>*-–—")
    if bare[:1] in "[(" and bare[-1:] in "])":
        bare = bare[1:-1].strip()
    found = _APPENDIX.fullmatch(bare)
    name, appendix = (found["name"], found["appendix"]) if found else (bare, "")
    name, appendix = _quiet(_without_rank(name)), "" if _LINE.fullmatch(appendix) else appendix
    if GENERATION.fullmatch(appendix):
        name, appendix = f"{name} {appendix}", ""
    if _is_generic(name) or not _belongs(name, appendix):
        return None
    said = None if appendix.casefold() in {"", "byline"} else appendix
    roles = load_vocabulary().roles_in(said or "")
    return Credit(name=person_name(name) or name, description=said, roles=roles, evidence=label)


def _quiet(name: str) -> str:
    """Return "JO McALLISTER" in ordinary capitals; any other name as it is."""
    plain = _SMALL_LETTERS.sub("", name)
    if plain == name or not plain.isupper():
        return name
    return " ".join(
        small.group() + word[small.end() :].title()
        if (small := _SMALL_LETTERS.match(word))
        else word.title()
        for word in name.split()
    )


def _without_rank(name: str) -> str:
    """Return a name without the office before it: "DET. SGT. R. HOLM" is R. HOLM."""
    short = _SHORT_RANKS.sub("", name, count=1)
    full = _RANKS.sub("", short, count=1)
    bare = full if len(full.split()) > 1 else short
    return bare or name


def read_noise(label: str) -> Credit | None:
    """Return the surname that a label may be which is also the word for a noise ("BELL").

    Only somebody already known can be meant.
    """
    bare = clean_text(label).strip(" :>*-–—")
    return Credit(name=bare, evidence=label) if bare.casefold() in _NOISES else None


def is_of_show(label: str, publication: str) -> bool:
    """Say whether a label is the name of the show or paper, or a piece of it."""
    mine, theirs = (" ".join(folded_words(text)) for text in (label, publication))
    is_piece = bool(mine) and f" {mine} " in f" {theirs} "
    # One word of a name may be a show's ("Simon"); more are not.
    return is_piece or (" " in theirs and f" {theirs} " in f" {mine} ")


def find_person(name: str, known: Sequence[Credit], others: Iterable[str] = ()) -> Credit | None:
    """Return the one of `known` whom this name can mean: in full, or by a surname nobody shares.

    Args:
        name: a full name or a surname.
        known: credits, each of another person.
        others: names that also occur, of whom a surname could be.
    """
    wanted = fold_name(name)
    if is_initial_and_surname(name):
        short = [each for each in known if _may_be_short(name, each.name)]
        return short[0] if len(short) == 1 else None
    exact = [credit for credit in known if is_same_name(credit.name, name)]
    if exact or not is_surname(wanted):
        return exact[0] if len(exact) == 1 else None
    near = [credit for credit in known if _ends_with(credit.name, wanted)]
    strangers = [
        other
        for other in others
        if _ends_with(other, wanted) and not any(is_same_name(other, c.name) for c in near)
    ]
    return near[0] if len(near) == 1 and not strangers else None


def find_first_name(
    name: str, known: Sequence[Credit], others: Iterable[str] = ()
) -> Credit | None:
    """Return the one of `known` whose first name this is, when nobody else here has it.

    Args:
        name: as printed; anything but one word is nobody's first name.
        known: credits, each of another person.
        others: names that also occur.
    """
    wanted = fold_name(name)
    if not wanted or " " in wanted:
        return None
    near = [each for each in known if _begins_with(each.name, wanted)]
    strangers = [
        other
        for other in others
        if _begins_with(other, wanted) and not any(is_same_name(other, c.name) for c in near)
    ]
    return near[0] if len(near) == 1 and not strangers else None


def find_misspelt(name: str, known: Sequence[Credit]) -> Credit | None:
    """Return the one of `known` whose full name this is with a slip in it ("Byran Marlowe")."""
    words = fold_name(name).split()
    if len(words) < 2:
        return None
    near = [
        each
        for each in known
        if len(theirs := fold_name(each.name).split()) == len(words)
        and theirs != words
        and all(is_like(mine, other) for mine, other in zip(words, theirs, strict=True))
    ]
    return near[0] if len(near) == 1 else None


def is_surname(folded: str) -> bool:
    """Say whether a folded name is a last name alone ("okafor", "van der berg")."""
    words = folded.split()
    return len(words) == 1 or bool(words and words[0] in _PARTICLES)


def is_initial_and_surname(name: str) -> bool:
    """Say whether a name is "R. Holm": whose, only somebody named in full can tell."""
    words = folded_words(name)
    return len(words) == 2 and len(words[0]) == 1 < len(words[1]) and words[0].islower()


def _may_be_short(name: str, full: str) -> bool:
    mine, theirs = fold_name(name).split(), fold_name(full).split()
    return len(theirs) > 1 and theirs[0].startswith(mine[0]) and theirs[1:] == mine[1:]


def _begins_with(name: str, wanted: str) -> bool:
    words = fold_name(name).split()
    return len(words) > 1 and words[0] == wanted


def _ends_with(name: str, wanted: str) -> bool:
    words = fold_name(name).split()
    while len(words) > 1 and GENERATION.fullmatch(words[-1]):
        words.pop()
    return len(words) > 1 and " ".join(words).endswith(f" {wanted}")


def _has_two_names(words: Sequence[str]) -> bool:
    plain = [word.casefold().strip(".") for word in words]
    return not any(word in _GENERIC or word in _COUNTED for word in plain) and len(plain[-1]) > 1


def _is_generic(name: str) -> bool:
    """Say whether every word of a label is a part, a number or a letter ("Male Speaker 2")."""
    words = re.findall(r"[^\W_]+", name.casefold())
    known = _GENERIC | _COUNTED | _NOISES
    return part_of_label(name) is not None or all(
        word in known or len(word) == 1 or word.isdigit() for word in words
    )


def _belongs(name: str, appendix: str) -> bool:
    """Say whether what follows a name describes that person rather than naming another."""
    if not appendix:
        return True
    if len(name.split()) == 1:  # "Okafor, Femi" is a name turned round
        return part_of_label(appendix) is not None or appendix.casefold() == "byline"
    if _OTHER_MOUTH.search(appendix) and not load_vocabulary().roles_in(appendix):
        return False
    return bool(load_vocabulary().roles_in(appendix)) or not names_in(appendix)


def without_shouting(one: Credit, other: Credit) -> Credit:
    """Return the first credit under the fuller name of the two, in ordinary capitals."""
    names = sorted((one.name, other.name), key=lambda name: (not name.isupper(), len(name)))
    return replace(one, name=names[-1])

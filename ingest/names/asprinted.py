"""What a description says somebody is, as it is printed beside the name. Pure.

The vocabulary knows the professions that a question may ask for. Who is a trauma surgeon, or was
an armorer once, has a standing all the same, and it is printed in the words of the source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.vocabulary import load_vocabulary
from ingest.page.bylines import clean_text

_LONGEST = 60  # characters of a standing
_MOST_WORDS = 7
_READ = 400  # characters of a description
_FORMER = re.compile(
    r"\b(?:former|formerly|ex|erstwhile|one-?time|previously|past)\b(?!['’])", re.IGNORECASE
)
_ONCE = re.compile(rf"{_FORMER.pattern}|\bretired\b", re.IGNORECASE)
_PIECES = re.compile(r"\s*[;,|•·()\[\]\n]\s*|\s[–—-]+\s")
_LEAD = re.compile(r"(?:\d{1,3}|(?:is|was|also|now|currently|an?|the|our)\b)\s+", re.IGNORECASE)
_OTHERS = re.compile(r"(?:his|her|their|its|my|your|no|not|never)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\s(?:for|at|in|with|on|from|to|by|as|who|whose|that|which|based|and his|and her)\s.*$"
    r"|[.!?](?:\s.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE = re.compile(r"\b(?:about|into|over|after|before|is|are|was|has|had|his|her|their)\b", re.I)
_SHAPE = re.compile(r"[^\W\d_][\w'’./&-]*(?: [\w'’./&-]+)*")
_TRADE = re.compile(
    r"[a-z-]*(?:er|or|ist|ian|man|woman|person|ant|eon|yst|ess|wright|smith|ive|eer)"
)
_TRADES = frozenset(
    """
    expert witness coach nurse clerk judge guard chief grip agent official professional pilot cook
    chef mechanic medic paramedic critic academic deputy captain veteran intern apprentice counsel
    juror specialist scientist head dean poet cadet advocate diplomat student
    """.split()
)
# What ends as a trade does and is none, or says who somebody is to another.
_NO_TRADE = frozenset(
    """
    father mother brother sister daughter grandfather grandmother stepfather stepmother partner
    lover neighbor neighbour customer survivor prisoner killer murderer stranger other another
    former never ever number matter offender defendant suspect victim infant newcomer admirer
    follower believer teenager youngster elder older younger first-timer man woman person descendant
    native relative captive fugitive runner-up boxer-short computer server weather summer winter
    honor color behavior order letter paper chapter offer danger anger power error terror mirror
    """.split()
)


def standing_in(description: str | None, roles: Sequence[str] = ()) -> str | None:
    """Return what is printed where the roles of a description do not say what somebody is.

    Args:
        description: as printed beside the name, pieces parted by "; ".
        roles: what the description and the credit claim, by id.

    Returns:
        None where a role says it, or the description names no trade.

    >>> standing_in("a trauma surgeon in Leeds"), standing_in("a former armorer", ["armorer"])
    ('trauma surgeon', 'former armorer')
    >>> standing_in("the film's armorer", ["armorer"]), standing_in("her mother")
    (None, None)
    """
    pieces = _PIECES.split(clean_text((description or "")[:_READ]))
    vocabulary = load_vocabulary()
    claiming = [piece for piece in pieces if vocabulary.roles_in(piece)]
    if set(roles) - _roles_once(pieces, _ONCE):
        return None  # held now, or known from elsewhere
    told = claiming or pieces
    return next(filter(None, map(_trade, told)), None)


def in_print_order(roles: Sequence[str], description: str | None) -> tuple[str, ...]:
    """Return what somebody is, first what is printed: words of the source, or a role held now.

    What the first part of a description says comes before the next: it is the credit, what
    others say follows. Jobs come before parts in a programme. Who is a former armorer speaks as
    such and as no armorer; a retired one still has the calling.

    Args:
        roles: by id, the most telling first.
        description: as printed; its parts stand between "; ".
    """
    said = clean_text((description or "")[:_READ])
    vocabulary = load_vocabulary()
    parts = [vocabulary.roles_in(part) for part in said.split("; ")]
    pieces = _PIECES.split(said)
    gone = _roles_once(pieces, _FORMER)
    held = [role for role in roles if role not in gone]

    def rank(role: str) -> tuple[bool, int]:
        known = vocabulary.role(role)
        is_part = len(parts) > 1 and (known is None or known.part)
        return is_part, next((at for at, part in enumerate(parts) if role in part), 0)

    standing = standing_in(description, roles)
    return (*filter(None, (standing,)), *sorted(held, key=rank))


def _roles_once(pieces: Sequence[str], before: re.Pattern[str]) -> set[str]:
    """Return the roles claimed only with a word of `before` beside them."""
    vocabulary = load_vocabulary()
    claiming = [(each, set(vocabulary.roles_in(each))) for each in pieces]
    now = {role for each, roles in claiming if not before.search(each) for role in roles}
    return {role for _, roles in claiming for role in roles} - now


def _trade(piece: str) -> str | None:
    """Return a piece without its article and what follows the noun, if it names a trade."""
    words = _ENDS.sub("", piece)
    while lead := _LEAD.match(words):
        words = words[lead.end() :]
    if (
        not _SHAPE.fullmatch(words)
        or _OTHERS.match(words)
        or _CLAUSE.search(words)
        or len(words) > _LONGEST
    ):
        return None
    head = re.split(r"\s+of\s+", words.casefold())[0].split()[-1].rstrip(".")
    is_trade = head in _TRADES or (_TRADE.fullmatch(head) and head not in _NO_TRADE)
    known = bool(load_vocabulary().roles_in(words))
    if len(words.split()) > _MOST_WORDS or not (is_trade or known):
        return None
    once = _ONCE.match(words)
    return words[:1].lower() + words[1:] if once else words

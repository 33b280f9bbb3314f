"""Who may be heard in a recording: from credits, title, usual hosts and the words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.names import fold_name
from corpus.types import Credit, Evidence, Method, Origin, Span, Text, TurnKind
from corpus.vocabulary import load_vocabulary
from ingest.names.heardnames import Finder, Form, Known
from ingest.names.labels import is_of_show
from ingest.names.standing import is_host, is_outsider, is_staff, is_subject
from ingest.page.bylines import person_name

NAME_PAIR = re.compile(
    r"(?!(?:[A-Z]['’]m|And|But|So|Well|Now|Then|Thanks|Hi|Hello|Hey|Welcome|With|Today|Yes|No|Okay"
    r"|That|This|Here|As|If|When|First|Next)\b)"
    r"[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z]\.)?(?: (?![A-Z]['’]m\b)[^\W\d_a-z][\w'’-]+){1,2}"
)
_MOST_NEWCOMERS = 40  # names nobody credited that are looked at
_BEFORE_NAME = 60  # characters that may give one
_GIVEN = re.compile(
    r"\b(?:i['’]m|i am|name['’]s|name is|this is|with me|with us|joined by|joining (?:me|us)"
    r"|guests?\b.{0,40}|talk to"
    r"|talking to|speak to|speaking to|talk with|here is|host|welcome|meet|i['’]m your)\b.{0,30}$",
    re.IGNORECASE,
)
_CREDITED, _TITLED, _USUAL = 0.25, 0.2, 0.15  # what standing alone is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who may be heard, and what is known before a word is said."""

    number: int
    credit: Credit
    prior: float = 0.0
    source: Method = Method.PAGE_CREDIT  # where the prior comes from
    certain: bool = True  # False: the name is known from the recognised words alone
    silent: bool = False  # a subject: known by name, never a voice
    spelt: bool = False  # known from words alone, but a publisher wrote them down
    labelled: bool = False  # a printed label names them
    staff: bool = False  # heard only where they give their name themselves

    @property
    def hosts(self) -> bool:
        """Whether this is a host of the programme."""
        return is_host(self.credit) and not self.silent

    @property
    def visits(self) -> bool:
        """Whether this is a guest, credited or announced as one."""
        return self.credit.part == "guest" and not self.silent

    @property
    def evidence(self) -> Evidence:
        """What is known before a word is said."""
        kind = {Method.TITLE: "title", Method.USUAL_HOST: "usual host"}.get(self.source, "credit")
        credit = self.credit
        words = credit.evidence or credit.description or credit.name
        if words.startswith(("http://", "https://")):
            return Evidence(kind=kind, quote=credit.description or credit.name, url=words)
        return Evidence(kind=kind, quote=words)


def make_cast(
    text: Text,
    credits: Sequence[Credit],
    titled: Sequence[Credit],
    hosts: Sequence[str],
    publication: str,
) -> tuple[Member, ...]:
    """Return everybody who may be heard, each once.

    Args:
        text: the words.
        credits: merged credits of the document.
        titled: people the title names as voices.
        hosts: the source's usual hosts.
        publication: the show, whose name is nobody's.
    """
    cast = [_credited(number, credit) for number, credit in enumerate(credits)]
    for credit in titled:
        known = _same(cast, credit.name)
        if known is None:
            if _is_heard(text, credit.name):
                cast.append(_new(cast, credit, Method.TITLE, _TITLED))
        elif known.credit.part is None and credit.part and not known.silent and not known.staff:
            described = replace(known.credit, part=known.credit.part or credit.part)
            cast[known.number] = replace(known, credit=described, prior=_TITLED)
    for name in hosts:
        if not any(member.hosts for member in cast) and _same(cast, name) is None:
            credit = Credit(name=name, part="host", evidence=name)
            cast.append(_new(cast, credit, Method.USUAL_HOST, _USUAL))
    for name in _names_said(text, cast, publication):
        newcomer = _new(cast, Credit(name=name, evidence=name), Method.SELF_INTRODUCTION, 0.0)
        cast.append(replace(newcomer, certain=False, spelt=text.origin is Origin.PUBLISHER))
    return tuple(cast)


def _credited(number: int, credit: Credit) -> Member:
    silent, staff = is_subject(credit), is_staff(credit)
    speaks = credit.part in {"host", "guest", "reporter"} or is_host(credit)
    prior = _CREDITED if speaks else _CREDITED / 2 if is_outsider(credit) else 0.0
    return Member(number=number, credit=credit, prior=prior, silent=silent, staff=staff)


def _new(cast: Sequence[Member], credit: Credit, source: Method, prior: float) -> Member:
    return Member(number=len(cast), credit=credit, prior=prior, source=source)


def _same(cast: Sequence[Member], name: str) -> Member | None:
    folded = fold_name(name)
    return next((each for each in cast if fold_name(each.credit.name) == folded), None)


def _speech(text: Text) -> list[Span]:
    return [turn.span for turn in text.turns if turn.kind is not TurnKind.ADVERTISEMENT]


def _is_heard(text: Text, name: str) -> bool:
    """Say whether a name from the title is said in full, for titles also name things."""
    finder = Finder([Known.of(0, name)], cased=any(c.isupper() for c in text.content))
    return any(
        mention.form is Form.FULL
        for span in _speech(text)
        for mention in finder.find(text.content, span)
    )


def _names_said(text: Text, cast: Sequence[Member], publication: str) -> list[str]:
    """Return full names that are nobody's here: said at least twice in one spelling, or given.

    "I'm Ann Lee" and "her name is Ann Lee" count once where a publisher wrote the words down.
    """
    counts: Counter[str] = Counter()
    printed = text.origin is Origin.PUBLISHER
    for span in _speech(text):
        for match in NAME_PAIR.finditer(text.content, span.start, span.end):
            before = text.content[max(span.start, match.start() - _BEFORE_NAME) : match.start()]
            given = printed and _GIVEN.search(before)
            counts[re.sub(r"['’]s?$", "", match.group())] += 2 if given else 1
    finder = Finder([Known.of(each.number, each.credit.name) for each in cast])
    found = []
    for said, count in counts.most_common(_MOST_NEWCOMERS * 4):
        name = person_name(said)
        if count < 2 or name is None or load_vocabulary().find_roles(name):
            continue
        if is_of_show(name, publication) or any(
            mention.form is Form.FULL for mention in finder.find(name, Span(0, len(name)))
        ):
            continue
        found.append(name)
    return found[:_MOST_NEWCOMERS]

"""Names: from labels and bylines to people, with the evidence, or not at all. Pure.

A publisher's own label names its person. For voices, everything the recording and its page say is
counted as votes (`ballot`, `votes`); below the bar, or with two near rivals, a label stays a
label. A wrong name on a quote is the worst mistake this project can make.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.names import fold_name
from corpus.types import Attribution, Credit, Evidence, Method, Text, TurnKind
from ingest.names.asprinted import in_print_order
from ingest.names.ballot import Ballot, count_votes
from ingest.names.cast import Member, make_cast
from ingest.names.elimination import Named, by_elimination
from ingest.names.labelled import NamedVoice, name_label, name_labels, nobody
from ingest.names.labels import find_person, is_person_name
from ingest.names.occupations import with_occupations
from ingest.names.opening import find_printed
from ingest.names.standing import merge_credits
from ingest.names.titles import credits_from_title
from ingest.names.votes import Claim, Vote, add_up, decide

__all__ = [
    "NamedVoice",
    "VoiceVote",
    "as_credited",
    "attribution",
    "author_of",
    "credits_heard",
    "fold_name",
    "is_person_name",
    "merge_credits",
    "name_label",
    "name_voices",
]

_BYLINE = 0.95  # confidence
_HOSTING = 0.5  # what leading the programme is worth for its one host
_PRESENT = 0.1  # what being introduced adds to a credit
_LISTED = 0.3  # what being introduced among others is worth for somebody nobody credited
_TAKES_PART = 3  # turns of a voice that is more than a clip or an advertisement
_SHORT = 8  # turns of a talk in which nobody speaks often
_FOR = re.compile(r"^\W{0,3}(?:(?:here|and)\W+)?(?:for|from|with|of|at)\b", re.IGNORECASE)
_ONE_OF_ALL = 0.5  # what a credit is worth where there are as many voices as credited speakers
_VOICE = 0.5  # at most, for a voice that sounds like one heard before
# A label that stands for a voice nobody named; a clip's "UNIDENTIFIED PERSON" is not among them.
_VOICE_LABEL = re.compile(
    r"(?:speaker|voice|spk|spkr|participant|host|guest|interviewer|interviewee|q|a)"
    r"[\s_#-]*(?:\d{1,3}|[a-z])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceVote:
    """A voice that sounds like a person heard before: one vote, never more."""

    name: str
    weight: float  # 0..1
    evidence: Evidence


def name_voices(  # noqa: PLR0913 -- each argument is another kind of evidence
    text: Text,
    credits: Sequence[Credit],
    *,
    publisher: bool,
    doubtful: bool = False,
    publication: str = "",
    title: str = "",
    hosts: Sequence[str] = (),
    voices: Mapping[str, Sequence[VoiceVote]] | None = None,
) -> dict[str | None, NamedVoice]:
    """Return who each label of `text` stands for; evidence points into its content.

    Args:
        text: as `build_episode_text` made it.
        credits: merged credits of the document.
        publisher: the labels are the publisher's own, not voices we told apart.
        doubtful: the voices were not told apart with certainty; no voice is named then.
        publication: the show, whose name on a label is not a person's.
        title: the document's title.
        hosts: the source's usual hosts.
        voices: by label, people whose voice this sounds like.
    """
    labels = list(dict.fromkeys(turn.attribution.label for turn in text.turns))
    speaking = {t.attribution.label for t in text.turns if t.kind is not TurnKind.ADVERTISEMENT}
    named = name_labels(labels, credits, publication) if publisher else {}
    votable = [
        label
        for label in labels
        if label in speaking
        and label
        and (named[label].credit is None and _VOICE_LABEL.fullmatch(label) if publisher else True)
    ]
    titled = credits_from_title(title, publication)
    found = {label: nobody(label) for label in labels} | named
    if votable and not doubtful and (publisher or None not in labels):
        cast = make_cast(text, credits, titled, hosts, publication)
        taken = [voice.credit.name for voice in named.values() if voice.credit]
        found |= _by_votes(text, _without(cast, taken), votable, publication, voices or {})
    found |= find_printed(text, found, [] if doubtful else votable)
    return with_occupations(text, found, credits, titled)


def _without(cast: Sequence[Member], taken: Sequence[str]) -> tuple[Member, ...]:
    """Return the cast with those whose labels are printed kept silent."""
    names = {fold_name(name) for name in taken}
    return tuple(
        replace(member, silent=True, labelled=True)
        if fold_name(member.credit.name) in names
        else member
        for member in cast
    )


def _by_votes(
    text: Text,
    cast: Sequence[Member],
    labels: Sequence[str],
    publication: str,
    voices: Mapping[str, Sequence[VoiceVote]],
) -> dict[str | None, NamedVoice]:
    """Return the voices that what is said gives a person."""
    ballot = count_votes(text, cast, labels, publication)
    found = _decided(ballot, cast, labels, voices)
    return {label: _named(label, each, cast) for label, each in found.items()}


def _decided(
    ballot: Ballot,
    cast: Sequence[Member],
    labels: Sequence[str],
    voices: Mapping[str, Sequence[VoiceVote]],
) -> dict[str, Named]:
    """Return the person of each label the votes name, or that nobody else can be."""
    others = len({member.number for member in cast if member.labelled})
    votes = [*ballot.votes, *_of_voices(voices, cast, labels), *_of_hosting(ballot, cast)]
    complete = _is_complete(cast, len(labels) + others)
    votes += _of_standing(votes, cast, ballot, complete=complete)
    claims = add_up(votes)
    sure = decide(claims, blocked=ballot.blocked, voices=len(labels) + others)
    named = {
        label: Named(claim.person, claim.method, claim.confidence, _evidence(claim), _heard(claim))
        for label, claim in sure.items()
        if _is_known(claim, cast, ballot, complete=complete)
    }
    if others:
        return named
    return named | by_elimination(named, claims, ballot, cast, labels)


def _is_known(claim: Claim, cast: Sequence[Member], ballot: Ballot, *, complete: bool) -> bool:
    """Say whether a name is spelt by somebody who knows it, or said by the voice and another.

    A publisher's own text is written by people who know the name; a recogniser is not one.
    """
    member = cast[claim.person]
    if member.silent:
        return False
    if not member.certain:
        if claim.in_own_words and claim.by_another:
            return True
        takes_part = claim.label in ballot.hosting or ballot.turns[claim.label] >= _TAKES_PART
        takes_part |= ballot.turns.total() <= _SHORT and not _speaks_for(claim)
        own = claim.in_own_words and takes_part  # "I'm Ann Lee for Larkspur Soap" does not
        return member.spelt and (own or claim.is_introduced)
    # "Adam" alone may be another Adam, unless everybody who speaks is credited.
    sounds = any(vote.method is Method.VOICE for vote in claim.votes)
    leads = member.hosts and claim.label in ballot.hosting
    return claim.in_full or complete or sounds or leads


def _speaks_for(claim: Claim) -> bool:
    """Say whether somebody gives their name on behalf of others: of what is sold, perhaps."""
    own = (vote for vote in claim.votes if vote.method is Method.SELF_INTRODUCTION and vote.full)
    return any(
        _FOR.search((vote.evidence.quote or "").partition(vote.heard or "\0")[2]) for vote in own
    )


def _is_complete(cast: Sequence[Member], voices: int) -> bool:
    """Say whether the page credits as many speakers as there are voices."""
    speakers = [member for member in cast if member.visits or member.hosts]
    credited = all(member.source is Method.PAGE_CREDIT for member in speakers)
    return credited and len(speakers) == voices


def _of_standing(
    votes: Sequence[Vote], cast: Sequence[Member], ballot: Ballot, *, complete: bool
) -> list[Vote]:
    """Return what credit, title or registry add where something was said."""
    pairs = {(vote.label, vote.person) for vote in votes if vote.weight > 0 and vote.spoken}
    introduced = {(vote.label, vote.person) for vote in votes if vote.introduces}
    listed = [
        Vote(
            label=label,
            person=person,
            method=Method.ADDRESS,
            weight=_LISTED,
            evidence=ballot.introduced[person],
            heard=cast[person].credit.name,
            introduces=True,
        )
        for label, person in sorted(pairs - introduced)
        if cast[person].spelt and person in ballot.introduced
    ]
    return listed + [
        Vote(
            label=label,
            person=person,
            method=cast[person].source,
            weight=_ONE_OF_ALL
            if complete and (cast[person].visits or cast[person].hosts)
            else cast[person].prior + (_PRESENT if person in ballot.present else 0.0),
            evidence=cast[person].evidence,
            spoken=False,
        )
        for label, person in sorted(pairs)
        if cast[person].prior
    ]


def _of_hosting(ballot: Ballot, cast: Sequence[Member]) -> list[Vote]:
    """Return the vote of the one voice that leads the programme for its one host."""
    hosts = [member for member in cast if member.hosts]
    if len(hosts) != 1 or len(ballot.hosting) != 1:
        return []
    ((label, evidence),) = ballot.hosting.items()
    return [
        Vote(
            label=label,
            person=hosts[0].number,
            method=Method.PAGE_CREDIT,
            weight=_HOSTING,
            evidence=evidence,
        )
    ]


def _of_voices(
    voices: Mapping[str, Sequence[VoiceVote]], cast: Sequence[Member], labels: Sequence[str]
) -> list[Vote]:
    by_name = {fold_name(member.credit.name): member.number for member in cast}
    return [
        Vote(
            label=label,
            person=by_name[fold_name(each.name)],
            method=Method.VOICE,
            weight=min(_VOICE, max(0.0, each.weight)),
            evidence=each.evidence,
            spoken=False,
        )
        for label in labels
        for each in voices.get(label, ())
        if fold_name(each.name) in by_name
    ]


def _evidence(claim: Claim) -> tuple[Evidence, ...]:
    """Return the reasons for a claim, the strongest first, each once."""
    return tuple(dict.fromkeys(vote.evidence for vote in claim.votes))[:8]


def _heard(claim: Claim) -> tuple[str, ...]:
    return tuple(vote.heard for vote in claim.votes if vote.heard and vote.full)


def _named(label: str, found: Named, cast: Sequence[Member]) -> NamedVoice:
    """Return a voice with its person."""
    credit = cast[found.person].credit
    wanted = fold_name(credit.name)
    heard = next((form for form in found.heard if fold_name(form) != wanted), None)
    return NamedVoice(
        label=label,
        credit=credit,
        method=found.method,
        confidence=round(found.confidence, 3),
        evidence=found.evidence,
        heard=heard,
    )


def credits_heard(
    credits: Sequence[Credit], voices: Mapping[str | None, NamedVoice]
) -> tuple[Credit, ...]:
    """Return the credits with what the recording says of their people, and whom only it names.

    Args:
        credits: merged credits of the document.
        voices: as `name_voices` returns them.
    """
    heard = {fold_name(v.credit.name): v for v in voices.values() if v.credit}
    kept = [
        voice.credit if (voice := heard.get(fold_name(each.name))) and voice.credit else each
        for each in credits
    ]
    known = {fold_name(credit.name) for credit in credits}
    new = [
        voice.credit
        for name, voice in heard.items()
        if name not in known and voice.credit and voice.method is not Method.PUBLISHER_LABEL
    ]
    return (*kept, *new)


def as_credited(
    voices: Mapping[str | None, NamedVoice], credits: Sequence[Credit]
) -> list[NamedVoice]:
    """Return the voices with their people as the document's saved credits have them."""
    return [
        replace(voice, credit=find_person(voice.credit.name, credits) or voice.credit)
        if voice.credit
        else voice
        for voice in voices.values()
    ]


def author_of(bylines: Sequence[str], credits: Sequence[Credit]) -> NamedVoice:
    """Return who the words outside quotation marks belong to: the one person in the byline."""
    if len(bylines) != 1:
        label = " and ".join(bylines) or None
        return nobody(label)
    name = bylines[0]
    credit = find_person(name, credits) or Credit(name=name, part="author", evidence=name)
    return NamedVoice(
        label=None,
        credit=credit,
        method=Method.BYLINE,
        confidence=_BYLINE,
        evidence=(Evidence(kind="byline", quote=name),),
    )


def attribution(voice: NamedVoice, person_id: str | None) -> Attribution:
    """Return the claim that goes on a turn, once the catalogue knows the person."""
    credit = voice.credit if person_id else None
    roles = in_print_order(credit.roles, credit.description) if credit else ()
    return Attribution(
        method=voice.method if person_id else Method.NONE,
        confidence=voice.confidence if person_id else 0.0,
        person_id=person_id,
        label=voice.label,
        roles=roles,
        evidence=voice.evidence,
        heard=voice.heard if person_id else None,
    )

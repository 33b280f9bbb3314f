"""Topics in words: what `onrecord topics` prints, and statements wherever they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from corpus.citations import print_date
from corpus.topics import Incident, Rule, Topic
from ui.knowledge.values import Counts, Matrix, StanceSeen, TopicSummary, TopicView, Voice
from ui.printing.lines import plain
from ui.printing.statements import filled, notes_lines, statement_as_dict, statement_lines
from ui.wording import print_day, printed

NOTHING_SAID = "Nobody in the archive speaks of it yet."
PEOPLE_SHOWN = 12  # columns of the matrix that a terminal has room for
_NAME = 40  # characters of a name in a table
_COLUMN = 10  # the same at the head of a column


# ── lists ────────────────────────────────────────────────────────────────────────────────────


def topics_as_list(topics: Iterable[TopicSummary]) -> list[dict[str, Any]]:
    """Return the shape that `onrecord topics --json` prints."""
    return [
        {
            **_topic_as_dict(each.topic),
            "passages": each.passages,
            "people": each.people,
            "documents": each.documents,
        }
        for each in topics
    ]


def topics_lines(topics: Sequence[TopicSummary]) -> Iterator[str]:
    """Yield a line a topic, and those nobody speaks of at the end."""
    width = max((len(each.topic.id) for each in topics), default=0)
    for each in topics:
        if each.passages:
            numbers = (
                f"{_count(each.passages, 'passage')}, {_people(each.people)}, "
                f"{_count(each.documents, 'document')}"
            )
            yield plain(f"{each.topic.id:<{width}}  {each.topic.name[:_NAME]:<{_NAME}}  {numbers}")
    silent = [each.topic.id for each in topics if not each.passages]
    if silent:
        yield from filled(f"nothing on: {', '.join(silent)}")


# ── one topic ────────────────────────────────────────────────────────────────────────────────


def view_as_dict(view: TopicView) -> dict[str, Any]:
    """Return the shape that `onrecord topics TOPIC --json` prints."""
    return {
        **_topic_as_dict(view.topic),
        "broader": view.broader.id if view.broader else None,
        "narrower": [each.id for each in view.narrower],
        "related": [each.id for each in view.related],
        "rules": [rule_as_dict(each) for each in view.rules],
        "incidents": [
            {**_incident_as_dict(each.incident), "passages": each.passages}
            for each in view.incidents
        ],
        "passages": view.passages,
        "counts": _counts_as_dict(view.counts),
        "years": [{"year": year, "passages": count} for year, count in view.years],
        "said": [_voice_as_dict(each) for each in view.by_person],
        "stances": [_stance_as_dict(each) for each in view.stances],
        "notes": list(view.notes),
    }


def view_lines(view: TopicView) -> Iterator[str]:
    """Yield a topic for reading: what it is, what holds, how much is said, what is said."""
    yield from notes_lines(view.notes)
    yield plain(f"{view.topic.name}  ({view.topic.id})")
    yield from filled(view.topic.definition)
    if view.broader:
        yield plain(f"part of: {_listed([view.broader])}")
    if view.narrower:
        yield from filled(f"its parts: {_listed(view.narrower)}")
    if view.related:
        yield from filled(f"related: {_listed(view.related)}")
    yield from _rules_lines(view.rules)
    yield ""
    yield from _how_much_lines(view)
    for voice in view.by_person:
        yield ""
        yield from _voice_lines(voice)
    if view.stances:
        yield ""
        yield "Who agrees or differs, as people marked it:"
        for each in view.stances:
            yield from _stance_lines(each)


def _rules_lines(rules: Sequence[Rule]) -> Iterator[str]:
    if rules:
        yield ""
        yield "Rules:"
    for rule in rules:
        yield plain(f"  {rule.citation}: {rule.name}")
        yield plain(f"    {rule.kind}, {rule.place}; {in_force(rule)}")
        yield from filled(rule.summary, "    ")
        yield from (f"    {each}" for each in _facts(rule))
        yield plain(f"    text: {rule.link}")
        for source in rule.sources:
            if source != rule.link:
                yield plain(f"    source: {source}")


def in_force(rule: Rule, today: date | None = None) -> str:
    """Return since when a rule holds, as far as we could verify it."""
    if rule.in_force is None:
        return "since when it applies is not verified"
    day = print_day(datetime.combine(rule.in_force, datetime.min.time(), tzinfo=UTC))
    today = today or datetime.now(UTC).date()
    return f"in force since {day}" if rule.in_force <= today else f"in force from {day}"


def _facts(rule: Rule) -> Iterator[str]:
    for fact in rule.history:
        when = f"{fact.date.isoformat()}: " if fact.date else ""
        yield plain(f"{when}{fact.text} ({fact.source})")


def _how_much_lines(view: TopicView) -> Iterator[str]:
    if not view.passages:
        yield NOTHING_SAID
        return
    yield from filled(f"{_count(view.passages, 'passage')}. {said_by(view.counts)}")
    if view.years:
        years = ", ".join(f"{year}: {count}" for year, count in view.years)
        yield from filled(f"by year of publication: {years}")
    for each in view.incidents:
        spoken = _count(each.passages, "passage")
        yield plain(f"with {each.incident.name} ({_day_of(each.incident)}): {spoken}")


def said_by(counts: Counts) -> str:
    """Return in a sentence or two how many speak independently."""
    most = "" if counts.complete else "at least "
    said = (
        f"Independent: {_people(counts.people)}, {most}{_count(counts.documents, 'document')}, "
        f"{most}{_count(counts.sources, 'source')}"
    )
    copies = "1 copy" if counts.copies == 1 else f"{counts.copies} copies"
    apart = [
        f"{_people(counts.paraphrased)} only paraphrased" if counts.paraphrased else "",
        _count(counts.unnamed, "unnamed voice") if counts.unnamed else "",
        f"{copies} or paraphrases of what is counted" if counts.copies else "",
    ]
    counted = ", ".join(filter(None, apart))
    return f"{said}" + (f"; counted apart: {counted}." if counted else ".")


def _voice_lines(voice: Voice) -> Iterator[str]:
    role = f", {voice.role}" if voice.role else ""
    more = voice.passages - len(voice.statements)
    rest = f"; {more} more" if more > 0 else ""
    yield plain(f"{voice.name}{role}  ({voice.standpoint.value}{rest})")
    for each in voice.statements:
        yield from statement_lines(each)


def rule_as_dict(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON."""
    return {
        "rule": rule.id,
        "name": rule.name,
        "kind": rule.kind,
        "citation": rule.citation,
        "place": rule.place,
        "in_force": rule.in_force.isoformat() if rule.in_force else None,
        "summary": rule.summary,
        "link": rule.link,
        "sources": list(rule.sources),
        "history": [
            {
                "date": each.date.isoformat() if each.date else None,
                "text": each.text,
                "source": each.source,
            }
            for each in rule.history
        ],
    }


def _topic_as_dict(topic: Topic) -> dict[str, Any]:
    return {"topic": topic.id, "name": topic.name, "definition": topic.definition}


def _incident_as_dict(incident: Incident) -> dict[str, Any]:
    return {"incident": incident.id, "name": incident.name, "date": _day_of(incident)}


def _day_of(incident: Incident) -> str:
    return incident.date.isoformat() if isinstance(incident.date, date) else str(incident.date)


def _counts_as_dict(counts: Counts) -> dict[str, Any]:
    return {
        "people": counts.people,
        "paraphrased": counts.paraphrased,
        "unnamed": counts.unnamed,
        "documents": counts.documents,
        "sources": counts.sources,
        "copies": counts.copies,
        "complete": counts.complete,
    }


def _voice_as_dict(voice: Voice) -> dict[str, Any]:
    return {
        "standpoint": voice.standpoint.value,
        "person": voice.person.name if voice.person else None,
        "person_id": voice.person.id if voice.person else None,
        "name": voice.name,
        "role": voice.role,
        "passages": voice.passages,
        "statements": [statement_as_dict(each) for each in voice.statements],
    }


def _stance_as_dict(seen: StanceSeen) -> dict[str, Any]:
    return {
        "kind": seen.stance.kind.value,
        "quotes": [
            {
                "id": each.id,
                "quote": each.quote.exact,
                "person": each.person,
                "permalink": each.permalink,
                "changed": list(since),
            }
            for each, since in zip((seen.one, seen.other), seen.since, strict=True)
        ],
        "marked_by": seen.stance.author,
        "made": seen.stance.made.isoformat(),
        "note": seen.stance.note,
    }


def _stance_lines(seen: StanceSeen) -> Iterator[str]:
    one, other = (each.person or "an unnamed voice" for each in (seen.one, seen.other))
    joined = "agrees with" if seen.stance.kind.value == "agrees" else "differs from"
    note = f": {seen.stance.note}" if seen.stance.note else ""
    by = f"{seen.stance.author}, {print_date(seen.stance.made)}"
    yield plain(f"  {one} {joined} {other} ({by}){note}")
    for each, since in zip((seen.one, seen.other), seen.since, strict=True):
        words = " ".join(plain(each.quote.exact).split())
        yield from filled(printed(words, each.quote.manner), "    ")
        for changed in since:
            yield from filled(" ".join(changed.split()), "      ")
        yield plain(f"      {each.permalink}")


# ── the matrix ───────────────────────────────────────────────────────────────────────────────


def matrix_as_dict(matrix: Matrix) -> dict[str, Any]:
    """Return the shape that `onrecord topics --matrix --json` prints."""
    return {
        "topics": [{"topic": each.id, "name": each.name} for each in matrix.topics],
        "people": [{"person": each.id, "name": each.name} for each in matrix.people],
        "passages": [
            [matrix.count(topic.id, person.id) for person in matrix.people]
            for topic in matrix.topics
        ],
        "notes": list(matrix.notes),
    }


def matrix_lines(matrix: Matrix, most: int = PEOPLE_SHOWN) -> Iterator[str]:
    """Yield topics (a row) by people (a column) with numbers of passages.

    Args:
        matrix: of everybody.
        most: people that are shown, the first; how many are not is said.
    """
    yield from notes_lines(matrix.notes)
    if not matrix.topics:
        yield "Nobody is known by name to speak of any topic yet."
        return
    width = min(_NAME, max(len(each.id) for each in matrix.topics))
    shown = matrix.people[:most]
    for number, person in enumerate(shown, 1):
        yield plain(f"{number:>4}  {person.name}  ({person.id})")
    yield ""
    yield " " * width + "".join(f"{number:>6}" for number in range(1, len(shown) + 1))
    silent = []  # of these people: somebody else speaks of it
    for topic in matrix.topics:
        row = [matrix.count(topic.id, person.id) for person in shown]
        if any(row):
            yield f"{topic.id[:width]:<{width}}" + "".join(f"{n or '·':>6}" for n in row)
        else:
            silent.append(topic.id)
    if left := len(matrix.people) - len(shown):
        every = len(matrix.people)
        yield ""
        yield f"{len(shown)} of {every} people, who speak most; --limit {every} shows {left} more"
        if silent:
            yield from filled(f"only others speak of: {', '.join(silent)}")


def _listed(topics: Iterable[Topic]) -> str:
    return ", ".join(f"{each.name} ({each.id})" for each in topics)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _people(number: int) -> str:
    return f"{number} person" if number == 1 else f"{number} people"

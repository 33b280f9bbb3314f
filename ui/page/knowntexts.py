"""What the knowledge base knows, as HTML: topics, rules, incidents, marks. Pure; all escaped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from html import escape

from corpus.topics import Fact, Incident, Rule, Topic
from corpus.types import KeptQuote
from ui import wording
from ui.knowledge.values import IncidentTouched, StanceSeen, TopicSummary

_KINDS = {"statute": "Law", "bulletin": "Bulletin", "bill": "Bill", "citation": "Finding"}


def topic_anchor(topic: Topic) -> str:
    """Return a link to a topic's page."""
    href = escape(wording.topic_link(topic.id))
    return f'<a href="{href}" target="_self">{escape(wording.upper_first(topic.name))}</a>'


def topic_row(summary: TopicSummary) -> str:
    """Return a topic in a list of them, with how much there is of it."""
    facts = (
        wording.counted(summary.passages, "passage"),
        wording.counted(summary.people, "person", "people") if summary.people else "",
        wording.counted(summary.documents, "document"),
    )
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f"<li>{topic_anchor(summary.topic)}<p>{escape(summary.topic.definition)}</p>"
        f'<p class="onrecord-facts">{said}</p></li>'
    )


def rules_list(rules: Iterable[Rule], today: date | None = None) -> str:
    """Return rules with citation, what they say, since when, and where that stands."""
    today = today or datetime.now(UTC).date()
    return f'<ul class="onrecord-rules">{"".join(_rule(each, today) for each in rules)}</ul>'


def _rule(rule: Rule, today: date) -> str:
    kind = _KINDS.get(rule.kind, rule.kind)
    facts = (kind, rule.place, in_force(rule.in_force, today))
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f'<li><p class="onrecord-citation"><b>{escape(rule.citation)}</b> '
        f"{escape(rule.name)}</p><p>{escape(rule.summary)}</p>"
        f"{''.join(map(_fact, rule.history))}"
        f'<p class="onrecord-facts">{said}{_sources(rule.link, rule.sources)}</p></li>'
    )


def in_force(since: date | None, today: date) -> str:
    """Return since when a rule holds, as far as it is known."""
    if since is None:
        return "date in force not verified"
    return f"in force {'since' if since <= today else 'from'} {_day(since)}"


def incidents_list(touched: Iterable[IncidentTouched]) -> str:
    """Return incidents that are spoken of together with a topic."""
    rows = "".join(_incident(each.incident, each.passages) for each in touched)
    return f'<ul class="onrecord-rules">{rows}</ul>'


def _incident(incident: Incident, passages: int) -> str:
    when = _day(incident.date) if isinstance(incident.date, date) else str(incident.date)
    facts = (when, incident.place or "", wording.counted(passages, "passage"))
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f'<li><p class="onrecord-citation"><b>{escape(incident.name)}</b></p>'
        f"<p>{escape(incident.definition)}</p>{''.join(map(_fact, incident.facts))}"
        f'<p class="onrecord-facts">{said}{_sources(None, incident.sources)}</p></li>'
    )


def stances_list(seen: Iterable[StanceSeen]) -> str:
    """Return which kept quotes agree or differ, and who marked so."""
    return f'<ul class="onrecord-rules">{"".join(map(_stance, seen))}</ul>'


def _stance(seen: StanceSeen) -> str:
    how = "agrees with" if seen.stance.kind.value == "agrees" else "differs from"
    names = (escape(each.person or "An unnamed voice") for each in (seen.one, seen.other))
    note = f"<p>{escape(seen.stance.note)}</p>" if seen.stance.note else ""
    day = wording.print_day(seen.stance.made)
    return (
        f'<li><p class="onrecord-citation"><b>{f" {how} ".join(names)}</b></p>'
        f"{_kept(seen.one, seen.since[0])}{_kept(seen.other, seen.since[1])}{note}"
        f'<p class="onrecord-facts"><span>marked by {escape(seen.stance.author)}</span>'
        f"<span>{escape(day)}</span></p></li>"
    )


def _kept(kept: KeptQuote, since: Iterable[str]) -> str:
    words = escape(wording.printed(kept.quote.exact, kept.quote.manner))
    href = escape(wording.inner_link(kept.permalink))
    changed = "".join(f"<span>{escape(each)}</span>" for each in since)
    said = f'<p class="onrecord-facts">{changed}</p>' if changed else ""
    return f'<p>{words} <a href="{href}" target="_self">{escape(kept.title)}</a></p>{said}'


def _fact(fact: Fact) -> str:
    when = f"{_day(fact.date)}: " if fact.date else ""
    return f"<p>{escape(when + fact.text)} {_away(fact.source, 'Source')}</p>"


def _sources(link: str | None, sources: Iterable[str]) -> str:
    others = [each for each in dict.fromkeys(sources) if each != link]
    names = ["Source"] if len(others) == 1 else [f"Source {n}" for n in range(1, len(others) + 1)]
    read = [_away(link, "Read its text")] if link else []
    links = [*read, *(_away(each, name) for each, name in zip(others, names, strict=True))]
    return "".join(f"<span>{each}</span>" for each in links if each)


def _away(url: str, label: str) -> str:
    href = wording.web_link(url)
    if href is None:
        return ""
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">{label}</a>'


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

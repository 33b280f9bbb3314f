"""Small drawings made of plain HTML: readable without colours, by ear and in print. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from ui import wording
from ui.knowledge.values import Matrix

_MOST_COLUMNS = 40  # years beside each other; of more, only those in which something is said
_HIGHEST, _LEAST_BAR = 3.2, 0.15  # rem: one passage can be seen beside hundreds
_LEAST_STRONG = 8  # passages: fewer are not drawn as many, even where they are the most


def timeline(years: Sequence[tuple[int, int]], link: Callable[[int], str]) -> str:
    """Return a bar for every year, each leading to what was said then.

    Args:
        years: year and number of passages, in order.
        link: where a year leads.
    """
    if not years:
        return ""
    counts, most = dict(years), max(count for _, count in years)
    first, last = years[0][0], years[-1][0]
    whole = last - first < _MOST_COLUMNS
    shown = range(first, last + 1) if whole else [year for year, _ in years][-_MOST_COLUMNS:]
    bars = "".join(_bar(year, counts.get(year, 0), most, link) for year in shown)
    return f'<ol class="onrecord-timeline" aria-label="Passages by year">{bars}</ol>'


def _bar(year: int, count: int, most: int, link: Callable[[int], str]) -> str:
    if not count:
        return f'<li class="onrecord-noyear"><i></i><span>{year}</span></li>'
    height = max(_LEAST_BAR, _HIGHEST * count / most)
    said = wording.counted(count, "passage")
    return (
        f'<li><a href="{escape(link(year))}" target="_self" aria-label="{year}: {said}">'
        f'<b aria-hidden="true">{count}</b><i style="height:{height:.2f}rem"></i>'
        f'<span aria-hidden="true">{year}</span></a></li>'
    )


def matrix_table(matrix: Matrix) -> str:
    """Return who speaks of what; topics, people and every number lead somewhere."""
    if not matrix.people:
        return ""
    heads = "".join(
        f'<th scope="col"><a href="{escape(wording.person_link(person.id))}" target="_self">'
        f"{escape(person.name)}</a></th>"
        for person in matrix.people
    )
    most = max(matrix.counts.values(), default=1)
    rows = "".join(
        f'<tr><th scope="row"><a href="{escape(wording.topic_link(topic.id))}" target="_self">'
        f"{escape(wording.upper_first(topic.name))}</a></th>"
        + "".join(
            _cell(matrix.count(topic.id, person.id), most, person.id, topic.id, person.name)
            for person in matrix.people
        )
        + "</tr>"
        for topic in matrix.topics
    )
    return (
        '<p class="onrecord-facts">Passages in which a person speaks of a topic in their own '
        'words</p><div class="onrecord-matrix" role="region" tabindex="0" '
        'aria-label="Who speaks of what"><table>'
        f'<thead><tr><th scope="col">Topic</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</div>"
    )


def _cell(count: int, most: int, person_id: str, topic_id: str, name: str) -> str:
    if not count:
        return "<td></td>"
    query = escape(urlencode({"person": person_id, "topic": topic_id}))
    strength = round(8 + 40 * count / max(most, _LEAST_STRONG))
    return (
        f'<td style="--strength:{strength}%"><a href="/people?{query}" target="_self" '
        f'aria-label="{escape(name)}: {escape(wording.counted(count, "passage"))}">{count}</a></td>'
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how high, what stands below it, and all of it in words."""

    value: float
    below: str
    said: str


def columns(title: str, bars: Sequence[Bar], highest: str) -> str:
    """Return bars side by side, too many to be labelled each: a day, or a run.

    Args:
        title: what is drawn.
        bars: from left to right.
        highest: the value of the highest one, in words.
    """
    most = max((bar.value for bar in bars), default=0.0)
    if most <= 0:
        return ""
    drawn = "".join(
        f'<li title="{escape(bar.said)}"><i style="height:{_percent(bar.value, most)}%"></i>'
        f'<span class="onrecord-unseen">{escape(bar.said)}</span></li>'
        for bar in bars
    )
    ends = (bars[0].below, bars[len(bars) // 2].below, bars[-1].below) if len(bars) > 2 else ()
    below = "".join(f"<span>{escape(each)}</span>" for each in ends or [b.below for b in bars])
    return (
        f'<figure class="onrecord-columns" style="--bars:{len(bars)}"><figcaption>{escape(title)}'
        f"<span>{escape(highest)}</span></figcaption>"
        f'<ol aria-label="{escape(title)}">{drawn}</ol>'
        f'<p aria-hidden="true">{below}</p></figure>'
    )


def _percent(value: float, most: float) -> int:
    return max(2, round(100 * value / most)) if value > 0 else 0

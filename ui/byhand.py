"""What is chosen by hand beside what the question says: it wins, and the answer says so.

Of what is chosen and not there, the answer names what is like it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from corpus.errors import PeriodError
from corpus.types import SearchQuery
from ui.answers import AskFilters

if TYPE_CHECKING:
    from index.engine.points import VectorStore
    from index.question import UnderstoodPart

_ALIKE = 0.65  # of the letters of a show or a name
_MOST = 4  # names that are offered


def check_period(filters: AskFilters) -> None:
    """Refuse days of which the last is before the first.

    Raises:
        PeriodError: they are so.
    """
    if filters.since and filters.until and filters.until < filters.since:
        raise PeriodError(
            f"since {filters.since} until {filters.until}",
            cause="it ends before it begins",
            remedy="exchange the two days",
        )


def without_contradictions(
    query: SearchQuery, filters: AskFilters, chosen: SearchQuery
) -> SearchQuery:
    """Return `chosen` without what the question says against what was chosen by hand.

    Args:
        query: the question as understood.
        filters: what was chosen by hand.
        chosen: the two together.
    """
    not_roles = query.not_roles
    if filters.roles:
        not_roles = tuple(role for role in query.not_roles if role not in chosen.roles)
    since, until = chosen.since, chosen.until
    if since and until and until <= since:
        until = until if filters.until else None
        since = since if filters.since else None
    return replace(chosen, not_roles=not_roles, since=since, until=until)


def said_of(
    parts: Iterable[UnderstoodPart],
    filters: AskFilters,
    chosen: SearchQuery,
    role_names: Mapping[str, str],
) -> Iterator[UnderstoodPart]:
    """Yield what was understood; what something chosen by hand took the place of, as a note.

    Args:
        parts: of the question.
        filters: what was chosen by hand.
        chosen: what was searched for.
        role_names: role ids → names as printed.
    """
    days = {"since": chosen.since, "until": chosen.until}
    searched: dict[str, Collection[str]] = {
        "role": chosen.roles,
        "without role": chosen.not_roles,
        "show": {one.casefold().strip() for one in chosen.sources},
    }
    by_hand = {
        "role": filters.roles and tuple(role_names.get(one, one) for one in chosen.roles),
        "speaker": filters.speakers,
        "show": filters.sources,
        "since": filters.since and (f"since {filters.since}",),
        "until": filters.until and (f"until {filters.until}",),
        "manner": tuple(one.value for one in filters.manners),
    }
    by_hand["without role"] = by_hand["role"]
    either = by_hand["since"] or by_hand["until"]
    for part in parts:
        kind, value = part.kind, part.value
        instead = by_hand.get(kind) or (either if kind in days else None)
        if kind in days:
            day = days[kind]
            holds = day is not None and day.date().isoformat() == value
        elif kind == "speaker":
            holds = any(_is_of(one, value) for one in chosen.speakers)
        else:
            known = value.casefold() if kind == "show" else value
            holds = known in searched.get(kind, ())
        if part.off or not instead or holds:
            yield part
        else:
            shown = role_names.get(value, part.shown)
            note = "chosen by hand: " + ", ".join(instead)
            yield replace(part, kind="not read as", value=shown, note=note)


def _is_of(chosen: str, name: str) -> bool:
    from index.filters import name_words

    return set(name_words(chosen)) <= set(name_words(name))


def unknown_among(
    filters: AskFilters, store: VectorStore, names: Iterable[str]
) -> Iterator[UnderstoodPart]:
    """Yield a note for each show and speaker chosen by hand of whom there is nothing."""
    from index.filters import name_words
    from index.question import UnderstoodPart

    held = store.facet("sources") if filters.sources else {}
    for source in filters.sources if held else ():
        if source.casefold().strip() not in held:
            shows = {show.casefold(): show for show in store.facet("show")}
            near = get_close_matches(source.casefold(), [*shows, *held], _MOST, _ALIKE)
            note = _near(shows.get(one, one) for one in near)
            yield UnderstoodPart("unknown show", source, source, note=note)
    spoken = store.facet("speaker_words") if filters.speakers else {}
    for speaker in filters.speakers if spoken else ():
        strange = [word for word in name_words(speaker) if word not in spoken]
        if not strange:
            continue
        like = {near for word in strange for near in get_close_matches(word, spoken, _MOST, _ALIKE)}
        near_names = [name for name in names if like.intersection(name_words(name))]
        yield UnderstoodPart("unknown speaker", speaker, speaker, note=_near(near_names))


def _near(names: Iterable[str]) -> str:
    near = list(dict.fromkeys(names))[:_MOST]
    return "near: " + ", ".join(near) if near else ""

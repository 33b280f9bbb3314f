"""Status: what an operator looks at in the morning. Are all well, what waits, what failed?"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from ui import wording
from ui.archive import Archive
from ui.operating.overview import Overview, overview_of
from ui.page import components, statustexts

_RUNS, _FAILURES = 10, 20  # a page of each


def render(archive: Archive) -> None:
    """Draw the page."""
    components.lines("h1", "Status", kind="title")
    overview = _overview(archive.settings.catalogue, archive)
    as_of = f"As of {wording.print_day(overview.now)}, {overview.now:%H:%M} UTC"
    at_work = (
        f"a run has been at work since {overview.at_work:%H:%M} UTC" if overview.at_work else ""
    )
    components.lines("p", as_of, at_work, kind="facts")
    st.html(statustexts.health_box(overview.health))
    st.html(statustexts.standing_lists(overview))
    _growth(overview)
    _sources(overview)
    _runs(overview)
    _failures(overview)


@st.cache_resource(ttl=10, show_spinner=False, max_entries=4)
def _overview(catalogue: str, _archive: Archive) -> Overview:
    # A reader who turns pages does not have everything counted again.
    del catalogue
    return overview_of(_archive, now=datetime.now(UTC))


def _growth(overview: Overview) -> None:
    drawn = statustexts.growth_charts(overview)
    if drawn:
        components.section("Growth and speed")
        st.html(drawn)


def _sources(overview: Overview) -> None:
    components.section("Sources")
    if overview.sources:
        st.html(statustexts.sources_table(overview.sources, overview.now))
    else:
        components.lines("p", "No source is switched on.")
    if overview.disabled:
        names = ", ".join(each.name for each in overview.disabled)
        st.html(
            '<details class="onrecord-more"><summary>'
            f"{escape(wording.counted(len(overview.disabled), 'source'))} switched off</summary>"
            f"<p>{escape(names)}</p></details>"
        )


def _runs(overview: Overview) -> None:
    components.section("Runs")
    if not overview.runs:
        components.notice("It never ran", "One line in cron lets it run every night:",
                          "onrecord schedule cron")  # fmt: skip
        return
    first = (components.page_number("runs", len(overview.runs), _RUNS) - 1) * _RUNS
    st.html(statustexts.runs_table(overview.runs[first : first + _RUNS], overview.at_work))
    components.page_links("runs", len(overview.runs), _RUNS, "Pages of runs")


def _failures(overview: Overview) -> None:
    components.section("Failures")
    failed = overview.failures
    if not failed:
        components.lines("p", "Nothing has failed.")
        return
    first = (components.page_number("failures", len(failed), _FAILURES) - 1) * _FAILURES
    st.html(statustexts.failures_list(failed[first : first + _FAILURES]))
    components.page_links("failures", len(failed), _FAILURES, "Pages of failures")

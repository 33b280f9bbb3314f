"""What a run would do is told without doing any of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import SourceNotFoundError
from corpus.types import DiscoveredItem, DocumentKind, Source, SourceKind, SourceReport, Stage
from ingest.prospect import prospect_of
from tests.builders import NOON
from ui.printing.prospect import prospect_as_dict, prospect_lines

SHOW = Source(
    id="show", name="Show", kind=SourceKind.FEED, url="http://x.example/feed", every=86_400.0
)
NEWS = replace(SHOW, id="news", name="News", every=0.0)
OFF = replace(SHOW, id="off", name="Off", enabled=False)
REGISTRY = {source.id: source for source in (SHOW, NEWS, OFF)}


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue(f"sqlite:///{tmp_path}/catalogue.sqlite") as opened:
        yield opened


def item(name: str, source_id: str = "show") -> DiscoveredItem:
    return DiscoveredItem(
        source_id=source_id, kind=DocumentKind.ARTICLE, url=f"http://x.example/{name}", title=name
    )


def test_an_archive_that_is_not_there_yet_has_every_enabled_source_due():
    prospect = prospect_of(None, REGISTRY, now=NOON)
    assert [source.id for source in prospect.sources] == ["show", "news"]
    assert (prospect.later, prospect.tried, prospect.put_off) == ((), (), ())


def test_a_source_that_rests_is_told_with_when_it_is_due(catalogue):
    catalogue.save_look(SourceReport(source_id="show"), now=NOON)
    hour = timedelta(hours=1)
    prospect = prospect_of(catalogue, REGISTRY, now=NOON + hour)
    assert [source.id for source in prospect.sources] == ["news"]
    ((source, until),) = prospect.later
    assert (source.id, until) == ("show", NOON + 0.9 * timedelta(days=1))
    later = prospect_of(catalogue, REGISTRY, now=NOON + 22 * hour)
    assert [each.id for each in later.sources] == ["show", "news"]
    named = prospect_of(catalogue, REGISTRY, only=["show"], now=NOON + hour)
    assert ([each.id for each in named.sources], named.later) == (["show"], ())


def test_a_look_in_the_future_keeps_no_source_waiting(catalogue):
    catalogue.save_look(SourceReport(source_id="show"), now=NOON)
    prospect = prospect_of(catalogue, REGISTRY, now=NOON - timedelta(days=400))
    assert "show" in [source.id for source in prospect.sources]


def test_what_is_put_off_is_told_with_until_when_and_why(catalogue):
    waits, _ = catalogue.record_discovered(item("waits"), now=NOON)
    fails, _ = catalogue.record_discovered(item("fails"), now=NOON)
    other, _ = catalogue.record_discovered(item("other", "news"), now=NOON)
    until = NOON + timedelta(hours=3)
    why = "cannot fetch: http://x.example/fails?token=s3cret: HTTP 503"
    catalogue.fail(fails.id, error=why, retry_at=until, now=NOON)
    prospect = prospect_of(catalogue, REGISTRY, now=NOON)
    assert {each.id for each in prospect.tried} == {waits.id, other.id}
    assert [(each.id, each.next_attempt) for each in prospect.put_off] == [(fails.id, until)]
    only = prospect_of(catalogue, REGISTRY, only=["news"], now=NOON)
    assert ([each.id for each in only.tried], only.put_off) == ([other.id], ())
    shown = prospect_as_dict(prospect)
    assert shown["stages"] == [{"stage": "discovered", "tried": 2, "put_off": 1}]
    printed = "\n".join(prospect_lines(prospect))
    assert "discovered: 2 would be taken on, 1 put off" in printed
    assert "until 2026-03-04 15:00 UTC" in printed
    assert "s3cret" not in printed + str(shown)
    assert catalogue.counts()[Stage.DISCOVERED] == 3


def test_a_long_list_is_cut_for_reading_and_whole_for_programs(catalogue):
    for number in range(30):
        catalogue.record_discovered(item(f"n{number}"), now=NOON)
    prospect = prospect_of(catalogue, REGISTRY, now=NOON)
    assert "  and 10 more" in list(prospect_lines(prospect))
    assert len(prospect_as_dict(prospect)["tried"]) == 30


def test_a_source_that_is_not_in_the_registry_is_an_error():
    with pytest.raises(SourceNotFoundError, match="news"):
        prospect_of(None, REGISTRY, only=["shwo"], now=NOON)

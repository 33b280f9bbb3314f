"""Steps beside each other: what a slow host, a poisoned document or a full disk does to the rest.

Steps that only wait, count and fail as told stand in for the real ones.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import MediaError, ParkedError, StoreError, TransientError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import DiscoveredItem, Document, DocumentKind, Outcome, Stage
from ingest.hosts import Hosts
from ingest.pipeline import drain
from ingest.workers import HereWorkers
from ingest.workshop import Workshop, now

ARTICLE, EPISODE = DocumentKind.ARTICLE, DocumentKind.EPISODE
LONG = 20.0  # seconds: nothing in these tests may take so long
Step = Callable[[Document, Workshop], Stage]


@pytest.fixture
def shop(tmp_path) -> Iterator[Workshop]:
    settings = Settings(data_dir=tmp_path)
    with Catalogue(settings.catalogue) as catalogue:
        yield Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={},
            workers=HereWorkers(at_once=2),
        )


def discover(
    shop: Workshop,
    name: str,
    kind: DocumentKind = EPISODE,
    host: str = "one.test",
    guid: str | None = None,
) -> Document:
    item = DiscoveredItem(
        source_id="ledger",
        kind=kind,
        url=f"http://{host}/{name}",
        media_url=f"http://{host}/{name}.mp3" if kind is EPISODE else None,
        guid=guid or name,
        title=name,
        show="Ledger",
    )
    return shop.catalogue.record_discovered(item, now=now())[0]


class Steps:
    """Steps that do nothing but what a test says; remembers which were taken."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, Stage], Step] = {}
        self.begun: Counter[tuple[str, Stage]] = Counter()
        self.at_once: Counter[Stage] = Counter()
        self.most: Counter[Stage] = Counter()
        self._lock = threading.Lock()

    def on(self, name: str, stage: Stage, step: Step) -> None:
        self.said[name, stage] = step

    def take(self, document: Document, shop: Workshop) -> Stage:
        place, stage = (document.title, document.stage), document.stage
        with self._lock:
            self.begun[place] += 1
            self.at_once[stage] += 1
            self.most[stage] = max(self.most[stage], self.at_once[stage])
        try:
            after = {Stage.DISCOVERED: Stage.FETCHED, Stage.FETCHED: Stage.TRANSCRIBED}
            if document.kind is ARTICLE or stage is Stage.TRANSCRIBED:
                after = {Stage.DISCOVERED: Stage.FETCHED}
            said = self.said.get(place)
            return said(document, shop) if said else after.get(stage, Stage.READY)
        finally:
            with self._lock:
                self.at_once[stage] -= 1


@pytest.fixture
def steps(monkeypatch) -> Steps:
    made = Steps()
    places = [(kind, stage) for kind in (ARTICLE, EPISODE) for stage in Stage]
    monkeypatch.setattr("ingest.pipeline.STEPS", dict.fromkeys(places, made.take))
    return made


def wait_for(event: threading.Event) -> Callable[[Document, Workshop], Stage]:
    def step(document: Document, _shop: Workshop) -> Stage:
        assert event.wait(LONG), "it waited for something that did not come"
        return Stage.FETCHED if document.stage is Stage.DISCOVERED else Stage.TRANSCRIBED

    return step


def raising(error: BaseException) -> Step:
    def step(_document: Document, _shop: Workshop) -> Stage:
        raise error

    return step


def ends(outcomes) -> dict[str, Stage]:
    return {outcome.title: outcome.after for outcome in outcomes}


@pytest.mark.parametrize("at_once", [0, 1, 3])
def test_however_many_work_the_same_comes_of_it(shop, steps, at_once):
    shop = replace(shop, workers=HereWorkers(at_once=at_once))
    for number in range(6):
        discover(shop, f"episode {number}", host=f"{number}.test")
        discover(shop, f"article {number}", ARTICLE)
    steps.on("episode 1", Stage.FETCHED, raising(MediaError("1", cause="no audio in it")))
    steps.on("episode 2", Stage.DISCOVERED, raising(TransientError("2", cause="503")))
    steps.on("episode 3", Stage.TRANSCRIBED, raising(RuntimeError("a bug")))
    outcomes = list(drain(shop))
    assert ends(outcomes) == {
        **{f"{kind} {n}": Stage.READY for kind in ("episode", "article") for n in range(6)},
        "episode 1": Stage.DEAD,
        "episode 2": Stage.DISCOVERED,
        "episode 3": Stage.TRANSCRIBED,
    }
    assert set(steps.begun.values()) == {1}, "nothing is done twice"
    assert {each.source_id for each in outcomes} == {"ledger"}


def test_a_slow_host_keeps_neither_models_nor_articles_waiting(shop, steps):
    rest_is_done = threading.Event()
    discover(shop, "slow", host="slow.test")
    for name in ("one", "two", "three"):
        discover(shop, name)
    discover(shop, "article", ARTICLE)
    steps.on("slow", Stage.DISCOVERED, wait_for(rest_is_done))
    done: dict[str, Stage] = {}
    for outcome in drain(shop):
        done[outcome.title] = outcome.after
        if sum(stage is Stage.READY for stage in done.values()) == 4:
            rest_is_done.set()
    assert set(done.values()) == {Stage.READY}


def test_as_many_are_heard_at_once_as_there_are_workers_and_hosts_are_asked_one_by_one(shop, steps):
    together = threading.Barrier(2, timeout=LONG)

    def hear(_document: Document, _shop: Workshop) -> Stage:
        together.wait()
        return Stage.TRANSCRIBED

    for number in range(6):
        discover(shop, str(number))
        steps.on(str(number), Stage.FETCHED, hear)
    assert set(ends(drain(shop)).values()) == {Stage.READY}
    assert (steps.most[Stage.DISCOVERED], steps.most[Stage.FETCHED]) == (1, 2)


def test_several_hosts_are_asked_at_once(shop, steps):
    together = threading.Barrier(3, timeout=LONG)

    def fetch(_document: Document, _shop: Workshop) -> Stage:
        together.wait()
        return Stage.FETCHED

    for number in range(3):
        discover(shop, str(number), host=f"{number}.test")
        steps.on(str(number), Stage.DISCOVERED, fetch)
    assert set(ends(drain(shop)).values()) == {Stage.READY}


def test_while_models_are_busy_only_some_recordings_are_fetched_ahead(shop, steps, monkeypatch):
    monkeypatch.setattr("ingest.lanes.AHEAD", 5)
    fetched_all, seen = threading.Event(), []
    for number in range(12):
        discover(shop, str(number), host=f"{number}.test")
        steps.on(str(number), Stage.FETCHED, wait_for(fetched_all))
    for outcome in drain(shop):
        seen.append(outcome.after)
        if seen == [Stage.FETCHED] * 5:
            time.sleep(0.2)  # in which a sixth would come, if it might
            assert sum(stage is Stage.DISCOVERED for _, stage in steps.begun) == 5
            fetched_all.set()
    assert Counter(seen)[Stage.READY] == 12


def test_what_stops_the_run_puts_the_rest_down_and_blames_no_document(shop, steps):
    """The disk is full: one step says so, the other was in the middle of its work."""
    begun = threading.Event()

    def go_on(document: Document, tools: Workshop) -> Stage:
        begun.set()
        for _ in range(int(LONG / 0.02)):
            tools.progress(document.title, 0.5, "at it")
            time.sleep(0.02)
        raise AssertionError("it was not put down")

    def fill(_document: Document, _shop: Workshop) -> Stage:
        assert begun.wait(LONG)
        raise StoreError("files", cause="no space left on device")

    full, other = discover(shop, "full", host="a.test"), discover(shop, "other", host="b.test")
    steps.on("full", Stage.FETCHED, fill)
    steps.on("other", Stage.FETCHED, go_on)
    outcomes: list[Outcome] = []
    with pytest.raises(StoreError, match="no space left"):
        outcomes.extend(drain(shop))
    assert set(ends(outcomes)) == {"full", "other"}, "what was done is told"
    for document in (full, other):
        left = shop.catalogue.document(document.id)
        assert (left.stage, left.attempts, left.last_error) == (Stage.FETCHED, 0, None)
    steps.said.clear()
    assert set(ends(drain(shop)).values()) == {Stage.READY}


def test_all_heavy_steps_in_hand_are_put_down_when_told_to_stop(shop, steps):
    stop, together = threading.Event(), threading.Barrier(2, timeout=LONG)

    def go_on(_document: Document, tools: Workshop) -> Stage:
        def work(_job: None, report: Callable[[float, str], None]) -> Stage:
            together.wait()
            stop.set()
            for _ in range(int(LONG / 0.02)):
                report(0.5, "at it")
                time.sleep(0.02)
            raise AssertionError("it was not put down")

        return tools.workers.run(work, None, lambda *_: None)

    for name in ("one", "two"):
        discover(shop, name, host=f"{name}.test")
        steps.on(name, Stage.FETCHED, go_on)
    assert [outcome.after for outcome in drain(shop, stop=stop.is_set)] == [Stage.FETCHED] * 2
    assert shop.catalogue.counts()[Stage.FETCHED] == 2
    assert not shop.catalogue.failures()


def test_a_host_that_never_answers_does_not_keep_a_run_from_ending(shop, steps, monkeypatch):
    monkeypatch.setattr("ingest.parking._PATIENCE", 0.1)
    answer, asked = threading.Event(), threading.Event()

    def fetch(_document: Document, _shop: Workshop) -> Stage:
        asked.set()
        assert answer.wait(LONG)
        raise ParkedError("told of progress at last")

    discover(shop, "slow")
    steps.on("slow", Stage.DISCOVERED, fetch)
    assert not list(drain(shop, stop=asked.is_set))
    assert not shop.catalogue.failures()
    answer.set()


def test_a_reader_who_stops_listening_stops_the_work(shop, steps):
    """Ctrl-C, for one: what is in hand is put down, nothing else is begun."""
    discover(shop, "first", ARTICLE)
    for number in range(40):
        discover(shop, str(number), host=f"{number}.test")
    outcomes = drain(shop)
    next(outcomes)
    outcomes.close()
    begun = steps.begun.total()
    time.sleep(0.1)
    assert steps.begun.total() == begun < 40


def test_what_steps_tell_is_told_by_the_thread_that_listens(shop, steps):
    told: set[threading.Thread] = set()
    shop = replace(shop, progress=lambda *_: told.add(threading.current_thread()))
    for number in range(3):
        discover(shop, str(number), host=f"{number}.test")
    list(drain(shop))
    assert told == {threading.current_thread()}


def test_who_hears_of_progress_hears_of_which_document(shop, steps):
    told: set[tuple[str, str]] = set()
    shop = replace(shop, progress=lambda what, *_: told.add((what, what.document_id)))
    made = [discover(shop, "the same", host=f"{number}.test", guid=number) for number in "12"]
    list(drain(shop))
    assert told == {("the same", document.id) for document in made}


def test_of_a_host_in_trouble_the_rest_is_left_alone(shop, steps):
    documents = [discover(shop, str(number)) for number in range(10)]
    for document in documents:
        error = TransientError(document.url, cause="no answer in time", host="one.test")
        steps.on(document.title, Stage.DISCOVERED, raising(error))
    discover(shop, "elsewhere", host="two.test")
    hosts = Hosts()
    outcomes = list(drain(shop, hosts=hosts))
    assert ends(outcomes)["elsewhere"] is Stage.READY
    assert len(outcomes) == 3 + 3
    assert "7 documents wait" in hosts.warnings()[0]


def test_a_document_that_has_changed_meanwhile_is_left_to_who_changed_it(shop, steps):
    """It was queued; before its turn somebody else gave it up."""
    gone = discover(shop, "gone")

    def give_up(_document: Document, _shop: Workshop) -> Stage:
        shop.catalogue.fail(gone.id, error="withdrawn", retry_at=None, now=now())
        return Stage.FETCHED

    discover(shop, "first")  # newer, and of the same host: it is taken first
    steps.on("first", Stage.DISCOVERED, give_up)
    assert "gone" not in ends(drain(shop))


def test_a_document_that_is_withdrawn_in_the_middle_of_a_step_stops_nothing_else(shop, steps):
    gone = discover(shop, "gone", host="gone.test")

    def withdraw(_document: Document, _shop: Workshop) -> Stage:
        shop.catalogue.withdraw(gone.id, author="Ana", reason="asked to", now=now())
        return Stage.FETCHED

    steps.on("gone", Stage.DISCOVERED, withdraw)
    discover(shop, "other")
    assert ends(drain(shop))["other"] is Stage.READY
    assert "gone" not in ends(drain(shop))

"""A run's report for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from corpus.types import Delivery, Outcome, Run, SourceReport, Stage, StageReport
from tests.builders import NOON
from ui.printing.runs import is_ok, run_as_dict, run_lines, slowest

HEARD = Outcome(
    document_id="0123456789ab",
    title="Three Rounds",
    before=Stage.FETCHED,
    after=Stage.TRANSCRIBED,
    seconds=900.0,
    source_id="show",
    audio_seconds=7200.0,
)
FAILED = Outcome(
    document_id="ffff56789abc",
    title="Cold Gun",
    before=Stage.DISCOVERED,
    after=Stage.DISCOVERED,
    seconds=61.0,
    source_id="show",
    error="Traceback\ncannot fetch: http://ann:s3cret@x.example: HTTP 503",
)
RUN = Run(
    id="20260304T120000-abcd",
    started=NOON,
    finished=NOON + timedelta(seconds=1000),
    sources=(
        SourceReport(source_id="show", seen=40, new=2, changed=1, warnings=("no date",)),
        SourceReport(source_id="news", unchanged=True),
    ),
    outcomes=(HEARD, FAILED),
    below_expectation=("news",),
    generation="g000003",
    passages=1234,
    parked="out of time after 17 minutes: 3 documents wait",
    stages=(StageReport(stage=Stage.DISCOVERED, failed=1, waiting=3, seconds=61.0),),
    audio_seconds=7200.0,
    deliveries=(
        Delivery(watch_id="w", question="live rounds", address="mailto://***@x.example", quotes=2),
        Delivery(watch_id="v", question="hot gun", address="chat://***", error="HTTP 401"),
    ),
    disk_used=3_200_000_000,
    disk_free=40_000_000_000,
)


def test_a_report_tells_everything_a_person_asks_in_the_morning():
    first, *rest = run_lines(RUN)
    assert first == (
        "2026-03-04 12:00 UTC in 1000 s: 2 new, 0 ready, generation g000003, 1234 passages"
    )
    printed = [line.strip() for line in rest]
    assert printed == [
        "parked: out of time after 17 minutes: 3 documents wait; the next run goes on from there",
        "show: 40 seen, 2 new, 1 changed, 1 failed",
        "warning: no date",
        "news: unchanged",
        "news: fewer documents than expected",
        "discovered: 0 taken on, 1 failed, 3 wait, 61 s of work",
        "heard 2.00 hours of audio, 8.0 times as fast as it plays",
        "slow: 900 s for fetched 0123456789ab Three Rounds",
        "slow: 61 s for discovered ffff56789abc Cold Gun",
        "disk: 3.2 GB used, 40.0 GB free",
        "“live rounds” to mailto://***@x.example: 2 new",
        "“hot gun” to chat://***: not delivered, it stays due: HTTP 401",
        "discovered ffff56789abc Cold Gun: cannot fetch: http://***@x.example: HTTP 503",
    ]


def test_the_json_has_every_part_and_no_secret():
    shown = json.dumps(run_as_dict(RUN))
    assert "s3cret" not in shown
    told = json.loads(shown)
    assert told["sources"][0] | {"warnings": []} == {
        "source": "show", "seen": 40, "new": 2, "changed": 1, "unchanged": False, "failed": 1,
        "warnings": [], "error": None,
    }  # fmt: skip
    assert (told["audio_seconds"], told["speed"]) == (7200.0, 8.0)
    assert told["disk"] == {"used": 3_200_000_000, "free": 40_000_000_000}
    assert told["stages"][0]["waiting"] == 3
    assert [each["quotes"] for each in told["deliveries"]] == [2, 0]
    assert told["parked"].startswith("out of time")


def test_a_run_that_has_not_finished_says_so():
    assert "has not finished" in next(iter(run_lines(Run(id="r", started=NOON))))


def test_parked_or_undelivered_is_no_alarm_but_a_silent_source_is():
    assert is_ok(replace(RUN, below_expectation=()))
    assert not is_ok(RUN)


def test_quick_steps_are_not_called_slow():
    quick = [replace(HEARD, seconds=float(second)) for second in range(12)]
    run = replace(RUN, outcomes=tuple(quick))
    assert [each.seconds for each in slowest(run)] == [11.0, 10.0, 9.0, 8.0, 7.0]

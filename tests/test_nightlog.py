"""The log of a run: one line per event, or one JSON object; nothing fetched can break it."""

from __future__ import annotations

import io
import json

import pytest

from corpus.types import Event, Happening, Stage
from ingest.workshop import Titled
from ui.printing import nightlog
from ui.printing.nightlog import LogForm, NightLog, json_line, text_line

DONE = Event(
    happening=Happening.DONE,
    source_id="show",
    document_id="0123456789ab",
    title="Three Rounds",
    stage=Stage.FETCHED,
    seconds=1.25,
    message="transcribed",
)
NASTY = Event(
    happening=Happening.FAILED,
    title="a\nb\x1b[31m\u202e" + "x" * 5000,
    message="https://ann:s3cret@x.example/?token=s3cret\r\nnext",
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_an_event_is_one_json_object():
    said = json.loads(json_line(DONE))
    assert said.pop("time").endswith("Z")
    assert said == {
        "event": "step done", "source": "show", "document": "0123456789ab",
        "title": "Three Rounds", "stage": "fetched", "seconds": 1.25, "message": "transcribed",
    }  # fmt: skip


def test_an_event_is_one_line_to_read():
    assert text_line(DONE).endswith(
        "step done        0123456789ab fetched Three Rounds: transcribed (1.2 s)"
    )


@pytest.mark.parametrize("line", [json_line, text_line])
def test_what_was_fetched_breaks_no_line_and_no_secret_is_told(line):
    said = line(NASTY)
    assert not {"\n", "\r", "\x1b", "\u202e"} & set(said)
    assert "s3cret" not in said
    assert len(said) < 5000


def test_away_from_a_terminal_long_work_is_told_of_now_and_then(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(nightlog.time, "monotonic", lambda: moment[0])
    stream = io.StringIO()
    log = NightLog(LogForm.JSON, stream=stream)
    for second in range(150):
        moment[0] = float(second)
        log.progress("Three Rounds", second / 150, "transcribing")
    log.progress("Three Rounds", 1.0, "transcribed")
    log.tell(DONE)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [each["event"] for each in events] == ["at work", "at work", "step done"]
    assert (events[0]["message"], events[0]["seconds"]) == ("40% transcribing", 60.0)


def test_work_that_says_nothing_for_long_is_told_of_all_the_same(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(nightlog.time, "monotonic", lambda: moment[0])
    stream = io.StringIO()
    log = NightLog(stream=stream)
    log.progress("Three Rounds", 0.7, "telling voices apart")
    log.tell_of_long_work()
    assert stream.getvalue() == ""
    moment[0] = 300.0
    log.tell_of_long_work()
    log.tell_of_long_work()
    log.close()
    assert stream.getvalue().count("Three Rounds: 70% telling voices apart (300.0 s)") == 1


def test_on_a_terminal_there_is_a_living_line_and_a_line_for_what_went_wrong():
    stream = Terminal()
    log = NightLog(stream=stream)
    log.progress("Three Rounds", 0.5, "transcribing")
    log.tell(DONE)
    assert stream.getvalue().count("\n") == 0
    log.tell(NASTY)
    assert stream.getvalue().count("\n") == 1
    told = NightLog(LogForm.LINES, stream=stream)
    told.tell(DONE)
    assert "Three Rounds: transcribed" in stream.getvalue()


def test_a_quiet_log_tells_only_of_the_end():
    stream = io.StringIO()
    log = NightLog(quiet=True, stream=stream)
    log.progress("Three Rounds", 0.5, "transcribing")
    log.tell(DONE)
    assert stream.getvalue() == ""
    log.tell(Event(happening=Happening.STOPPED, message="no space left"))
    assert "no space left" in stream.getvalue()


def test_a_log_that_cannot_be_written_ends_no_run():
    stream = io.StringIO()
    log = NightLog(stream=stream)
    stream.close()
    log.tell(DONE)


def test_long_work_on_two_documents_of_one_title_is_told_apart(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(nightlog.time, "monotonic", lambda: moment[0])
    stream = io.StringIO()
    log = NightLog(LogForm.JSON, stream=stream)
    for document_id in ("aaaa", "bbbb"):
        title = Titled("Three Rounds")
        title.document_id = document_id
        log.progress(title, 0.5, "transcribing")
    moment[0] = 61.0
    log.tell_of_long_work()
    log.close()
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [each["document"] for each in events] == ["aaaa", "bbbb"]

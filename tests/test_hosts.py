from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from corpus.types import DocumentKind, Outcome, Stage
from ingest.hosts import Hosts, host_asked, host_of, is_trouble, seconds_asked
from tests.builders import a_document


def _outcome(document, **fields):
    return Outcome(
        document_id=document.id,
        title=document.title,
        before=document.stage,
        after=document.stage,
        **fields,
    )


@pytest.fixture
def episode():
    return a_document(
        kind=DocumentKind.EPISODE,
        stage=Stage.DISCOVERED,
        url="https://show.example/one",
        media_url="https://cdn.example:8443/one.mp3",
    )


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0.0),
        (" 90 ", 90.0),
        ("soon", 0.0),
        ("", 0.0),
        ("-5", 0.0),
        ("1e9", 0.0),
        ("٣", 0.0),
        ("9" * 5000, 7 * 86_400.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_and_bounded(said, seconds):
    assert seconds_asked(said) == seconds


def test_retry_after_may_be_a_date():
    moment = datetime.now(UTC) + timedelta(minutes=10)
    assert 590 < seconds_asked(format_datetime(moment, usegmt=True)) <= 600


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://User:pw@Show.Example:8443/x", "show.example:8443"),
        ("http://[::1", ""),
        ("file:///x", ""),
        ("", ""),
    ],
)
def test_a_host_is_read_from_any_address(url, host):
    assert host_of(url) == host


def test_only_answers_about_the_host_are_trouble():
    assert [status for status in (200, 403, 404, 408, 429, 500, 503) if is_trouble(status)] == [
        408, 429, 500, 503,
    ]  # fmt: skip


def test_a_host_that_fails_three_times_in_a_row_is_left_alone(episode):
    hosts = Hosts()
    for _ in range(3):
        assert not hosts.is_left_alone(episode)
        hosts.learn(episode, _outcome(episode, error="503", host="cdn.example:8443"))
    assert hosts.is_left_alone(episode)
    elsewhere = replace(episode, media_url="https://other.example/one.mp3")
    assert not hosts.is_left_alone(elsewhere)
    (warning,) = hosts.warnings()
    assert warning.startswith("cdn.example:8443 failed 3 times in a row and was left alone: 1 doc")


def test_a_download_that_succeeds_clears_its_host(episode):
    hosts = Hosts()
    for _ in range(5):
        hosts.learn(episode, _outcome(episode, error="503", host="cdn.example:8443"))
        hosts.learn(episode, _outcome(episode))
    assert not hosts.is_left_alone(episode)
    assert hosts.warnings() == ()


def test_a_document_that_needs_no_host_never_waits_for_one(episode):
    heard = replace(episode, stage=Stage.FETCHED)
    assert host_asked(heard) == ""
    hosts = Hosts()
    for _ in range(5):
        hosts.learn(heard, _outcome(heard, error="no audio"))
    assert not hosts.is_left_alone(heard)

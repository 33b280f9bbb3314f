"""Errors say what happened, to which thing, why, and what to do; and cross processes."""

from __future__ import annotations

import pickle

from corpus.errors import MediaError, OnRecordError, PermanentError, TransientError


def test_an_error_reads_as_what_which_why_and_what_to_do():
    error = MediaError("http://127.0.0.1/a.mp3", cause="it is HTML", remedy="check the feed")
    assert str(error) == "cannot read audio: http://127.0.0.1/a.mp3: it is HTML: check the feed"


def test_parts_that_are_not_known_are_left_out():
    assert str(OnRecordError("x")) == "something went wrong: x"


def test_an_error_crosses_a_process_whole():
    error = TransientError("a", cause="b", remedy="c")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (TransientError, str(error))


def test_unusable_media_is_never_tried_again_on_its_own():
    assert issubclass(MediaError, PermanentError)
    assert not issubclass(MediaError, TransientError)


def test_a_message_does_not_tell_what_gives_access():
    error = TransientError("https://ann:s3cret@feeds.example/show?auth=s3cret", cause="HTTP 403")
    assert "s3cret" not in str(error)
    assert "feeds.example/show" in str(error)

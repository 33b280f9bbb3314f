"""The first signal is noted, the second ends; what was ignored stays ignored."""

from __future__ import annotations

import os
import signal

import pytest

from ui.operating.stopping import listening


@pytest.fixture(autouse=True)
def heard():
    """Signals do what they do by default: whoever tests in the background ignores some."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, signal.SIG_DFL) for each in numbers}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_first_signal_is_noted_and_a_second_ends(number, code):
    told = []
    with listening(told.append) as asked:
        assert (asked(), asked.exit_code) == (False, 0)
        os.kill(os.getpid(), number)
        assert (asked(), asked.exit_code, told) == (True, code, [number.name])
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening() as asked:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not asked()
    finally:
        signal.signal(signal.SIGHUP, before)

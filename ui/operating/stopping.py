"""Signals that ask a long command to stop: the first is noted, the second ends it at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KILLED = 128  # shells add the signal to it


class Asked:
    """Whether somebody asked us to stop; call it to know.

    Args:
        told: hears of the signal's name, once. It runs at any moment: it may do little.
    """

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self._signal: signal.Signals | None = None
        self._told = told

    def __call__(self) -> bool:
        """Say whether somebody did."""
        return self._signal is not None

    @property
    def name(self) -> str:
        """Of the signal, "" when there was none."""
        return self._signal.name if self._signal else ""

    @property
    def exit_code(self) -> int:
        """What a command that was stopped exits with; 0 when it was not."""
        return _KILLED + self._signal if self._signal else 0

    def hear(self, number: int, _frame: FrameType | None = None) -> None:
        """Note a signal.

        Raises:
            KeyboardInterrupt: it is the second: whoever sends two does not want to wait.
        """
        if self._signal is not None:
            raise KeyboardInterrupt
        self._signal = signal.Signals(number)
        if self._told is not None:
            self._told(self._signal.name)


@contextlib.contextmanager
def listening(told: Callable[[str], None] | None = None) -> Iterator[Asked]:
    """Note signals instead of ending; what was ignored before stays ignored (`nohup`)."""
    asked = Asked(told)
    before = {}
    if threading.current_thread() is threading.main_thread():
        for each in _ASKING:
            if signal.getsignal(each) is not signal.SIG_IGN:
                before[each] = signal.signal(each, asked.hear)
    try:
        yield asked
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

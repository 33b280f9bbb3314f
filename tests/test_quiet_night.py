"""A night on which nothing is new asks little of others, and nothing twice."""

from __future__ import annotations

import pytest

from tests.bench.quiet_night import measure

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_quiet_night_asks_each_feed_once_and_does_nothing(tmp_path):
    found = measure(tmp_path, feeds=3, items=10)
    assert (found["requests"], found["most_of_one_feed"], found["robots"]) == (3, 1, 3)
    assert (found["new"], found["changed"], found["steps"], found["error"]) == (0, 0, 0, None)
    assert (found["unchanged"], found["seen"], found["passages"]) == (1, 20, 30)

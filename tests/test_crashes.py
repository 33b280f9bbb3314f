"""Kill -9 of a whole run: the archive is the same as if nothing had happened.

The bench of the same name does it hundreds of times, over more documents.
"""

from __future__ import annotations

import pytest

from tests.bench.crash_sweep import Sweep, local_web

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_runs_that_are_killed_leave_what_one_undisturbed_run_leaves(tmp_path):
    with local_web(tmp_path, episodes=2, articles=2) as registry:
        sweep = Sweep(tmp_path, registry, documents=4, seed=7)
        sweep.undisturbed()
        sweep.random_moments(3)
    assert sweep.figures.differ == []
    assert (sweep.figures.kills, sweep.figures.again) == (3, 0)

"""Search, page and export while nights publish: every read is answered."""

from __future__ import annotations

import pytest

from tests.bench.readers import measure

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_whoever_reads_while_nights_publish_gets_an_answer_every_time(tmp_path):
    tally, published, _ = measure(tmp_path, reads=120, seconds=120.0)
    assert tally.failed == []
    assert len(tally.reads) == 5, "every way of reading was tried"
    assert [each["error"] for each in published if each["error"]] == []
    assert len(published) >= 2

"""Counts as a Prometheus reads them."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from core.inference import Counters


def _read(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
        return str(response.read().decode())


def test_the_endpoint_shows_the_counts_until_it_is_closed() -> None:
    counters = Counters()
    counters.request("picture", "done")
    counters.waited("picture", 0.2)
    counters.ran("tagger@12345678", 0.03, rows=2)
    counters.queue(waiting=4, running=2)
    with counters.serve(port=0) as endpoint:
        page = _read(endpoint.port)
        assert 'osusume_requests_total{kind="picture",outcome="done"} 1.0' in page
        assert 'osusume_run_seconds_count{model="tagger@12345678"} 1.0' in page
        assert "osusume_queue_length 4.0" in page
        assert "python_info" not in page  # nothing but our own
    with pytest.raises(urllib.error.URLError):
        _read(endpoint.port)


def test_each_object_counts_for_itself() -> None:
    one, other = Counters(), Counters()
    one.request("picture", "done")
    assert one.value("osusume_requests_total", kind="picture", outcome="done") == 1
    assert other.value("osusume_requests_total", kind="picture", outcome="done") == 0

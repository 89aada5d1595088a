"""The lateness histogram (the ticker itself is tried with real time elsewhere)."""

import pytest

from ivr.audio.ticker import LATENESS_BOUNDS, Lateness

pytestmark = pytest.mark.unit


def test_histogram_counts_and_sums() -> None:
    """Every frame falls into one bucket; sum and maximum are exact."""
    lateness = Lateness()
    for seconds in (0.0, 0.0004, 0.0015, 0.2):
        lateness.observe(seconds)
    assert (lateness.frames, lateness.longest) == (4, 0.2)
    assert lateness.total == pytest.approx(0.2019)
    assert [c for c in lateness.counts if c] == [2, 1, 1]


def test_quantiles() -> None:
    """A quantile is the bound of its bucket, and never above the maximum seen."""
    lateness = Lateness()
    assert lateness.quantile(0.99) == 0.0
    for _ in range(99):
        lateness.observe(0.0009)
    lateness.observe(0.04)
    assert lateness.quantile(0.5) == LATENESS_BOUNDS[1]
    assert lateness.quantile(0.99) == LATENESS_BOUNDS[1]
    assert lateness.quantile(1.0) == 0.04

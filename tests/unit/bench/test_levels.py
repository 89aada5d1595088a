"""Levels of the ramp and their comparison."""

from dataclasses import replace

import pytest

from bench.levels import FLOOR, IVR, PER_FRAME, Level, quantile, quantiles, ratio, summary

pytestmark = pytest.mark.unit

GOOD = Level(
    IVR, calls=10, connected=10, redialled=0, cpu=2.0, memory=3.0, late_at_caller=4.0, late_at_server=5.0
)


@pytest.mark.parametrize(
    "level",
    [
        replace(GOOD, late_at_caller=10.1),
        replace(GOOD, late_at_server=10.1),
        replace(GOOD, late_at_caller=None),
        replace(GOOD, connected=9),
        replace(GOOD, decoding_late=1),
    ],
    ids=["late at the ear", "late at the server", "no frames", "a call lost", "recognition late"],
)
def test_one_fault_is_enough(level: Level) -> None:
    """A level is held only if frames, calls and recognition all are in time."""
    assert GOOD.held
    assert not level.held


def test_a_server_without_recognition_can_hold() -> None:
    """What cannot be measured is no fault."""
    assert replace(GOOD, late_at_server=None, decoding_late=None).held


def test_costs_are_compared_at_the_highest_level_all_have_seen() -> None:
    """Ratios come from one and the same number of calls."""
    levels = [
        GOOD,
        replace(GOOD, calls=20, connected=20, cpu=3.0),
        replace(GOOD, server=FLOOR, cpu=0.5),
        replace(GOOD, server=FLOOR, calls=20, connected=20, cpu=0.5),
        replace(GOOD, server=PER_FRAME, cpu=8.0),
    ]
    ours, floor, per_frame = summary(levels)
    assert [row["compared at"] for row in (ours, floor, per_frame)] == [10, 10, 10]
    assert (ours["calls held"], per_frame["calls held"]) == (20, 10)
    assert (ours["CPU × floor"], per_frame["CPU × ivr"]) == (4.0, 4.0)


def test_the_highest_level_held_is_not_the_highest_tried() -> None:
    """A level that was too many does not count."""
    levels = [GOOD, replace(GOOD, calls=20, connected=19), replace(GOOD, server=FLOOR)]
    assert (summary(levels)[0]["calls held"], summary(levels)[0]["tried up to"]) == (10, 20)


def test_a_goal_is_met_by_its_percentile() -> None:
    """The verdict looks at the percentile that the goal is about."""
    values = [1.0] * 97 + [200.0] * 3
    assert quantiles("", values, 150.0)["verdict"] == "met"
    assert quantiles("", values, 150.0, at=99)["verdict"] == "missed"
    assert quantiles("", [], 150.0)["verdict"] is None


def test_nothing_measured_gives_no_number() -> None:
    """Empty lists and free floors give no figure rather than a wrong one."""
    assert quantile([], 95) is None
    assert ratio(1.0, 0.0) is None

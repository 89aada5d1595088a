"""How many descriptors a server has and needs."""

import asyncio
import errno
import resource

import pytest
from structlog.testing import capture_logs

from ivr import descriptors
from ivr.config import AgiSettings, ConsoleSettings, MediaSettings, MonitoringSettings, Settings
from ivr.descriptors import report_errors

pytestmark = pytest.mark.unit


def test_a_full_house_is_counted() -> None:
    """Every listener that is switched on, and what is needed beside them."""
    settings = Settings(
        agi=AgiSettings(connections=10),
        media=MediaSettings(connections=20),
        console=ConsoleSettings(connections=3),
    )
    assert descriptors.needed(settings) == 10 + 20 + 3 + 50 + descriptors.BESIDE
    off = {"console": ConsoleSettings(enabled=False), "monitoring": MonitoringSettings(enabled=False)}
    assert descriptors.needed(settings.model_copy(update=off)) == 30 + descriptors.BESIDE


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1024, 4096, 4096),
        (1024, resource.RLIM_INFINITY, 65_536),
        (1024, 1 << 20, 65_536),
        (1 << 20, 1 << 20, None),
    ],
)
def test_the_limit_is_raised_as_far_as_is_sensible(
    soft: int, hard: int, raised: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without privileges, and never lowered."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(descriptors.resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(descriptors.resource, "setrlimit", lambda which, limits: told.append(limits))
    assert descriptors.raise_limit() == (raised or soft)
    assert told == ([(raised, hard)] if raised else [])


def test_too_many_open_files_are_told_once_a_minute() -> None:
    """A log that fills the disk would be the next breakdown."""
    now = [0.0]
    loop = asyncio.new_event_loop()
    try:
        report = report_errors(loop, lambda: now[0])
        with capture_logs() as logged:
            for _ in range(130):
                report(loop, {"message": "accept", "exception": OSError(errno.EMFILE, "Too many open files")})
                now[0] += 1.0
    finally:
        loop.close()
    assert [line["times"] for line in logged] == [1, 60, 60]
    assert logged[0]["event"] == "listener.exhausted"


def test_whatever_else_is_told_each_time() -> None:
    """With its traceback."""
    loop = asyncio.new_event_loop()
    try:
        with capture_logs() as logged:
            report_errors(loop)
            loop.call_exception_handler({"message": "never retrieved", "exception": ValueError("a bug")})
            loop.call_exception_handler({"message": "unclosed"})
    finally:
        loop.close()
    assert [line["event"] for line in logged] == ["loop.failed"] * 2

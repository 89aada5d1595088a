"""What is said when the event loop itself has something to say."""

import asyncio
import errno

import pytest
from structlog.testing import capture_logs

from ivr.loop_errors import report_errors

pytestmark = pytest.mark.unit


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

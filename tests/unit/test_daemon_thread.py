"""Work that may be left behind."""

import asyncio
import threading

import pytest

from ivr.daemon_thread import run_in_daemon_thread

pytestmark = pytest.mark.unit


async def test_it_brings_back_what_the_work_gives() -> None:
    """A result, or the exception that ended it."""
    assert await run_in_daemon_thread(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await run_in_daemon_thread(lambda: 1 // 0)


async def test_whoever_is_cancelled_does_not_wait() -> None:
    """The work goes on alone, and what it brings is nobody's."""
    go, begun = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait()

    waiting = asyncio.create_task(run_in_daemon_thread(work))
    while not begun.is_set():
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    (thread,) = [each for each in threading.enumerate() if each.name == "daemon-thread" and each.is_alive()]
    assert thread.daemon
    go.set()
    thread.join()

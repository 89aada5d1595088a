"""The watch on the event loop sees what holds it, and only that."""

import asyncio
import time

import pytest

from tests.loop_watch import watching

pytestmark = pytest.mark.unit


def _busy(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def test_what_holds_the_loop_is_named() -> None:
    """By what was being done; work beside the loop, and waiting, hold nothing."""
    with watching() as watch:
        watch.begin("beside it")
        await asyncio.to_thread(_busy, 0.03)
        watch.begin("in it")
        await asyncio.sleep(0)
        _busy(0.03)
        await asyncio.sleep(0)
        watch.begin("after it")
        await asyncio.sleep(0.01)
    assert list(watch.beyond(0.02)) == ["in it"]

"""Blocking work that may be left behind: a thread that the end of the process does not wait for.

For what changes nothing outside and may take long; everything else belongs in ``asyncio.to_thread``.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def run_in_daemon_thread(work: Callable[[], T]) -> T:
    """Return what *work* returns, or raise what it raises; when cancelled, nobody waits for it."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # from here on cancelling leaves the thread alone
    Thread(target=_run, args=(future, work), name="daemon-thread", daemon=True).start()
    return await asyncio.wrap_future(future)


def _run(future: "Future[T]", work: Callable[[], T]) -> None:
    try:
        result = work()
    except BaseException as error:  # a thread's boundary: whatever it is belongs to whoever asked
        future.set_exception(error)
    else:
        future.set_result(result)

"""Work that goes on beside the calls, in tasks and threads, and must not die unseen.

Its end is logged, shown and counted; then it is begun again, after a pause that grows. Decides nothing about
the work itself.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger()

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a task is begun again: the first time, the second, and so on."""
THREAD_PAUSES = (0.1, 0.5, 1.0, 2.0)
"""The same for a thread, for which the end of the process waits."""
STEADY_SECONDS = 60.0
"""Work that went on for so long begins again after the shortest pause."""


@dataclass(slots=True)
class Work:
    """One piece of work."""

    name: str
    problem: str = ""
    """Why it does not go on now; empty while it does."""
    ends: int = 0
    """How often it ended though it should have gone on."""


class Background:
    """The pieces of work of one server, each with a name of its own.

    A piece that returns is done. One that raises, or is cancelled by what it waits for, has died.
    """

    def __init__(
        self, pauses: Sequence[float] = PAUSES, thread_pauses: Sequence[float] = THREAD_PAUSES
    ) -> None:
        self._pauses, self._thread_pauses = pauses, thread_pauses
        self._works: dict[str, Work] = {}

    def works(self) -> list[Work]:
        """Return every piece of work that was ever begun."""
        return list(self._works.values())

    def problems(self) -> dict[str, str]:
        """Return, by name, what does not go on now, and why."""
        return {work.name: work.problem for work in self.works() if work.problem}

    def task(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Run *run* until it returns or the returned task is cancelled."""
        return asyncio.get_running_loop().create_task(self._keep_task(self._begun(name), run), name=name)

    @asynccontextmanager
    async def running(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
        """Run *run* until the block is left, which waits for its end."""
        task = self.task(name, run)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def thread(self, name: str, run: Callable[[], None]) -> threading.Thread:
        """Run *run* in a thread of its own, for which the interpreter does not wait, until it returns."""
        work = self._begun(name)
        thread = threading.Thread(target=self._keep_thread, args=(work, run), name=name, daemon=True)
        thread.start()
        return thread

    def _begun(self, name: str) -> Work:
        work = self._works.setdefault(name, Work(name))
        work.problem = ""
        return work

    async def _keep_task(self, work: Work, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        tries = 0
        try:
            while True:
                began = time.monotonic()
                if (error := await _end_of(run())) is None:
                    return
                _died(work, error)
                tries = 0 if time.monotonic() - began > STEADY_SECONDS else tries
                await asyncio.sleep(_pause(self._pauses, tries))
                tries += 1
                work.problem = ""
        finally:
            work.problem = ""

    def _keep_thread(self, work: Work, run: Callable[[], None]) -> None:
        tries = 0
        while True:
            began = time.monotonic()
            try:
                run()
            except BaseException as error:  # idem; a thread has nobody above it
                _died(work, error)
            else:
                return
            tries = 0 if time.monotonic() - began > STEADY_SECONDS else tries
            time.sleep(_pause(self._thread_pauses, tries))
            tries += 1
            work.problem = ""


async def _end_of(run: Coroutine[Any, Any, None]) -> Exception | None:
    """Return what *run* died of; None when it is done."""
    ourselves = asyncio.current_task()
    try:
        await run
    except asyncio.CancelledError:
        if ourselves is None or ourselves.cancelling():
            raise
        return RuntimeError("cancelled by what it waited for")
    except Exception as error:  # boundary: whatever it was, the work must go on
        return error
    return None


def _pause(pauses: Sequence[float], tries: int) -> float:
    return pauses[min(tries, len(pauses) - 1)]


def _died(work: Work, error: BaseException) -> None:
    work.ends += 1
    work.problem = f"{type(error).__name__}: {error}".splitlines()[0]
    log.error("background.ended", work=work.name, times=work.ends, exc_info=error)

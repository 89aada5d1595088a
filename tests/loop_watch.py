"""How long each callback and each step of a task holds the event loop, in processor time of its thread.

Processor time, so that other programs on a busy machine do not count; ``opened`` shows what waits for a disk.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Watch:
    """What held the loop while something was going on."""

    doing: str = ""
    """What the holds that follow are for."""
    longest: dict[str, list[float]] = field(default_factory=dict)
    """The longest hold of each time, in seconds, by what was being done."""
    opened: dict[str, set[str]] = field(default_factory=dict)
    """The files that were opened in the loop's thread, by what was being done."""

    def begin(self, doing: str) -> None:
        """Take the holds that follow for those of *doing*, once more."""
        self.doing = doing
        self.longest.setdefault(doing, []).append(0.0)

    def note(self, seconds: float) -> None:
        """Take down one hold."""
        if times := self.longest.get(self.doing):
            times[-1] = max(seconds, times[-1])

    def beyond(self, seconds: float) -> dict[str, float]:
        """Return what held the loop for longer than *seconds* every time, and for how many milliseconds.

        What is done again and again is judged by its best time: the others have the interpreter's pauses.
        """
        return {what: round(1000 * min(t), 1) for what, t in self.longest.items() if min(t) > seconds}


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch the event loop that runs in this thread."""
    watch, run = Watch(), asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        watch.note(time.thread_time() - began)

    _listeners.append((threading.get_ident(), watch))
    asyncio.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]
        _listeners.pop()


_listeners: list[tuple[int, Watch]] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("open", "os.scandir", "os.listdir") and _listeners:
        thread, watch = _listeners[-1]
        if thread == threading.get_ident():
            watch.opened.setdefault(watch.doing, set()).add(str(arguments[0]))


sys.addaudithook(_heard)  # for good: Python removes none

"""Decoding threads: a few for all calls, each call's work in order.

Knows nothing of speech. Threads, because Vosk and onnxruntime release the interpreter lock while they
compute: `bench/decoding.py` compares them with processes.
"""

import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from ivr.background import Background

_SWITCH_SECONDS = 0.0005


class Strand:
    """One call's work: never in two threads at once, and always once more after the latest ``wake``."""

    def __init__(self, ready: "queue.SimpleQueue[Strand | None]", work: Callable[[], None]) -> None:
        self._ready = ready
        self._work = work
        self._lock = threading.Lock()
        self._queued = False
        self._running = False

    def wake(self) -> None:
        """Have the work done soon. Returns at once."""
        with self._lock:
            if self._queued:
                return
            self._queued = True
            if self._running:
                return
        self._ready.put(self)

    def run(self) -> None:
        """Do the work; called by the threads."""
        with self._lock:
            self._queued, self._running = False, True
        try:
            self._work()
        finally:
            with self._lock:
                self._running = False
                again = self._queued
            if again:
                self._ready.put(self)


class Decoding:
    """The threads. A strand waits in line at most once: the line is never longer than the calls are many."""

    def __init__(self, threads: int, background: Background | None = None) -> None:
        """*background* watches the threads."""
        # The media ticker must not wait the usual 5 ms when a decoding thread holds the interpreter lock.
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._ready: queue.SimpleQueue[Strand | None] = queue.SimpleQueue()
        watched = background or Background()
        self._threads = [watched.thread(f"decoding-{number}", self._run) for number in range(threads)]

    @property
    def waiting(self) -> int:
        """Strands in line for a thread."""
        return self._ready.qsize()

    def strand(self, work: Callable[[], None]) -> Strand:
        """Return a strand that does *work*, which must not raise."""
        return Strand(self._ready, work)

    def close(self) -> None:
        """Stop once all strands that were woken have done their work."""
        for _ in self._threads:
            self._ready.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> "Decoding":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while (strand := self._ready.get()) is not None:
            strand.run()
        # A strand that was woken while it ran stands behind the end, once more.
        with suppress(queue.Empty):
            while (strand := self._ready.get_nowait()) is not None:
                strand.run()
            self._ready.put(None)  # another thread's end, not ours

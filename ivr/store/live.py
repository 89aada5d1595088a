"""The calls in progress, in memory: what « En direct » shows while it happens.

Shows what will be recorded, masked alike; a slow watcher loses news, never holds up a call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ivr.store.assembly import CallAssembly

NEWS = 200
"""Changes that wait for a watcher; past that he is told less often."""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """One call in progress."""

    id: str
    started_at: float
    """Seconds since 1970."""
    caller: str | None
    """Pseudonym."""
    intent: str | None
    """Last question answered."""
    refused: bool
    """Whether the caller wants nothing of it recorded."""
    turns: tuple[dict[str, Any], ...]
    """The turns so far, as rows of ``turns`` (times in seconds since 1970); the last one may be going on."""


class LiveBoard:
    """Told by the recorder, asked by whoever watches."""

    def __init__(self) -> None:
        self._calls: dict[str, CallAssembly] = {}
        self._watchers: set[asyncio.Queue[str]] = set()

    def __len__(self) -> int:
        return len(self._calls)

    def calls(self) -> list[LiveCall]:
        """Return the calls in progress, the oldest first."""
        return [_shown(assembly) for assembly in tuple(self._calls.values())]

    def call(self, call: str) -> LiveCall | None:
        """Return one call in progress; None when there is none of that id."""
        assembly = self._calls.get(call)
        return _shown(assembly) if assembly else None

    def changed(self, assembly: CallAssembly) -> None:
        """Take note that something happened on a call."""
        call = assembly.facts.call
        if assembly.ended:
            self._calls.pop(call, None)
        else:
            self._calls[call] = assembly
        for watcher in self._watchers:
            if not watcher.full():
                watcher.put_nowait(call)

    @contextmanager
    def watching(self) -> Iterator[Callable[[], Awaitable[str]]]:
        """Yield what waits for the id of a call that begins, changes or ends while the block lasts.

        To be called again and again, also after a wait that was given up.
        """
        news: asyncio.Queue[str] = asyncio.Queue(NEWS)
        self._watchers.add(news)
        try:
            yield news.get
        finally:
            self._watchers.discard(news)


def _shown(assembly: CallAssembly) -> LiveCall:
    facts = assembly.facts
    return LiveCall(
        facts.call,
        assembly.started_at,
        facts.caller,
        assembly.intent,
        assembly.refused,
        tuple(assembly.so_far()),
    )

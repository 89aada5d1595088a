"""What the server did during one call, as its observer saw it: a script's expectations are checked on it.

Collects and answers questions; changes nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.call.driver import Observed
from ivr.dialogue.actions import HangUp, LeaveMessage, Listen, Perform, Say, StopPrompt, Transfer
from ivr.dialogue.events import KeyPressed, PromptFinished, Utterance
from ivr.dialogue.understanding import Understanding

Seen = TypeVar("Seen", bound=Observed)
EXITS = (Transfer, LeaveMessage, HangUp)


@dataclass(slots=True)
class CallTrace:
    """Everything observed on one call, in order."""

    entries: list[tuple[float, Observed]] = field(default_factory=list)
    _listeners: list[Callable[[float, Observed], None]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def observe(self, now: float, what: Observed) -> None:
        """Take note; given to the server as the call's observer."""
        self.entries.append((now, what))
        for listener in self._listeners:
            listener(now, what)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def tell(self, listener: Callable[[float, Observed], None]) -> None:
        """Also call *listener* for everything observed from now on."""
        self._listeners.append(listener)

    async def wait(self, condition: Callable[[], bool], within: float) -> bool:
        """Wait until *condition* holds; False when it did not *within* seconds."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def since(self, position: int, kind: type[Seen]) -> list[tuple[float, Seen]]:
        """Entries of *kind* from *position* on."""
        return [(at, what) for at, what in self.entries[position:] if isinstance(what, kind)]

    def prompts(self, position: int = 0) -> list[str]:
        """Identifiers of the prompts begun from *position* on."""
        return [line.prompt for _, say in self.since(position, Say) for line in say.lines]

    @property
    def listening(self) -> bool:
        """The prompt is over and the line waits for the caller."""
        for _, what in reversed(self.entries):
            if isinstance(what, Say | Utterance | KeyPressed | Perform):
                return False
            if isinstance(what, Listen):
                return True
        return False

    @property
    def speaking(self) -> bool:
        """A prompt is being played."""
        for _, what in reversed(self.entries):
            if isinstance(what, PromptFinished | StopPrompt | Listen):
                return False
            if isinstance(what, Say):
                return True
        return False

    @property
    def exit(self) -> Transfer | LeaveMessage | HangUp | None:
        """How the line ended the call; None when it did not."""
        return next((what for _, what in reversed(self.entries) if isinstance(what, EXITS)), None)

    def last_understanding(self, position: int) -> Understanding | None:
        """What the line made of the caller's words since *position*."""
        found = self.since(position, Understanding)
        return found[-1][1] if found else None

    def last_utterance(self, position: int) -> tuple[float, Utterance] | None:
        """The caller's last words since *position*, with the time they were ready."""
        found = self.since(position, Utterance)
        return found[-1] if found else None

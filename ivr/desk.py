"""The human side as the dialogue sees it: opening hours from the settings, queues from AMI.

Reads only what is already known; asks nobody while a caller waits.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from ivr.config import DeskSettings
from ivr.dialogue.ports import Availability
from ivr.knowledge.hours import OpeningHours
from ivr.telephony.queueboard import QueueFacts

MORNING, EVENING = 7, 18
"""Hours between which « bonne journée » fits."""


class Board(Protocol):
    """Where the queues' states are kept up to date."""

    def facts(self, queue: str) -> QueueFacts | None:
        """Return what is known of *queue*; None while AMI is away or the queue unknown."""


class LiveDesk:
    """Satisfies the dialogue's ``Desk``."""

    def __init__(
        self,
        settings: DeskSettings,
        board: Board,
        now: Callable[[], datetime] | None = None,
        *,
        callbacks: bool = False,
    ) -> None:
        """*callbacks* says whether promises to call back can be kept at all."""
        self._settings, self._board = settings, board
        self._callback = callbacks and settings.callback
        self._hours = OpeningHours.from_settings(settings)
        self._now = now or (lambda: datetime.now(ZoneInfo(settings.timezone)))

    def queue_named(self, name: str) -> str:
        """Return what Asterisk calls a queue of the dialogue."""
        return self._settings.queue_named(name)

    def availability(self, queue: str) -> Availability:
        """Return what is known now about *queue*."""
        now, queued = self._now(), self._board.facts(self._settings.queue_named(queue))
        return Availability(
            open=self._hours.is_open(now),
            hours=self._hours.spoken(),
            agents_free=queued.agents_free if queued else None,
            callers_waiting=queued.callers_waiting if queued else None,
            hold_seconds=queued.hold_seconds if queued else None,
            callback=self._callback,
            slots=self._callback,
            voicemail=self._settings.voicemail,
            daytime=MORNING <= now.hour < EVENING,
        )

"""The human side as the dialogue sees it: opening hours as published, queues from AMI.

Reads only what is already known; asks nobody while a caller waits.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from ivr.config import DeskSettings
from ivr.dialogue.ports import Appointment, Availability, DayHours
from ivr.knowledge.appointments import appointment, hours_on
from ivr.knowledge.desk_changes import UNCHANGED, DeskChanges
from ivr.knowledge.hours import OpeningHours
from ivr.telephony.queueboard import QueueFacts

MORNING, EVENING = 7, 18
"""Hours between which « bonne journée » fits."""


class Board(Protocol):
    """Where the queues' states are kept up to date."""

    def facts(self, queue: str) -> QueueFacts | None:
        """Return what is known of *queue*; None while AMI is away or the queue unknown."""


class DeskBook:
    """Opening hours and queues as they are now: the settings, and what the edition changes of them."""

    def __init__(
        self, settings: DeskSettings, changes: Callable[[], DeskChanges] = lambda: UNCHANGED
    ) -> None:
        """*changes* is asked every time: a publication needs no restart."""
        self._settings, self._changes = settings, changes
        self._read: DeskChanges | None = None
        self._now = settings, OpeningHours.from_settings(settings)

    def settings(self) -> DeskSettings:
        """Return the settings that hold."""
        return self._current()[0]

    def hours(self) -> OpeningHours:
        """Return when the desk answers."""
        return self._current()[1]

    def _current(self) -> tuple[DeskSettings, OpeningHours]:
        changes = self._changes()
        if changes is not self._read:
            settings = changes.over(self._settings)
            self._now = settings, OpeningHours.from_settings(settings, changes.reasons)
            self._read = changes
        return self._now


class LiveDesk:
    """Satisfies the dialogue's ``Desk``."""

    def __init__(
        self,
        book: DeskBook | DeskSettings,
        board: Board,
        now: Callable[[], datetime] | None = None,
        *,
        callbacks: bool = False,
    ) -> None:
        """*callbacks* says whether promises to call back can be kept at all."""
        self._book = book if isinstance(book, DeskBook) else DeskBook(book)
        self._board = board
        settings = self._book.settings()
        self._callback = callbacks and settings.callback
        self._now = now or (lambda: datetime.now(ZoneInfo(settings.timezone)))

    def queue_named(self, name: str) -> str:
        """Return what Asterisk calls a queue of the dialogue."""
        return self._book.settings().queue_named(name)

    def availability(self, queue: str) -> Availability:
        """Return what is known now about *queue*."""
        now, queued = self._now(), self._board.facts(self.queue_named(queue))
        hours = self._book.hours()
        return Availability(
            open=hours.is_open(now),
            hours=hours.spoken(),
            agents_free=queued.agents_free if queued else None,
            nobody=queued.nobody if queued else False,
            callers_waiting=queued.callers_waiting if queued else None,
            hold_seconds=queued.hold_seconds if queued else None,
            callback=self._callback,
            slots=self._callback,
            voicemail=self._book.settings().voicemail,
            daytime=MORNING <= now.hour < EVENING,
        )

    def appointment(self, text: str) -> Appointment | None:
        """Return the first window within the desk's hours that suits *text*; None when it names no time."""
        return appointment(text, self._now(), self._book.hours())

    def hours_on(self, text: str) -> DayHours | None:
        """Return the hours of the day that *text* names; None when it names none."""
        return hours_on(text, self._now(), self._book.hours())

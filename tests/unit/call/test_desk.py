"""What the dialogue is told of the human side."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.call.desk import LiveDesk
from ivr.config import DeskSettings
from ivr.telephony.queueboard import QueueFacts

pytestmark = pytest.mark.unit

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)
WEEK = {day: ["09:00-18:00"] for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}


class Board:
    """A board with one queue, or none while AMI is away."""

    def __init__(self, state: QueueFacts | None) -> None:
        self._state = state

    def facts(self, queue: str) -> QueueFacts | None:
        return self._state if queue == "support" else None


def desk(at: datetime, state: QueueFacts | None = None, settings: DeskSettings | None = None) -> LiveDesk:
    return LiveDesk(settings or DeskSettings(hours=WEEK), Board(state), lambda: at)


def test_a_free_agent_in_opening_hours() -> None:
    """Hours come from the settings, agents from AMI."""
    found = desk(MONDAY, QueueFacts(2, 0, 40.0)).availability("support")
    assert (found.open, found.agents_free, found.callers_waiting, found.hold_seconds) == (True, 2, 0, 40.0)
    assert found.hours is not None
    assert found.daytime


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 22, 10, tzinfo=PARIS),  # a Sunday
        datetime(2026, 12, 25, 10, tzinfo=PARIS),  # Christmas, a Friday
        datetime(2026, 11, 23, 18, tzinfo=PARIS),  # the minute it closes
    ],
)
def test_closed_days_and_hours(at: datetime) -> None:
    """Sundays, public holidays and evenings are closed."""
    assert not desk(at).availability("support").open


def test_without_ami_nothing_is_invented() -> None:
    """Unknown stays unknown: no agent is promised and no wait announced."""
    found = desk(MONDAY).availability("support")
    assert (found.agents_free, found.callers_waiting, found.hold_seconds) == (None, None, None)


def test_an_unknown_queue_is_unknown() -> None:
    """A queue AMI never mentioned has no state."""
    assert desk(MONDAY, QueueFacts(1, 0, None)).availability("ventes").agents_free is None


@pytest.mark.parametrize(
    ("queue", "technical_queue", "name", "found"),
    [
        ("accueil", "techniciens", "support", "accueil"),
        ("accueil", "techniciens", "technical", "techniciens"),
        ("accueil", "", "technical", "accueil"),
        ("accueil", "", "direction", "direction"),
    ],
)
def test_queues_have_the_names_of_this_asterisk(
    queue: str, technical_queue: str, name: str, found: str
) -> None:
    """An answer says « support » or « technical »; callers are sent to a queue that exists."""
    assert DeskSettings(queue=queue, technical_queue=technical_queue).queue_named(name) == found


def test_the_state_is_that_of_the_queue_as_named_here() -> None:
    """Whoever names his queue otherwise is still told who is free."""
    here = LiveDesk(DeskSettings(queue="accueil"), Board(QueueFacts(1, 0, None)), lambda: MONDAY)
    assert here.availability("support").agents_free is None
    there = LiveDesk(DeskSettings(), Board(QueueFacts(1, 0, None)), lambda: MONDAY)
    assert there.availability("technical").agents_free == 1


def test_offers_follow_the_settings() -> None:
    """What is switched off is never offered."""
    settings = DeskSettings(callback=False, voicemail=False)
    found = LiveDesk(settings, Board(None), lambda: MONDAY, callbacks=True).availability("support")
    assert (found.callback, found.voicemail) == (False, False)
    assert found.hours is None
    assert found.open


def test_good_evening() -> None:
    """« Bonne journée » is not said at night."""
    assert not desk(MONDAY.replace(hour=20)).availability("support").daytime


@pytest.mark.parametrize("able", [True, False])
def test_a_callback_is_offered_only_if_it_can_be_kept(able: bool) -> None:
    """Without a book to write it in, no promise is made."""
    found = LiveDesk(DeskSettings(), Board(None), lambda: MONDAY, callbacks=able).availability("support")
    assert found.callback is able

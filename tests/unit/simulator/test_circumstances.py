"""The settings of a server on which a golden transcript is true."""

import pytest

from ivr.call.desk import LiveDesk
from ivr.config import Settings
from ivr.dialogue.ports import Availability
from ivr.simulator.circumstances import SPOKEN_HOURS, Circumstances
from ivr.telephony.queueboard import QueueFacts

pytestmark = pytest.mark.unit


class NoQueue:
    """AMI is away."""

    def facts(self, queue: str) -> QueueFacts | None:
        return None


def available(around: Circumstances) -> Availability:
    """What the dialogue is told by a server with the settings of *around*."""
    settings = around.settings(Settings(), "http://127.0.0.1/")
    return LiveDesk(settings.desk, NoQueue(), callbacks=settings.ami.enabled).availability("support")


def test_nothing_special_is_what_typed_calls_begin_with() -> None:
    """Open, in the daytime, nothing known of the queue, no callback."""
    assert available(Circumstances()) == Availability()


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        (Circumstances(open=False), Availability(open=False)),
        (Circumstances(open=False, hours=SPOKEN_HOURS), Availability(open=False, hours=SPOKEN_HOURS)),
        (Circumstances(daytime=False, voicemail=False), Availability(daytime=False, voicemail=False)),
        (Circumstances(callback=True), Availability(callback=True, slots=True)),
    ],
)
def test_the_desk_is_as_the_transcript_says(around: Circumstances, expected: Availability) -> None:
    """Whatever the time and the day on which the test runs."""
    assert available(around) == expected


def test_what_the_settings_offer() -> None:
    """A provider only where text messages are offered; queues only where the transcript knows of them."""
    plain = Circumstances().settings(Settings(), "http://127.0.0.1/")
    assert (plain.send.sms.url, plain.ami.enabled, plain.call.record) == ("", False, False)
    rich = Circumstances(sms=True, agents_free=0, recorded=True, links=(("guide", "https://e.fr"),))
    settings = rich.settings(Settings(), "http://127.0.0.1/")
    assert settings.send.sms.url == "http://127.0.0.1/"
    assert settings.ami.enabled
    assert settings.call.record
    assert settings.links["guide"].url == "https://e.fr"

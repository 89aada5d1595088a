"""Events of the dialplan about messages are read; others are nobody's."""

import pytest

from ivr.call.messages import message_told
from ivr.store.outcomes import Message

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "status", "became"),
    [
        ("IvrMessage", "SUCCESS", Message.LEFT),
        ("IvrMessage", "USEREXIT", Message.NONE),
        ("IvrMessage", "FAILED", Message.NONE),
        ("IvrNoMessage", "FAILED", Message.REFUSED),
        ("IvrNoMessage", "", Message.REFUSED),
    ],
)
def test_a_status_has_its_meaning(name: str, status: str, became: Message) -> None:
    """As Asterisk names it."""
    assert message_told({"userevent": name, "call": "c1", "status": status}) == ("c1", became)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"userevent": "IvrFallback", "call": "c1"},
        {"userevent": "IvrMessage", "call": "", "status": "SUCCESS"},
        {"userevent": "IvrMessage", "call": "c1", "status": "NEW"},
    ],
)
def test_other_events_are_about_no_message(event: dict[str, str]) -> None:
    """Of other dialplans, of a call that no server had, of an Asterisk to come."""
    assert message_told(event) is None

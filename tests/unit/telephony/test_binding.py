"""What an operator reads when a listener cannot listen."""

import pytest

from ivr.config import MediaSettings
from ivr.errors import ConfigurationError
from ivr.telephony.binding import binding

pytestmark = pytest.mark.unit


def test_a_taken_port_names_the_setting() -> None:
    """The address, the reason and the settings to change, in one line."""
    reason = "error while attempting to bind on address ('127.0.0.1', 9092): address already in use"
    with pytest.raises(ConfigurationError) as raised, binding("media", MediaSettings(port=9092)):
        raise OSError(98, reason)
    assert str(raised.value) == (
        "cannot listen at 127.0.0.1:9092: address already in use; "
        "stop what does, or change [media] host and port"
    )


def test_an_unknown_host_is_told_too() -> None:
    """Name resolution fails with other words."""
    with pytest.raises(ConfigurationError, match=r"nowhere:1: Name or service not known"):  # noqa: SIM117
        with binding("agi", MediaSettings(host="nowhere", port=1)):
            raise OSError(-2, "Name or service not known")

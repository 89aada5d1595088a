"""What log lines may say."""

import json

import pytest
import structlog

from ivr.config import LogSettings
from ivr.logs import configure_logs, mask_number, mask_personal_data, silence_logs

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "masked"), [("0612345678", "06••••••78"), ("3900", "••••"), ("", ""), ("12345", "12•45")]
)
def test_a_number_keeps_its_ends_only(number: str, masked: str) -> None:
    """Enough to recognise one's own number, not to learn another's."""
    assert mask_number(number) == masked


def test_personal_keys_never_show_their_value() -> None:
    """Words are counted, numbers masked, whatever else stays."""
    event = {
        "event": "call.answered",
        "caller": "0612345678",
        "text": "mon mot de passe est rose",
        "queue": "support",
    }
    expected = {
        "event": "call.answered",
        "caller": "06••••••78",
        "text": "[25 characters]",
        "queue": "support",
    }
    assert mask_personal_data(None, "info", event) == expected


@pytest.mark.parametrize("spoken", ["0612345678", "06 12 34 56 78", "+33612345678", "06.12.34.56.78"])
def test_a_number_inside_a_sentence_is_masked_too(spoken: str) -> None:
    """An error message that quotes a caller does not leak him."""
    masked = mask_personal_data(None, "error", {"event": f"cannot dial {spoken} now"})["event"]
    assert "34" not in masked
    assert masked.endswith("78 now")


def test_versions_and_ports_are_left_alone() -> None:
    """Only telephone numbers look like telephone numbers."""
    line = "listening on 127.0.0.1:9092, firmware 6.3.1, id 0123e4567"
    assert mask_personal_data(None, "info", {"event": line})["event"] == line


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, with level and time, for whatever collects logs."""
    configure_logs(LogSettings(json_lines=True))
    try:
        structlog.get_logger().info("call.answered", queue="support")
        structlog.get_logger().debug("not.shown")
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line).items() >= {"event": "call.answered", "queue": "support", "level": "info"}.items()


def test_a_command_keeps_its_standard_output_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """What a machine reads there is never mixed with a log."""
    before = structlog.get_config()
    try:
        silence_logs(40)
        structlog.get_logger().error("ami.unavailable")
        structlog.get_logger().info("unheard")
    finally:
        structlog.configure(**before)
    told = capsys.readouterr()
    assert told.out == ""
    assert "ami.unavailable" in told.err
    assert "unheard" not in told.err

"""What log lines may say."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from ivr.config import LogSettings
from ivr.log_writer import LogWriter
from ivr.logs import configure_logs, mask_number, mask_personal_data, silence_logs

pytestmark = pytest.mark.unit


@contextmanager
def configured() -> Iterator[LogWriter]:
    """The log of a server, while the block lasts."""
    handlers, level = logging.root.handlers, logging.root.level
    try:
        yield configure_logs(LogSettings(json_lines=True))
    finally:
        structlog.reset_defaults()
        logging.root.handlers, logging.root.level = handlers, level


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


@pytest.mark.parametrize(
    "spoken",
    [
        "0612345678",
        "06 12 34 56 78",
        "+33612345678",
        "06.12.34.56.78",
        "+44 20 7946 3478",
        "004420793478",
        "4111 1111 1134 5678",
    ],
)
def test_a_number_inside_a_sentence_is_masked_too(spoken: str) -> None:
    """An error message that quotes a caller does not leak him."""
    masked = mask_personal_data(None, "error", {"event": f"cannot dial {spoken} now"})["event"]
    assert "34" not in masked
    assert masked.endswith("78 now")


def test_versions_and_ports_are_left_alone() -> None:
    """Only telephone numbers look like telephone numbers."""
    line = "listening on 127.0.0.1:9092, firmware 6.3.1, id 0123e4567, 2026-12-01T10:20:30.123456Z"
    assert mask_personal_data(None, "info", {"event": line})["event"] == line


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, with level and time, for whatever collects logs."""
    with configured() as writer:
        structlog.get_logger().info("call.answered", queue="support")
        structlog.get_logger().debug("not.shown")
        writer.flush()
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


def test_values_within_values_are_masked() -> None:
    """Lists, mappings, errors: what a line quotes of a caller is masked however deep it lies."""
    deep: list[object] = []
    deep.append(deep)  # goes on for ever
    event = {
        "event": "callback.failed",
        "rows": [{"number": "0612345678", "queue": "support"}, ("+44 20 7946 3478", 3)],
        "problem": OSError("no route to 0612345678"),
        "deep": deep,
    }
    masked = mask_personal_data(None, "error", event)
    assert masked["rows"] == [{"number": "06••••••78", "queue": "support"}, ["+4••••••••••••78", 3]]
    assert masked["problem"] == "no route to 06••••••78"
    assert "list" in str(masked["deep"])


def test_a_traceback_is_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Masking comes last, after the exception was put into words."""
    with configured() as writer:
        try:
            raise ValueError("0612345678")
        except ValueError:
            structlog.get_logger().exception("callback.failed")
        writer.flush()
    (line,) = capsys.readouterr().out.splitlines()
    assert "ValueError" in json.loads(line)["exception"]
    assert "0612345678" not in line


class Unspeakable:
    """A value that cannot be put into words."""

    def __repr__(self) -> str:
        raise RuntimeError("no words")


def test_what_cannot_be_written_is_counted_and_never_raised(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever logs is in the middle of a call."""
    with configured() as writer:
        structlog.get_logger().info("call.answered", what=Unspeakable())
        structlog.get_logger().info("call.ended")
        writer.flush()
    assert writer.lost == 1
    assert "call.ended" in capsys.readouterr().out


def test_libraries_write_into_the_same_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Masked and formatted alike, also what a library formats wrongly."""
    with configured() as writer:
        logging.getLogger("uvicorn.error").error("cannot dial %s", "0612345678")
        logging.getLogger("asyncio").error("one %s, two %s", "value")
        writer.flush()
    dialled, wrong = map(json.loads, capsys.readouterr().out.splitlines())
    assert (dialled["library"], dialled["message"]) == ("uvicorn.error", "cannot dial 06••••••78")
    assert wrong["message"] == "one %s, two %s"


def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    """Each is tried once; when there is room again the log goes on, and says how many are missing."""
    with Path("/dev/full").open("w") as full:
        writer = LogWriter(full)
        writer.info("lost")
        writer.info("lost, too")
        writer.flush()
        assert (writer.lost, writer.problem) == (2, "No space left on device")
        with Path(os.devnull).open("w") as void:
            os.dup2(void.fileno(), full.fileno())
        writer.info("written")
        writer.flush()
    assert (writer.lost, writer.problem) == (2, "")


def test_a_reader_that_died_and_none_at_all_are_the_same() -> None:
    """A broken pipe, a process without standard output: lines are lost, nothing is raised."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        for file in (pipe, None):
            writer = LogWriter(file)
            writer.info("lost")
            writer.flush()
            assert writer.lost == 1
            assert writer.problem


def test_a_reader_that_does_not_read_holds_nobody_up() -> None:
    """The pipe is full, then the room for waiting lines; nobody who logs waits."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        writer = LogWriter(pipe, length=10)
        for _ in range(100):
            writer.info("x" * 10_000)
        assert writer.lost > 50
        assert writer.problem == "whoever reads the log does not read"
        os.close(reading)
        writer.flush()

"""Golden transcripts spoken through the whole stack: SIP, real Asterisk, AudioSocket, the shipped model, the
real matcher. All at once, on one server and one Asterisk for each kind of circumstances.
"""

import asyncio
from pathlib import Path

import pytest

from ivr.config import load_settings
from ivr.progress import Progress
from ivr.simulator.rehearsal import Theatre, rehearse_transcripts
from ivr.simulator.runner import CallReport
from ivr.simulator.spoken import read_transcripts

pytestmark = pytest.mark.asterisk

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
AT_ONCE = 8
"""So many calls at a time: two cores decode them without falling behind."""
SPOKEN = (
    "agent_closed_with_hours",
    "agent_free",
    "another_question",
    "answer_in_steps",
    "back_to_the_menu",
    "barge_in_over_the_greeting",
    "barge_in_with_another_question",
    "begin_again",
    "callback_by_voice",
    "can_you_hear_me",
    "choice_by_a_word",
    "customer_number_not_needed",
    "departure_unknown",
    "emergency_first",
    "gloss",
    "link_by_sms",
    "no_address",
    "password_warning_once",
    "recording_notice",
    "repeat_and_repeat_slower",
    "side_question_and_back",
    "silence_then_key",
    "stop_in_an_answer",
    "two_questions",
    "wrong_answer",
)


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What happened, for whoever must find out why a call went otherwise."""
    return []


@pytest.fixture(scope="module")
def reports(
    asterisk_root: Path, told: list[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, CallReport]:
    """Every call, held once."""
    settings = load_settings(None)
    home = tmp_path_factory.mktemp("spoken")
    theatre = Theatre(settings, asterisk_root, home, told.append, Progress(quiet=True), at_once=AT_ONCE)
    transcripts = read_transcripts([TRANSCRIPTS / f"{name}.txt" for name in SPOKEN])
    return {report.call.name: report for report in asyncio.run(rehearse_transcripts(transcripts, theatre))}


@pytest.mark.parametrize("name", SPOKEN)
def test_the_call_goes_as_written(name: str, reports: dict[str, CallReport], told: list[str]) -> None:
    """What the line says and does is word for word what it says and does when the same call is typed."""
    label = str(SPOKEN.index(name) + 1)
    story = [line for line in told if line.split(" ", 1)[0] == label]
    assert reports[name].passed, "\n".join([*reports[name].failures, *story])

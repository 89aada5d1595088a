"""Golden transcripts spoken through the whole stack: SIP, real Asterisk, AudioSocket, the shipped model, the
real matcher. All at once, on one server and one Asterisk for each kind of circumstances.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Held:
    """One call, and what happened in it, for whoever must find out why it went otherwise."""

    report: CallReport
    story: tuple[str, ...]


def hold(names: Sequence[str], root: Path, home: Path, at_once: int) -> dict[str, Held]:
    """Hold the calls *names*, so many at a time."""
    told: list[str] = []
    theatre = Theatre(load_settings(None), root, home, told.append, Progress(quiet=True), at_once=at_once)
    transcripts = read_transcripts([TRANSCRIPTS / f"{name}.txt" for name in names])
    reports = {each.call.name: each for each in asyncio.run(rehearse_transcripts(transcripts, theatre))}
    stories = {str(number): [line for line in told if line.split(" ", 1)[0] == str(number)]
               for number in range(1, len(names) + 1)}  # fmt: skip
    return {name: Held(reports[name], tuple(stories[str(number)])) for number, name in enumerate(names, 1)}


@pytest.fixture(scope="module")
def held(asterisk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Held]:
    """Every call, held once; what went otherwise among eight on a busy machine, once more alone."""
    calls = hold(SPOKEN, asterisk_root, tmp_path_factory.mktemp("spoken"), AT_ONCE)
    late = [name for name in SPOKEN if not calls[name].report.passed]
    again = hold(late, asterisk_root, tmp_path_factory.mktemp("again"), 1) if late else {}
    return {**calls, **again}


@pytest.mark.parametrize("name", SPOKEN)
def test_the_call_goes_as_written(name: str, held: dict[str, Held]) -> None:
    """What the line says and does is word for word what it says and does when the same call is typed."""
    call = held[name]
    assert call.report.passed, "\n".join([*call.report.failures, *call.story])

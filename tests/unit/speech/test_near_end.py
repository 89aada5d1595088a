"""The caller, told from what the canceller leaves of our prompt."""

import numpy as np
import pytest

from ivr.speech.recognition.echo_canceller import Block
from ivr.speech.recognition.near_end import NearEnd
from tests.unit.speech.lines import blocks, decibels, hiss, returned, slin, voice

pytestmark = pytest.mark.unit


def listen(line: Block, played: Block) -> tuple[list[bool | None], Block]:
    """Return the verdicts on a line, and the line without echo."""
    near_end = NearEnd()
    verdicts, heard = [], []
    for received, playing in zip(blocks(line), blocks(played), strict=True):
        heard.append(near_end.step(slin(received), slin(playing)) or b"")
        verdicts.append(near_end.passes)
    return verdicts, np.frombuffer(b"".join(heard), "<i2").astype(np.float32) / 32768


def with_caller(line: Block, since: float, caller: Block) -> Block:
    spoken = line.copy()
    begin = round(since * 8000)
    spoken[begin : begin + len(caller)] += caller
    return spoken


def steps_of(verdicts: list[bool | None], since: float, until: float) -> list[bool | None]:
    return verdicts[round(since * 50) : round(until * 50)]


@pytest.mark.parametrize("delay", [0.04, 0.25])
def test_a_caller_as_soft_as_our_echo_passes(delay: float) -> None:
    """At -32 dBFS against an echo at -32 dBFS: a quarter of a second passes, hardly a step before it."""
    played = voice(8)
    line = returned(played, loss=15.0, delay=delay) + hiss(8)
    verdicts, _ = listen(with_caller(line, 6, voice(1, level=-32.0, seed=7)), played)
    assert sum(map(bool, steps_of(verdicts, 0, 6))) <= 3
    assert sum(map(bool, steps_of(verdicts, 6, 7))) >= 12


def test_the_echo_is_taken_out_of_what_is_decoded() -> None:
    """What is handed on of a learnt line holds a tenth of the echo's energy or less."""
    played = voice(8)
    line = returned(played, loss=15.0, delay=0.06) + hiss(8)
    _, heard = listen(line, played)
    late = slice(5 * 8000, 8 * 8000)
    assert decibels(float(np.sum(line[late] ** 2)) / float(np.sum(heard[late] ** 2))) > 10


def test_nothing_is_known_of_a_new_line() -> None:
    """In the first steps the canceller has shown nothing, and leaves the decision to others."""
    played = voice(1)
    verdicts, _ = listen(returned(played, loss=15.0, delay=0.12), played)
    assert not any(steps_of(verdicts, 0, 0.3))


@pytest.mark.parametrize("jump", [0.02, 0.067])
def test_a_jump_of_the_delay_is_no_caller(jump: float) -> None:
    """The echo comes back elsewhere: within 100 ms nothing passes; then the line is learnt again."""
    played = voice(14)
    before = returned(played, loss=15.0, delay=0.12)
    after = returned(played, loss=15.0, delay=0.12 + jump)
    line = np.concatenate((before[: 6 * 8000], after[6 * 8000 :])) + hiss(14)
    verdicts, heard = listen(line, played)
    assert sum(map(bool, steps_of(verdicts, 6, 14))) < 8
    late = slice(11 * 8000, 14 * 8000)
    assert decibels(float(np.sum(line[late] ** 2)) / float(np.sum(heard[late] ** 2))) > 8


def test_a_line_without_echo_is_not_touched() -> None:
    """Most lines: every frame is handed on as it came, and others decide."""
    played, line = voice(4), hiss(4, level=-50.0)
    near_end = NearEnd()
    for received, playing in zip(blocks(line), blocks(played), strict=True):
        frame = slin(received)
        assert near_end.step(frame, slin(playing)) == frame
        assert near_end.passes is None


def test_a_caller_taken_for_echo_is_forgotten_again() -> None:
    """Somebody who interrupts often does not teach the gate to hold him."""
    played = voice(20)
    line = returned(played, loss=15.0, delay=0.06) + hiss(20)
    near_end = NearEnd()
    passed = []
    caller = voice(1, level=-28.0, seed=7)
    for since in (6, 9, 12, 15, 18):
        line = with_caller(line, since, caller)
    for number, (received, playing) in enumerate(zip(blocks(line), blocks(played), strict=True)):
        speaking = number >= 300 and number % 150 < 50
        near_end.step(slin(received), slin(playing), learning=not speaking or number % 150 < 12)
        if speaking and number % 150 == 12:
            near_end.forget()
        passed.append(speaking and bool(near_end.passes))
    assert sum(passed[900:950]) > 25

"""The arithmetic of the call bench."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Question, Ramp, Timed, excess, time_question

pytestmark = pytest.mark.unit

QUESTION = Question(0, began=10.0, ended=12.0)


def every_20_ms(begin: float, end: float) -> list[float]:
    return [begin + 0.02 * number for number in range(round((end - begin) / 0.02))]


def climb(bound: int, first: int = 5, most: int = 320, refinements: int = 2) -> tuple[int, list[int]]:
    """Ramp up a server that holds *bound* calls; return the result and the levels tried."""
    ramp, tried = Ramp(first, most, refinements), []
    while (level := ramp.next()) is not None:
        tried.append(level)
        ramp.judge(level, level <= bound)
    return ramp.highest, tried


def test_frames_in_time_are_never_late() -> None:
    """A steady stream has no excess, however it began."""
    assert max(excess(every_20_ms(7.0, 8.0))) == pytest.approx(0.0, abs=1e-9)


def test_a_late_frame_counts_once() -> None:
    """After a late frame the next one, on its own time, is not late."""
    assert excess([0.0, 0.02, 0.047, 0.06]) == pytest.approx([0.0, 0.007, 0.0])


def test_a_skipped_frame_counts_once() -> None:
    """A gap is one late frame, not a late stream."""
    assert excess([0.0, 0.02, 0.06, 0.08]) == pytest.approx([0.0, 0.02, 0.0])


def test_an_interruption_and_its_answer() -> None:
    """The prompt's last sound ends the interruption, the next sound is the answer."""
    sounds = [*every_20_ms(8.0, 10.3), *every_20_ms(12.9, 14.0)]
    timed = time_question(QUESTION, sounds, within=2.0)
    assert timed.silence == pytest.approx(0.3)
    assert timed.reply == pytest.approx(0.9)


def test_a_question_into_silence_interrupts_nothing() -> None:
    """Without a prompt there is an answer to time and no interruption."""
    timed = time_question(QUESTION, [*every_20_ms(8.0, 9.0), 12.8], within=2.0)
    assert (timed.silence, timed.reply) == (None, pytest.approx(0.8))


def test_a_prompt_that_goes_on_is_no_answer() -> None:
    """What is still heard at the end of the question was not interrupted, and what follows is no answer."""
    assert time_question(QUESTION, every_20_ms(8.0, 14.0), within=2.0) == Timed(0, ignored=True)


def test_an_answer_too_late_is_none() -> None:
    """Nothing is timed of an answer that comes after its time."""
    assert time_question(QUESTION, [14.1], within=2.0) == Timed(0)


def test_a_prompt_that_just_ended_was_not_interrupted() -> None:
    """Silence that began before the caller is nobody's merit."""
    assert time_question(QUESTION, [*every_20_ms(8.0, 9.9), 13.0], within=2.0).silence is None


def test_the_ramp_doubles_then_halves_the_gap() -> None:
    """Levels double until one is too many; then the ramp looks between the last two, twice."""
    assert climb(47) == (40, [5, 10, 20, 40, 80, 60, 50])


def test_a_server_that_holds_everything_is_tried_at_the_most() -> None:
    """The ramp ends at its upper limit."""
    assert climb(10_000, most=70) == (70, [5, 10, 20, 40, 70])


def test_a_server_that_holds_nothing() -> None:
    """Nought is a result, and the levels below the first one are tried."""
    assert climb(0) == (0, [5, 2, 1])


@given(bound=st.integers(0, 400), first=st.integers(1, 20), refinements=st.integers(0, 6))
def test_the_ramp_ends_and_tells_the_truth(bound: int, first: int, refinements: int) -> None:
    """No level is tried twice, and the highest is the best of those that were held."""
    highest, tried = climb(bound, first=first, refinements=refinements)
    assert len(tried) == len(set(tried))
    assert highest == max((level for level in tried if level <= bound), default=0)

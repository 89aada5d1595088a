"""Echo and caller, told apart by level."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.recognition.barge_in import BargeIn, EchoGate, Verdict

pytestmark = pytest.mark.unit


def speechlike(count: int) -> list[float]:
    """Return levels that go up and down as speech does."""
    return [-20.0 - 3 * (i % 9) for i in range(count)]


def test_silence_on_our_side_lets_everything_through() -> None:
    """Without a prompt there is no echo."""
    gate = EchoGate(14)
    assert all(gate.step(-50, -96) for _ in range(10))


@pytest.mark.parametrize("loss", [15, 20, 25, 40])
@pytest.mark.parametrize("delay", [1, 5, 12, 18])
def test_echo_never_passes(loss: float, delay: int) -> None:
    """What comes back of the prompt, weaker and later, is held for a whole minute."""
    gate = EchoGate(14)
    played = speechlike(3000)
    passed = [
        gate.step(played[i - delay] - loss if i >= delay else -96, level) for i, level in enumerate(played)
    ]
    assert not any(passed)


def test_a_loud_caller_passes() -> None:
    """Speech that no echo could be passes from its first step."""
    gate = EchoGate(14)
    for level in speechlike(100):
        gate.step(level - 30, level)
    assert gate.step(-25, -20)


def test_a_good_line_hears_softer_callers() -> None:
    """Where little echo returns, the gate opens further, within its limits."""
    gate = EchoGate(14)
    assert not gate.step(-38, -20)
    for level in speechlike(200):
        gate.step(level - 40, level)
    assert gate.margin == EchoGate.MOST
    assert gate.step(-38, -20)


def test_a_bad_line_closes_the_gate() -> None:
    """Where the echo is stronger than assumed, the gate learns it from prompts it need not listen in."""
    gate = EchoGate(14)
    levels = speechlike(400)
    passed = [gate.step(level - 9, level) for level in levels]
    assert EchoGate.LEAST <= gate.margin < 9
    assert not any(passed[-100:])


@given(st.lists(st.tuples(st.floats(-96, 0), st.floats(-96, 0)), max_size=400))
def test_the_margin_stays_within_its_limits(steps: list[tuple[float, float]]) -> None:
    """No line, however strange, makes the gate blind or wide open."""
    gate = EchoGate(14)
    for received, playing in steps:
        gate.step(received, playing)
    assert EchoGate.LEAST <= gate.margin <= EchoGate.MOST


def run(barge_in: BargeIn, voiced: list[bool], *, words: bool = False) -> list[Verdict]:
    return [barge_in.step(step, words) for step in voiced]


def test_speech_is_suspected_then_confirmed() -> None:
    """The prompt is ducked after 160 ms of speech and given up after 240 ms."""
    verdicts = run(BargeIn(), [True] * 20)
    assert verdicts.index(Verdict.SUSPICION) == 7
    assert verdicts.index(Verdict.CONFIRMED) == 11


def test_a_word_confirms_at_once() -> None:
    """Recognised words need no more energy."""
    verdicts = run(BargeIn(), [True] * 20, words=True)
    assert verdicts.index(Verdict.CONFIRMED) == 8


def test_a_cough_is_forgiven() -> None:
    """A suspicion that nothing confirms ends by itself, and may come again."""
    barge_in = BargeIn()
    verdicts = run(barge_in, [True] * 8 + [False] * 60)
    assert Verdict.SUSPICION in verdicts
    assert Verdict.CONFIRMED not in verdicts
    assert verdicts[-1] is Verdict.NOTHING
    assert Verdict.CONFIRMED in run(barge_in, [True] * 20)


@given(st.lists(st.booleans(), max_size=200))
def test_certainty_always_follows_suspicion(voiced: list[bool]) -> None:
    """No verdict is skipped, and certainty is never taken back."""
    verdicts = [Verdict.NOTHING, *run(BargeIn(), voiced)]
    for before, after in pairwise(verdicts):
        assert (before, after) != (Verdict.NOTHING, Verdict.CONFIRMED)
        assert before is not Verdict.CONFIRMED or after is Verdict.CONFIRMED


def test_a_caller_who_interrupts_often_is_not_learnt_as_echo() -> None:
    """Every four seconds he speaks for one; told each time that it was he, the gate stays open to him."""
    gate = EchoGate(14)
    played = speechlike(200)
    for _ in range(20):
        for level in played[:150]:
            gate.step(level - 30, level)
        passed = [gate.step(level - 8, level) for level in played[150:]]
        assert any(passed)
        gate.forget()
    assert gate.margin > 14


def test_nothing_is_learnt_while_the_caller_speaks() -> None:
    """The rest of his words, over the end of our prompt, teach nothing."""
    gate = EchoGate(14)
    for level in speechlike(500):
        gate.step(level - 30, level)
    before = gate.margin
    for level in speechlike(500):
        gate.step(level, level, learning=False)
    assert gate.margin == before

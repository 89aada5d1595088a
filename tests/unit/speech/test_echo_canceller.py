"""How much of an echo is foretold, and what must not disturb it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.speech.recognition.echo_canceller import BLOCK, Block, EchoCanceller
from tests.unit.speech.lines import blocks, decibels, hiss, returned, voice

pytestmark = pytest.mark.unit


def rest_of(canceller: EchoCanceller, line: Block, played: Block) -> Block:
    """Return what the canceller leaves of the line."""
    left = []
    for received, playing in zip(blocks(line), blocks(played), strict=True):
        echo = canceller.step(received, playing)
        left.append(received if echo is None else received - echo)
    return np.concatenate(left)


def return_loss(echo: Block, rest: Block, since: float, until: float) -> float:
    """Return the echo return loss enhancement (ITU-T G.168) of some seconds."""
    part = slice(round(since * 8000), round(until * 8000))
    return decibels(float(np.sum(echo[part] ** 2)) / float(np.sum(rest[part] ** 2)))


@pytest.mark.parametrize("delay", [0.02, 0.06, 0.25, 0.35])
@pytest.mark.parametrize("loss", [8.0, 15.0])
def test_an_echo_is_learnt_within_seconds(loss: float, delay: float) -> None:
    """Wherever within reach it is, 10 dB are gone in the third second and 15 in the sixth."""
    played = voice(6)
    line = returned(played, loss=loss, delay=delay) + hiss(6)
    rest = rest_of(EchoCanceller(), line, played)
    assert return_loss(line, rest, 2, 3) > 10
    assert return_loss(line, rest, 5, 6) > 15


def test_a_caller_who_speaks_over_it_does_not_undo_it() -> None:
    """Two seconds of a voice louder than the echo, and it is still foretold."""
    played = voice(10)
    echo = returned(played, loss=15.0, delay=0.12)
    caller = np.concatenate((np.zeros(5 * 8000), voice(2, level=-26.0, seed=7), np.zeros(3 * 8000)))
    line = (echo + caller + hiss(10)).astype(np.float32)
    rest = rest_of(EchoCanceller(), line, played) - caller
    assert return_loss(echo, rest, 5, 7) > 8
    assert return_loss(echo, rest, 7, 8) > 12


def test_another_line_is_learnt_anew() -> None:
    """Told that the line has become another, it learns that one as fast as the first."""
    played = voice(8)
    canceller = EchoCanceller()
    rest_of(canceller, returned(played, loss=15.0, delay=0.04), played)
    canceller.restart()
    line = returned(played, loss=15.0, delay=0.2)
    assert return_loss(line, rest_of(canceller, line, played), 3, 5) > 10


def test_a_line_without_echo_is_left_alone() -> None:
    """Most lines: what the caller says comes out as it came in."""
    played, caller = voice(6), voice(6, level=-26.0, seed=3)
    rest = rest_of(EchoCanceller(), caller, played)
    assert return_loss(caller, rest - caller, 4, 6) > 12


def test_silence_stays_silence() -> None:
    """Nothing received, nothing foretold, however loud our prompt."""
    rest = rest_of(EchoCanceller(), np.zeros(4 * 8000, np.float32), voice(4))
    assert not np.any(rest)


def test_without_a_prompt_nothing_is_foretold() -> None:
    """Once the last prompt can no longer come back, there is no echo to take out."""
    canceller = EchoCanceller()
    rest_of(canceller, hiss(1), voice(1))
    silent = [canceller.step(block, None) for block in blocks(hiss(1))]
    assert silent[0] is not None
    assert set(map(type, silent[25:])) == {type(None)}


def test_a_frame_that_did_not_come_teaches_nothing() -> None:
    """A hole in what is received is not an echo that has ended."""
    played = voice(6)
    line = returned(played, loss=15.0, delay=0.06)
    canceller = EchoCanceller()
    left = []
    for number, (received, playing) in enumerate(zip(blocks(line), blocks(played), strict=True)):
        echo = canceller.step(None if number % 10 == 9 else received, playing)
        left.append(np.zeros(BLOCK, np.float32) if echo is None else received - echo)
    assert return_loss(line, np.concatenate(left), 5, 6) > 15


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(["hum", "square", "zero", "click", "none"]), st.integers(0, 4)), max_size=60
    )
)
def test_hostile_lines_give_finite_samples(steps: list[tuple[str, int]]) -> None:
    """Full scale, tones, clicks and gaps in any order: no infinity and nothing that is not a number."""
    shapes: dict[str, Block | None] = {
        "hum": np.sin(np.arange(BLOCK) * 0.1).astype(np.float32),
        "square": np.where(np.arange(BLOCK) % 8 < 4, 1.0, -1.0).astype(np.float32),
        "zero": np.zeros(BLOCK, np.float32),
        "click": np.eye(1, BLOCK, 7, dtype=np.float32)[0],
        "none": None,
    }
    names = list(shapes)
    canceller = EchoCanceller()
    for received, playing in steps:
        echo = canceller.step(shapes[received], shapes[names[playing]])
        assert echo is None or np.all(np.isfinite(echo))

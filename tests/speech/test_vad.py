"""The neural voice detector on synthetic lines."""

import numpy as np
import pytest

from ivr.audio.levels import level
from ivr.speech.recognition.vad import EnergyVad, SileroModel, SileroVad, Vad
from tests.speech import clips

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def model() -> SileroModel:
    return SileroModel()


def share(vad: Vad, line: clips.Samples) -> float:
    """Return the share of frames held for a voice."""
    frames = clips.frames(clips.slin(line))
    return sum(vad.step(frame, level(frame)) for frame in frames) / len(frames)


def test_a_voice_is_found_in_noise(model: SileroModel) -> None:
    """Speech 10 dB above line noise is a voice nearly all the time."""
    speech = clips.say("je voudrais changer l'adresse mac de mon téléphone", level=-25.0)
    line = clips.mix(clips.join(clips.silence(1), speech), clips.noise(1 + len(speech) / clips.RATE, -35.0))
    vad = SileroVad(model)
    assert share(vad, line[: clips.RATE]) < 0.05
    assert share(vad, line[clips.RATE :]) > 0.8


def test_loud_noises_are_no_voice(model: SileroModel) -> None:
    """Keys, hum and hiss, which fool a detector of energy, do not fool this one."""
    times = np.arange(5 * clips.RATE) / clips.RATE
    bursts = (times % 1 < 0.4).astype(np.float32)
    keys = 0.1 * (np.sin(2 * np.pi * 770 * times) + np.sin(2 * np.pi * 1336 * times))
    for noise in (keys, 0.1 * np.sin(2 * np.pi * 100 * times), clips.noise(5, -25.0)):
        line = (noise * bursts + clips.noise(5, -60.0)).astype(np.float32)
        assert share(EnergyVad(), line) > 0.3
        assert share(SileroVad(model), line) < 0.05


def test_two_lines_share_the_network_only(model: SileroModel) -> None:
    """What one caller says leaves no trace in another's detector."""
    speech = clips.say("ma ligne ne marche plus", level=-25.0)
    alone, busy, beside = SileroVad(model), SileroVad(model), SileroVad(model)
    expected = [alone.step(frame, level(frame)) for frame in clips.frames(clips.slin(speech))]
    heard = []
    for frame in clips.frames(clips.slin(speech)):
        busy.step(frame[::-1], -20.0)
        heard.append(beside.step(frame, level(frame)))
    assert heard == expected

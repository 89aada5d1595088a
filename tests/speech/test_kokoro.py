"""The real Kokoro, in its process: what it says, and every way in which it can be missing."""

import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from phonemizer.backend import EspeakBackend

from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.speech.synthesis import kokoro_synthesizer, kokoro_worker
from ivr.speech.synthesis.kokoro_synthesizer import KokoroSynthesizer, sentences

pytestmark = pytest.mark.speech


@pytest.fixture
async def kokoro() -> AsyncIterator[KokoroSynthesizer]:
    voice = KokoroSynthesizer(SpeechSettings(engine="kokoro"))
    yield voice
    await voice.aclose()


def seconds(sound: bytes) -> float:
    samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32")
    assert 0.05 < np.abs(samples).max() < 0.999
    return samples.size / rate


def process_of(voice: KokoroSynthesizer) -> int:
    assert voice.process._process is not None
    return voice.process._process.pid


async def test_it_speaks_beside_calls_and_is_replaced_when_killed(
    kokoro: KokoroSynthesizer,
) -> None:
    """A sentence lasts as long as a person takes, calls come first, and a killed engine comes back."""
    await kokoro.start()
    assert os.getpriority(os.PRIO_PROCESS, process_of(kokoro)) == 19
    normal = seconds(await kokoro.synthesize("Votre poste est-il allumé ?", 100))
    assert 0.8 < normal < 3

    os.kill(process_of(kokoro), signal.SIGKILL)
    slower = seconds(await kokoro.synthesize("Votre poste est-il allumé ?", 75))
    assert slower == pytest.approx(normal / 0.75, rel=0.1)
    assert kokoro.restarts == 1


async def test_a_damaged_model_is_refused(kokoro: KokoroSynthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not the one we know is never loaded."""
    monkeypatch.setattr(kokoro_synthesizer, "MODEL", "0" * 64)
    other = KokoroSynthesizer(SpeechSettings(engine="kokoro"))
    with pytest.raises(EngineError, match="the model is damaged"):
        await other.start()
    await other.aclose()


async def test_without_the_extra_one_line_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started where it is not installed."""
    monkeypatch.setattr(kokoro_synthesizer, "NEEDED", ("kokoro_onnx", "no_such_package"))
    voice = KokoroSynthesizer(SpeechSettings(engine="kokoro"))
    with pytest.raises(EngineError, match=r"not installed \(no_such_package is missing\)"):
        await voice.start()
    await voice.aclose()


async def test_a_voice_that_is_not_there(tmp_path: Path) -> None:
    """A path that leads nowhere is named."""
    voice = KokoroSynthesizer(SpeechSettings(engine="kokoro", voice=str(tmp_path / "no.bin")))
    with pytest.raises(EngineError, match=r"no\.bin: no such voice file"):
        await voice.start()
    await voice.aclose()


def test_sentences_are_given_one_by_one() -> None:
    """Said alone they are understood better than in a row; a very long one is cut at a comma."""
    assert sentences("Bonjour. Ça va ? Oui : très bien.") == ("Bonjour.", "Ça va ?", "Oui : très bien.")
    assert all(len(part) <= kokoro_synthesizer.LONGEST for part in sentences("bla, " * 200))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("S D A", "ɛs de a"),
        ("U C E P", "y se ə pe"),
        ("P O E", "pe o ə"),
        ("V V X", "ve ve iks"),
        ("S R T P", "ɛs ɛʁ te pe"),
        ("siss point trois point un", "sis pwɛ̃ tʁwa pwɛ̃ œ̃"),
        ("vingt-quatre heures sur vingt-quatre", "vɛ̃tkatʁ œʁ syʁ vɛ̃tkatʁ"),
        ("zéro six, douze", "zeʁo sis, duz"),
        ("imèle", "imɛl"),
        ("un test de ping", "œ̃ tɛst də pɪŋ"),
        ("le firmware", "lə fɜːmweə"),
        ("Qui ? Moi !", "ki? mwa!"),
    ],
)
def test_difficult_terms_reach_it_as_a_person_of_the_trade_says_them(text: str, said: str) -> None:
    """English words keep their phonemes and lose the flags that would be read aloud."""
    espeak = EspeakBackend("fr-fr", **kokoro_worker.ESPEAK)
    found = kokoro_worker.phonemes(espeak, text)
    assert found.replace("ˈ", "").replace("ˌ", "") == said

"""What every synthesiser promises, on each engine that this machine has."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator

import numpy as np
import pytest
import soundfile

from ivr.config import SpeechSettings
from ivr.errors import ConfigurationError, EngineError
from ivr.speech.synthesis.synthesizers import Synthesizer, create, start_synthesizer

pytestmark = pytest.mark.contract

SENTENCE = "Votre poste est-il éteint, ou allumé ?"
PROGRAMS = {"pyttsx3": "espeak-ng", "espeak": "espeak-ng", "mbrola": "mbrola", "pico": "pico2wave"}
HERE = [engine for engine, program in PROGRAMS.items() if shutil.which(program)]


@pytest.fixture(params=HERE)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Synthesizer]:
    synthesizer = await start_synthesizer(SpeechSettings(engine=request.param))
    yield synthesizer
    await synthesizer.aclose()


def sound(content: bytes) -> tuple[np.ndarray, float]:
    samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    return samples[:, 0], samples.shape[0] / rate


async def test_says_a_sentence(engine: Synthesizer) -> None:
    """A sentence is heard, as long as a person takes for it, without clipping."""
    samples, seconds = sound(await engine.synthesize(SENTENCE, 100))
    assert 1.5 < seconds < 5
    assert 0.05 < np.abs(samples).max() < 0.999


async def test_slower_takes_longer(engine: Synthesizer) -> None:
    """At 75 percent a sentence lasts a fifth longer at least."""
    normal = sound(await engine.synthesize(SENTENCE, 100))[1]
    assert sound(await engine.synthesize(SENTENCE, 75))[1] > 1.2 * normal


async def test_accents_are_read(engine: Synthesizer) -> None:
    """UTF-8 reaches the engine: « é » is a vowel, not two signs read aloud."""
    with_accents = sound(await engine.synthesize("été été été", 100))[1]
    assert with_accents < 1.3 * sound(await engine.synthesize("aita aita aita", 100))[1]


async def test_texts_that_look_like_options_and_tags(engine: Synthesizer) -> None:
    """A dash or a tag in a text changes nothing but the text."""
    assert sound(await engine.synthesize("-w --help <speed level='5'> oui", 100))[1] > 0.3
    assert sound(await engine.synthesize(SENTENCE, 100))[1] < 5


async def test_several_at_once(engine: Synthesizer) -> None:
    """Concurrent texts are all said, each its own."""
    lengths = [sound(content)[1] for content in await asyncio.gather(
        *(engine.synthesize(text, 100) for text in ("Oui.", SENTENCE, SENTENCE * 3))
    )]  # fmt: skip
    assert lengths == sorted(lengths)
    assert lengths[2] > 2 * lengths[1]


async def test_two_thousand_characters(engine: Synthesizer) -> None:
    """A long answer is said whole."""
    assert sound(await engine.synthesize(SENTENCE * 55, 100))[1] > 90


async def test_nothing_to_say_is_an_engine_error(engine: Synthesizer) -> None:
    """An empty text is refused, and the next one works."""
    with pytest.raises(EngineError):
        await engine.synthesize("", 100)
    assert await engine.synthesize("Oui.", 100)


async def test_the_version_is_known_and_steady(engine: Synthesizer) -> None:
    """The cache key holds the engine and its voice, the same after each text."""
    before = engine.version
    await engine.synthesize("Oui.", 100)
    assert engine.version == before
    assert len(before) > 6


@pytest.mark.parametrize("name", HERE)
async def test_speed_is_configuration(name: str) -> None:
    """``speech.words_per_minute`` changes the speed, and the version with it."""
    lengths, versions = [], set()
    for speed in (120, 180):
        engine = await start_synthesizer(
            SpeechSettings.model_validate({"engine": name, "words_per_minute": speed})
        )
        lengths.append(sound(await engine.synthesize(SENTENCE, 100))[1])
        versions.add(engine.version)
        await engine.aclose()
    assert lengths[0] > 1.2 * lengths[1]
    assert len(versions) == 2


@pytest.mark.parametrize("name", ["pyttsx3", "espeak", "mbrola", "pico", "piper"])
async def test_a_voice_that_does_not_exist(name: str) -> None:
    """A missing engine or voice stops the start with one line that says what to install or set."""
    settings = SpeechSettings.model_validate({"engine": name, "voice": "zz-nobody"})
    with pytest.raises(ConfigurationError, match=rf"speech\.engine '{name}'.*install.*speech\.voice"):
        await start_synthesizer(settings)


@pytest.mark.parametrize("name", ["espeak", "mbrola", "pico"])
async def test_a_missing_program(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is not installed is named."""
    monkeypatch.setenv("PATH", "/nonexistent")
    engine = create(SpeechSettings.model_validate({"engine": name}))
    with pytest.raises(EngineError, match="is not installed"):
        await engine.start()

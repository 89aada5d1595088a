"""Real pyttsx3, with every defect that was found in it (design note SPEECH.md, A) as a regression."""

import asyncio
import io
import os
import signal
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.config import SpeechSettings
from ivr.errors import ConfigurationError, EngineError
from ivr.speech.synthesis.pyttsx3_synthesizer import Pyttsx3Synthesizer
from ivr.speech.synthesis.synthesizers import start_synthesizer

pytestmark = pytest.mark.speech

SENTENCE = "Les tarifs vers l'étranger, depuis un téléphone fixe en France, sont dans le guide des tarifs. "


@pytest.fixture
async def engine() -> AsyncIterator[Pyttsx3Synthesizer]:
    synthesizer = Pyttsx3Synthesizer(SpeechSettings(timeout=8.0))
    await synthesizer.start()
    yield synthesizer
    await synthesizer.aclose()


def seconds(content: bytes) -> float:
    with wave.open(io.BytesIO(content)) as file:
        return file.getnframes() / file.getframerate()


def pid(engine: Pyttsx3Synthesizer) -> int:
    assert engine.process._process is not None
    return engine.process._process.pid


async def test_the_first_text_is_whole(engine: Pyttsx3Synthesizer) -> None:
    """The first runAndWait of a process does not wait (1): it is spent before any text comes."""
    assert seconds(await engine.synthesize(SENTENCE * 8, 100)) == pytest.approx(
        seconds(await engine.synthesize(SENTENCE * 8, 100)), rel=0.02
    )
    assert engine.restarts == 0


async def test_each_text_has_its_own_sound(engine: Pyttsx3Synthesizer) -> None:
    """Many texts asked at once are all said, none in another's place (2, 3, 8)."""
    texts = ["Oui.", SENTENCE, SENTENCE * 3]
    alone = [seconds(await engine.synthesize(text, 100)) for text in texts]
    together = await asyncio.gather(*(engine.synthesize(text, 100) for text in texts * 5))
    for expected, content in zip(alone * 5, together, strict=True):
        assert seconds(content) == pytest.approx(expected, rel=0.05)


async def test_sixteen_thousand_characters(engine: Pyttsx3Synthesizer) -> None:
    """The length that crashes libespeak-ng every time (4) is said in pieces."""
    text = SENTENCE * 170
    assert len(text) > 16_000
    assert seconds(await engine.synthesize(text, 100)) > 600
    assert engine.restarts == 0


async def test_a_file_that_cannot_be_written(engine: Pyttsx3Synthesizer) -> None:
    """It makes runAndWait hang or come back with nothing (5): it is replaced twice at most."""
    await engine.synthesize("Oui.", 100)
    for number in (2, 3):
        (Path(engine.process._directory.name) / f"{number}.wav").mkdir()
    with pytest.raises(EngineError, match="gave no answer"):
        await engine.synthesize("Oui.", 100)
    assert engine.restarts == 2
    assert seconds(await engine.synthesize("Oui.", 100)) > 0.2


async def test_a_worker_that_hangs_is_replaced(engine: Pyttsx3Synthesizer) -> None:
    """A process that stands still is killed, and the text is said by another."""
    first = pid(engine)
    os.kill(first, signal.SIGSTOP)
    assert seconds(await engine.synthesize("Oui.", 100)) > 0.2
    assert (engine.restarts, pid(engine) != first) == (1, True)


async def test_a_killed_worker_is_replaced_in_mid_text(engine: Pyttsx3Synthesizer) -> None:
    """`kill -9` while it speaks: the text is said all the same, by another process."""
    first = pid(engine)
    os.kill(first, signal.SIGSTOP)
    waiting = asyncio.ensure_future(engine.synthesize(SENTENCE, 100))
    await asyncio.sleep(0.1)
    os.kill(first, signal.SIGKILL)
    assert seconds(await waiting) > 3
    assert (engine.restarts, pid(engine) != first) == (1, True)


async def test_rates_are_heard_at_once(engine: Pyttsx3Synthesizer) -> None:
    """A new rate holds for the very next text; pyttsx3 alone applies it one or two texts late."""
    lengths = {rate: seconds(await engine.synthesize(SENTENCE, rate)) for rate in (100, 75, 85)}
    assert lengths[100] < lengths[85] < lengths[75]
    again = {rate: seconds(await engine.synthesize(SENTENCE, rate)) for rate in (75, 100, 85)}
    assert again == {rate: pytest.approx(length, rel=0.03) for rate, length in lengths.items()}


async def test_no_text_comes_back_empty(engine: Pyttsx3Synthesizer) -> None:
    """Some texts after a change of rate make no sound: they are said again."""
    for turn in range(60):
        assert seconds(await engine.synthesize("Tarifs.", (100, 85)[turn % 2])) > 0.5


@pytest.mark.parametrize("text", ["", "  ", "a\0b"])
async def test_texts_it_cannot_take(text: str, engine: Pyttsx3Synthesizer) -> None:
    """Empty texts raise AssertionError in pyttsx3, and NUL cuts the text (12): both are refused."""
    with pytest.raises(EngineError):
        await engine.synthesize(text, 100)
    assert seconds(await engine.synthesize("Oui.", 100)) > 0.2
    assert engine.restarts == 0


@pytest.mark.parametrize("voice", ["roa/klingon", "zz", "roa/fr-be+nobody/../x"])
async def test_a_wrong_voice_stops_the_start(voice: str) -> None:
    """pyttsx3 keeps the voice it has (7), which is English: we refuse to start, and say what to do."""
    with pytest.raises(ConfigurationError, match=r"speech\.engine 'pyttsx3'.*libespeak-ng1.*speech\.voice"):
        await start_synthesizer(SpeechSettings(engine="pyttsx3", voice=voice))


@pytest.mark.parametrize(
    ("voice", "file"),
    [
        ("fr", "fr"),
        *((v, f"mb/{v}") for v in ("mb-fr1", "mb-fr4") if Path("/usr/share/mbrola", v[3:]).exists()),
    ],
)
async def test_what_pyttsx3_says_lasts_as_long_as_the_same_voice_elsewhere(voice: str, file: str) -> None:
    """It labels MBROLA's 16 kHz voices 22.05 kHz (6), where such voices are installed."""
    own = await start_synthesizer(SpeechSettings(engine="espeak", voice=voice))
    ours = await start_synthesizer(SpeechSettings(engine="pyttsx3", voice=file))
    expected = seconds(await own.synthesize(SENTENCE, 100))
    assert seconds(await ours.synthesize(SENTENCE, 100)) == pytest.approx(expected, rel=0.1)
    await own.aclose()
    await ours.aclose()


async def test_the_version_names_all_that_matters(engine: Pyttsx3Synthesizer) -> None:
    """It is part of the cache key: pyttsx3, libespeak-ng, voice, speed."""
    assert engine.version.startswith("pyttsx3 2.")
    assert "espeak-ng 1." in engine.version
    assert engine.version.endswith("roa/fr, 150")


async def test_someone_who_no_longer_waits(engine: Pyttsx3Synthesizer) -> None:
    """A text whose caller hung up does not answer for the next one, and its file is removed."""
    expected = seconds(await engine.synthesize("Oui.", 100))
    waiting = asyncio.ensure_future(engine.synthesize(SENTENCE * 5, 100))
    await asyncio.sleep(0.01)
    waiting.cancel()
    assert seconds(await engine.synthesize("Oui.", 100)) == pytest.approx(expected, rel=0.1)
    assert [path.name for path in Path(engine.process._directory.name).iterdir()] == ["stderr"]
    assert engine.restarts == 0


async def test_closing_removes_process_and_files() -> None:
    """Nothing is left behind."""
    engine = Pyttsx3Synthesizer(SpeechSettings())
    await engine.start()
    process, directory = pid(engine), Path(engine.process._directory.name)
    await engine.aclose()
    assert not directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)

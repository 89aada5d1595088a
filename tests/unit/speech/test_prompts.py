"""The prompt store, with an engine that hums one tone per text."""

import asyncio
import io
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from ivr.audio.frame import FRAME_BYTES, duration
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line, Rate
from ivr.errors import EngineError
from ivr.french.spoken import Entry, Lexicon
from ivr.speech.synthesis.prompts import PromptStore
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.synthesizers import Engines

pytestmark = pytest.mark.unit


NOTHING = ShippedPrompts(Path("nowhere"))


class Hum:
    """A synthesiser that hums as long as its text is, and can be told to fail or to wait."""

    remedy = "install it"
    restarts = 0
    quick = True

    def __init__(self) -> None:
        self.version = "hum 1"
        self.asked: list[tuple[str, int]] = []
        self.dead = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def start(self) -> None:
        pass

    async def synthesize(self, text: str, rate: int) -> bytes:
        self.asked.append((text, rate))
        await self.gate.wait()
        if self.dead:
            raise EngineError("dead")
        return hum(len(text) / 20 * 100 / rate)

    async def aclose(self) -> None:
        pass


def hum(seconds: float) -> bytes:
    time = np.arange(int(16000 * seconds)) / 16000
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(16000)
        writer.writeframes((8000 * np.sin(2 * np.pi * 800 * time)).astype("<i2").tobytes())
    return file.getvalue()


@pytest.fixture
def engine() -> Hum:
    return Hum()


def store(engine: Hum, tmp_path: Path, timeout: float = 10.0) -> PromptStore:
    settings = SpeechSettings(cache=tmp_path / "cache", timeout=timeout)
    return PromptStore(Engines(engine), settings, Recordings(tmp_path / "recordings"), shipped=NOTHING)


HELLO, MENU = Line("accueil.1", "Bonjour à vous."), Line("menu.1", "Quelle est votre question ?", pause=0.4)


async def test_lines_follow_each_other_with_their_pauses(engine: Hum, tmp_path: Path) -> None:
    """Lines come in order, in whole frames, each after its pause."""
    prompts = store(engine, tmp_path)
    (hello,), (menu,) = [await prompts.render((line,), Rate.NORMAL) for line in (HELLO, MENU)]
    assert await prompts.render((HELLO, MENU), Rate.NORMAL) == (hello, menu)
    assert menu.startswith(bytes(20 * FRAME_BYTES))
    assert len(hello + menu) % FRAME_BYTES == 0
    assert await prompts.render((), Rate.NORMAL) == ()


async def test_a_text_is_rendered_once(engine: Hum, tmp_path: Path) -> None:
    """The same text is made once, whatever its prompt, also when many ask at the same moment."""
    prompts = store(engine, tmp_path)
    engine.gate.clear()
    async with asyncio.TaskGroup() as tasks:
        for n in range(20):
            tasks.create_task(prompts.render((Line(f"p{n}", HELLO.text),), Rate.NORMAL))
        await asyncio.sleep(0)
        engine.gate.set()
    assert engine.asked == [("Bonjour à vous.", 100)]


async def test_a_caller_who_hangs_up_does_not_spoil_it_for_others(engine: Hum, tmp_path: Path) -> None:
    """When the one who asked first is cancelled, the next one renders."""
    prompts = store(engine, tmp_path)
    engine.gate.clear()
    first = asyncio.ensure_future(prompts.render((HELLO,), Rate.NORMAL))
    second = asyncio.ensure_future(prompts.render((HELLO,), Rate.NORMAL))
    await asyncio.sleep(0)
    first.cancel()
    engine.gate.set()
    assert await second
    assert first.cancelled() or first.cancelling()


async def test_the_written_form_is_normalised(engine: Hum, tmp_path: Path) -> None:
    """The engine gets the spoken form; changing the lexicon renders anew what it changes."""
    prompts = store(engine, tmp_path)
    lines = (Line("a", "Poste PoE."), HELLO)
    await prompts.render(lines, Rate.NORMAL)
    prompts.lexicon = Lexicon([Entry("PoE", "pé o e")])
    await prompts.render(lines, Rate.NORMAL)
    assert [text for text, _ in engine.asked] == ["Poste P O E.", "Bonjour à vous.", "Poste pé o e."]


async def test_a_text_without_words_is_silence(engine: Hum, tmp_path: Path) -> None:
    """Nothing to say is no error and reaches no engine."""
    assert await store(engine, tmp_path).render((Line("a", "« »", pause=0.2),), Rate.NORMAL) == (
        bytes(10 * 320),
    )
    assert engine.asked == []


async def test_slower_is_another_rendering(engine: Hum, tmp_path: Path) -> None:
    """« Moins vite » asks the engine for 85 and 75 percent."""
    prompts = store(engine, tmp_path)
    lengths = [duration(*await prompts.render((HELLO,), rate)) for rate in Rate]
    assert lengths == sorted(lengths)
    assert sorted(rate for _, rate in engine.asked) == [75, 85, 100]


async def test_rendering_ahead_survives_a_restart(engine: Hum, tmp_path: Path) -> None:
    """What was rendered ahead is on disk: the next start asks no engine; progress counts both."""
    seen: list[tuple[int, int]] = []
    assert await store(engine, tmp_path).render_ahead([HELLO, MENU]) == []
    assert len(engine.asked) == 2
    again = store(engine, tmp_path)
    await again.render_ahead([HELLO, MENU], progress=lambda done, total: seen.append((done, total)))
    assert len(engine.asked) == 2
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize("change", ["engine", "text", "loudness"])
async def test_a_change_of_anything_renders_anew(change: str, engine: Hum, tmp_path: Path) -> None:
    """The key covers the text, the engine's version and the chain."""
    await store(engine, tmp_path).render_ahead([HELLO])
    line, settings = HELLO, SpeechSettings(cache=tmp_path / "cache")
    if change == "engine":
        engine.version = "hum 2"
    elif change == "text":
        line = Line(HELLO.prompt, "Bonjour.")
    else:
        settings = SpeechSettings(cache=tmp_path / "cache", loudness=-23.0)
    recordings = Recordings(tmp_path / "recordings")
    await PromptStore(Engines(engine), settings, recordings, shipped=NOTHING).render_ahead([line])
    assert len(engine.asked) == 2


async def test_a_line_with_a_value_is_never_written(engine: Hum, tmp_path: Path) -> None:
    """A caller's number stays in memory; templates are not rendered ahead."""
    prompts = store(engine, tmp_path)
    await prompts.render_ahead([HELLO, Line("lien.sms.verif", "Je répète : {numero}.")])
    await prompts.render((Line("lien.sms.verif", "Je répète : 06 12 34 56 78."),), Rate.NORMAL)
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
async def test_a_damaged_file_is_made_again(damage: str, engine: Hum, tmp_path: Path) -> None:
    """Half a file, or one with a wrong bit, is found out and replaced."""
    await store(engine, tmp_path).render_ahead([HELLO])
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    flipped = whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]
    file.write_bytes({"cut": whole[:-100], "flipped": flipped, "empty": b""}[damage])
    await store(engine, tmp_path).render_ahead([HELLO])
    assert len(engine.asked) == 2
    assert file.read_bytes() == whole


async def test_a_full_disk_is_no_failure(engine: Hum, tmp_path: Path) -> None:
    """A prompt that cannot be saved is played all the same."""
    (tmp_path / "cache").write_text("not a folder")
    prompts = store(engine, tmp_path)
    assert await prompts.render_ahead([HELLO]) == []
    assert await prompts.render((HELLO,), Rate.NORMAL)


async def test_a_dead_engine_is_an_engine_error(engine: Hum, tmp_path: Path) -> None:
    """What cannot be rendered is reported, by name when rendering ahead."""
    prompts = store(engine, tmp_path)
    engine.dead = True
    with pytest.raises(EngineError, match="dead"):
        await prompts.render((HELLO,), Rate.NORMAL)
    failures = await prompts.render_ahead([HELLO, MENU])
    assert {failure.prompt for failure in failures} == {"accueil.1", "menu.1"}


async def test_a_slow_engine_is_an_engine_error(engine: Hum, tmp_path: Path) -> None:
    """A caller does not wait for ever."""
    engine.gate.clear()
    with pytest.raises(EngineError, match=r"longer than 0\.01 s"):
        await store(engine, tmp_path, timeout=0.01).render((HELLO,), Rate.NORMAL)


async def test_pinned_lines_outlive_the_engine(engine: Hum, tmp_path: Path) -> None:
    """The apology and the announcement of the hand-off need no engine, at any rate."""
    prompts = store(engine, tmp_path)
    await prompts.pin([HELLO])
    engine.dead = True
    normal = await prompts.render((HELLO,), Rate.NORMAL)
    assert normal
    assert await prompts.render((HELLO,), Rate.SLOW) == normal


async def test_a_pinned_recording_can_be_taken_back(engine: Hum, tmp_path: Path) -> None:
    """Pinning a person's voice does not pin it to the engine's text."""
    (tmp_path / "recordings").mkdir()
    recording = tmp_path / "recordings" / "accueil.1.wav"
    recording.write_bytes(hum(3.0))
    prompts = store(engine, tmp_path)
    await prompts.render_ahead([HELLO])
    await prompts.pin([HELLO])
    recording.unlink()
    await prompts.render_ahead([HELLO])
    assert duration(*await prompts.render((HELLO,), Rate.NORMAL)) < 2
    assert len(engine.asked) == 1


async def test_pruning_keeps_what_is_in_use(engine: Hum, tmp_path: Path) -> None:
    """Files of former texts go once they have not been used for long; present ones stay, at every rate."""
    prompts = store(engine, tmp_path)
    await prompts.render_ahead([HELLO, MENU], rates=(Rate.NORMAL, Rate.SLOW))
    for file in (tmp_path / "cache").iterdir():
        os.utime(file, (1000, 1000))
    await prompts.render_ahead([HELLO])
    assert await prompts.prune(unused_since=999) == 0
    assert await prompts.prune(unused_since=2000) == 2
    assert len(list((tmp_path / "cache").iterdir())) == 2


async def test_a_recording_comes_first(engine: Hum, tmp_path: Path) -> None:
    """A person's voice is played instead of the engine's, at every rate; new ones need no restart."""
    prompts = store(engine, tmp_path)
    await prompts.render_ahead([HELLO])
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "accueil.1.wav").write_bytes(hum(3.0))
    await prompts.render_ahead([HELLO])
    assert duration(*await prompts.render((HELLO,), Rate.NORMAL)) == pytest.approx(3.18, abs=0.03)
    assert duration(*await prompts.render((HELLO,), Rate.SLOW)) == pytest.approx(3.18, abs=0.03)
    assert len(engine.asked) == 1


async def test_a_recording_cannot_say_a_value(engine: Hum, tmp_path: Path) -> None:
    """A line that differs from the text of its prompt, because it holds a value, is synthesised."""
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "conf.1.wav").write_bytes(hum(3.0))
    prompts = store(engine, tmp_path)
    await prompts.render_ahead([Line("conf.1", "Votre question porte sur {label}. C'est bien ça ?")])
    await prompts.render(
        (Line("conf.1", "Votre question porte sur les tarifs. C'est bien ça ?"),), Rate.NORMAL
    )
    assert len(engine.asked) == 1


async def test_a_bad_recording_does_not_silence_a_prompt(engine: Hum, tmp_path: Path) -> None:
    """An unreadable upload is passed over for the engine."""
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "accueil.1.wav").write_bytes(b"nonsense")
    prompts = store(engine, tmp_path)
    assert await prompts.render_ahead([HELLO]) == []
    assert engine.asked == [("Bonjour à vous.", 100)]

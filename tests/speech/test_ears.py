"""The whole ear on real speech: events on the loop, turns, barge-in, false barge-ins, failures."""

import asyncio
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Event, RecognitionFailed, SpeechStarted, Utterance
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.speech.recognition.ear import LATE, Ear, Ears
from ivr.speech.recognition.recognizers import RecognizerPool
from ivr.speech.recognition.turn_detector import TurnDetector
from ivr.speech.recognition.vad import SileroModel, silero
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.speech import clips
from tests.unit.speech.fakes import LOUD, QUIET, LoudVad, ScriptedRecognizer

pytestmark = pytest.mark.speech

REPLIES = Expecting(("oui", "non", "suite", "répéter", "un conseiller"))
PROMPT = "Pour mettre à jour votre téléphone, ouvrez le menu, puis choisissez maintenance et validez."


@pytest.fixture(scope="module")
def silero_model() -> SileroModel:
    return SileroModel()


class Line:
    """One caller's line and what was noticed on it."""

    def __init__(self, recognizer: VoskRecognizer, model: SileroModel) -> None:
        self.ear = TurnDetector(recognizer, silero(model)(), ListeningSettings())
        self.events: list[Event] = []
        self.ducked = 0

    def play(self, received: clips.Samples, playing: clips.Samples | None = None) -> None:
        played = clips.frames(clips.slin(playing)) if playing is not None else []
        for i, frame in enumerate(clips.frames(clips.slin(received))):
            self.events += self.ear.hear(frame, played[i] if i < len(played) else None)
            self.ducked += self.ear.ducking


@pytest.fixture
def line(recognizer: VoskRecognizer, silero_model: SileroModel) -> Line:
    return Line(recognizer, silero_model)


def call(text: str, *, background: float = -55.0) -> clips.Samples:
    speech = clips.join(clips.silence(1.0), clips.say(text), clips.silence(2.0))
    return clips.mix(speech, clips.noise(len(speech) / clips.RATE, background))


@pytest.mark.parametrize("background", [-60.0, -45.0])
def test_a_question_is_one_utterance(line: Line, background: float) -> None:
    """A question over a noisy line: one start, one utterance of this turn, understood, no closed reading."""
    line.ear.expect(3, REPLIES, during_prompt=False)
    line.play(call("je voudrais changer l'adresse mac de mon téléphone", background=background))
    started, utterance = line.events
    assert started == SpeechStarted()
    assert isinstance(utterance, Utterance)
    assert (utterance.turn, utterance.closed) == (3, None)
    assert "adresse mac de mon téléphone" in utterance.text
    assert 2.0 < utterance.seconds < 3.5


@pytest.mark.parametrize("word", ["oui", "non", "suite"])
def test_a_short_reply_is_heard_by_the_closed_grammar(line: Line, word: str) -> None:
    """One syllable is enough."""
    line.ear.expect(1, REPLIES, during_prompt=False)
    line.play(call(word))
    utterance = line.events[-1]
    assert isinstance(utterance, Utterance)
    assert utterance.closed is not None
    assert utterance.closed.text == word


def test_a_pause_inside_a_sentence_does_not_cut_it(line: Line) -> None:
    """« je voudrais changer mon … adresse mac » with a second's hesitation is one utterance."""
    line.ear.expect(1, REPLIES, during_prompt=False)
    first, second = clips.say("je voudrais changer mon"), clips.say("adresse mac")
    speech = clips.join(clips.silence(0.5), first, clips.silence(0.95), second, clips.silence(2))
    line.play(clips.mix(speech, clips.noise(len(speech) / clips.RATE, -55)))
    (utterance,) = (event for event in line.events if isinstance(event, Utterance))
    assert utterance.text.startswith("je voudrais changer mon")
    assert utterance.text.endswith("adresse mac")


def test_line_noise_and_keys_are_no_speech(line: Line) -> None:
    """Noise, hum and DTMF tones in the audio start nothing."""
    times = np.arange(8000) / clips.RATE
    line.ear.expect(1, REPLIES, during_prompt=False)
    for row, column in ((697, 1209), (770, 1336), (941, 1477)):
        tone = 0.2 * (np.sin(2 * np.pi * row * times) + np.sin(2 * np.pi * column * times))
        line.play(clips.join(clips.noise(1, -50), tone.astype(np.float32), clips.noise(1, -50)))
    line.play((0.1 * np.sin(2 * np.pi * 50 * times)).astype(np.float32))
    line.play(clips.noise(10, -40))
    assert line.events == []


def echo(prompt: clips.Samples, loss: float, delay: float) -> clips.Samples:
    late = clips.join(clips.silence(delay), prompt)[: len(prompt)]
    return clips.mix(
        (late * 10 ** (-loss / 20)).astype("float32"), clips.noise(len(prompt) / clips.RATE, -60)
    )


@pytest.mark.parametrize("loss", [15, 25])
@pytest.mark.parametrize("delay", [0.04, 0.2, 0.35])
def test_echo_never_barges_in(line: Line, loss: float, delay: float) -> None:
    """Three prompts come back 15 or 25 dB weaker, 40 to 350 ms later: never taken for the caller."""
    prompt = clips.join(*[clips.say(PROMPT, level=-17.0), clips.silence(0.3)] * 3)
    line.ear.expect(1, REPLIES, during_prompt=True)
    line.play(echo(prompt, loss, delay), prompt)
    assert line.events == []
    assert line.ducked == 0


def test_an_echo_that_jumps_never_barges_in(line: Line) -> None:
    """A learnt line becomes another in the middle of a prompt, as in a transfer: not taken for the caller."""
    prompt = clips.join(*[clips.say(PROMPT, level=-17.0), clips.silence(0.3)] * 3)
    line.ear.expect(1, REPLIES, during_prompt=True)
    half = 8 * clips.RATE
    line.play(clips.join(echo(prompt, 15, 0.1)[:half], echo(prompt, 15, 0.165)[half:]), prompt)
    assert line.events == []


@pytest.mark.parametrize(("loss", "level"), [(15, -24.0), (25, -24.0), (15, -32.0)])
def test_a_caller_barges_in_over_the_echo(line: Line, loss: float, level: float) -> None:
    """Over a prompt and its echo, even as loud as he: ducked, SpeechStarted within 450 ms, and understood."""
    prompt = clips.join(*[clips.say(PROMPT, level=-17.0)] * 2)
    question = clips.say("je veux parler à un conseiller", level=level)
    line.ear.expect(1, REPLIES, during_prompt=True)
    received = clips.mix(echo(prompt, loss, 0.1), clips.join(clips.silence(4.0), question))
    cut = round((4.0 + 0.45) * clips.RATE)
    line.play(received[:cut], prompt[:cut])
    assert line.events == [SpeechStarted()]
    assert line.ducked > 0
    line.ear.expect(2, REPLIES, during_prompt=False)
    rest = clips.join(clips.silence(4.0), question)[cut:]
    line.play(clips.join(rest, clips.silence(1.5)))
    utterance = line.events[-1]
    assert isinstance(utterance, Utterance)
    assert utterance.turn == 2
    assert utterance.text == "je veux parler à un conseiller"


@pytest.fixture
def decoding() -> Iterator[Decoding]:
    with Decoding(2) as threads:
        yield threads


class Caller:
    """One call's ear on the event loop."""

    def __init__(self, ears: Callable[[Callable[[Event], None]], Ear]) -> None:
        self.events: list[Event] = []
        self.ended = asyncio.Event()
        self.ear = ears(self._post)

    async def say(self, turn: int, frames: list[bytes], every: float = 0.005) -> Event:
        """Speak, a frame *every* so many seconds (a line's are 20 ms), and return what ended the turn."""
        self.ended.clear()
        self.ear.expect(turn, REPLIES, during_prompt=False)
        for frame in frames:
            self.ear.hear(frame, None)
            await asyncio.sleep(every)
        await asyncio.wait_for(self.ended.wait(), 20)
        return self.events[-1]

    def _post(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Utterance | RecognitionFailed):
            self.ended.set()


async def test_swapping_the_model_under_load_loses_no_turn(
    recognizer: VoskRecognizer, decoding: Decoding, silero_model: SileroModel, model_path: Path
) -> None:
    """Calls that began before a swap end on the old model, later ones use the new one; all are understood."""
    pool = RecognizerPool(recognizer)
    ears = Ears(pool, decoding, ListeningSettings(), vad=silero(silero_model))
    frames = clips.frames(clips.slin(call("je veux parler à un conseiller")))
    callers = [Caller(ears) for _ in range(3)]
    pool.swap(VoskRecognizer(model_path))
    callers += [Caller(ears) for _ in range(3)]
    for utterance in await asyncio.gather(*(caller.say(4, frames, every=0.02) for caller in callers)):
        assert isinstance(utterance, Utterance)
        assert utterance.turn == 4
        assert "conseiller" in utterance.text
    for caller in callers:
        await caller.ear.aclose()


def scripted(decoding: Decoding, text: str) -> Caller:
    listener = TurnDetector(ScriptedRecognizer(text), LoudVad(), ListeningSettings())
    return Caller(lambda post: Ear(listener, decoding, post))


async def test_a_broken_decoder_fails_the_turn_once(decoding: Decoding) -> None:
    """An engine that raises ends the turn with RecognitionFailed; the next turn is tried again."""
    caller = scripted(decoding, "!")
    assert await caller.say(1, [LOUD] * 40) == RecognitionFailed(1, "RuntimeError: the decoder broke")
    assert await caller.say(2, [LOUD] * 40) == RecognitionFailed(2, "RuntimeError: the decoder broke")
    assert len(caller.events) == 2


async def test_a_decoder_two_seconds_late_has_failed() -> None:
    """When the threads cannot follow, the turn fails once; the call goes on when they can."""
    stuck = threading.Event()
    with Decoding(1) as decoding:
        decoding.strand(lambda: bool(stuck.wait(20))).wake()
        caller = scripted(decoding, "bonjour")
        caller.ear.expect(5, REPLIES, during_prompt=False)
        for _ in range(10 * LATE):
            caller.ear.hear(LOUD, None)
        await caller.ended.wait()
        stuck.set()
        utterance = await caller.say(6, [LOUD] * 40 + [QUIET] * 60)
    assert isinstance(utterance, Utterance)
    assert utterance.turn == 6
    failures = [event for event in caller.events if isinstance(event, RecognitionFailed)]
    assert [failure.turn for failure in failures] == [5]


async def test_a_closed_ear_is_silent_and_frees_its_decoders(decoding: Decoding) -> None:
    """After aclose nothing is posted any more, and the decoders are gone though the ear is still held."""
    recognizer = ScriptedRecognizer("bonjour")
    listener = TurnDetector(recognizer, LoudVad(), ListeningSettings())
    caller = Caller(lambda post: Ear(listener, decoding, post))
    caller.ear.expect(1, REPLIES, during_prompt=False)
    for _ in range(20):
        caller.ear.hear(LOUD, None)
    await asyncio.to_thread(recognizer.asked.wait, 10)
    await caller.ear.aclose()
    caller.events.clear()
    for _ in range(100):
        caller.ear.hear(LOUD, None)
    decoding.close()
    await asyncio.sleep(0)
    assert caller.events == []
    decoders = [weakref.ref(decoder) for decoder in recognizer.made]
    recognizer.made.clear()
    assert [decoder() for decoder in decoders] == [None, None]

"""Barge-in: from the caller's first loud frame to SpeechStarted, and false alarms on our own echo.

Audio time plus the computing of the step; the channel adds its tick of 20 ms. Synthetic speech and echo.
"""

import itertools
import time
from collections.abc import Iterator

import numpy as np

from bench.report import asked_for_quick, percentile, publish
from bench.speech import onset
from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import SpeechStarted, Utterance
from ivr.speech.recognition.ear import HAND_OVER_SECONDS
from ivr.speech.recognition.near_end import NearEnd
from ivr.speech.recognition.recognizers import Recognizer
from ivr.speech.recognition.turn_detector import TurnDetector
from ivr.speech.recognition.vad import SileroModel, silero
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.speech import clips

PROMPTS = (
    "Pour mettre à jour votre téléphone, ouvrez le menu, puis choisissez maintenance et validez.",
    "Vérifiez d'abord que le câble réseau est bien branché à l'arrière du poste. Ensuite, redémarrez-le.",
    "Vous pouvez dire suite, répéter, ou conseiller.",
    "Je n'ai pas compris. Pouvez-vous poser votre question autrement ?",
)
CALLERS = (
    "je veux parler à un conseiller",
    "oui mais ma ligne ne marche plus",
    "conseiller",
    "attendez une seconde",
    "non ce n'est pas ça",
    "comment changer l'adresse mac",
)
VOICES = ("fr", "fr+f2", "fr+m3")
DELAYS = (0.04, 0.12, 0.25, 0.35)
ECHO_DELAYS = (0.04, 0.06, 0.12, 0.2, 0.25, 0.35)
JUMP = 0.065
"""Seconds by which the delay grows in the middle of a call, where it jumps."""
REPLIES = Expecting(("oui", "non", "suite", "répéter", "un conseiller"))


def main() -> None:
    """Measure and publish."""
    quick = asked_for_quick(__doc__)
    recognizer, model = VoskRecognizer(clips.model_path()), SileroModel()
    losses, levels = ((15,), (-26,)) if quick else ((15, 25, 40), (-20, -26, -32))
    rows = [measure(recognizer, model, loss, speech) for loss in losses for speech in levels]
    publish("barge_in", rows)
    publish(
        "barge_in_words", [understood(recognizer, model, *line) for line in ((15, -26), (15, -32), (20, -32))]
    )
    steady = itertools.product((15, 25), (0.0, 3.0), (0.0, 4.0), (0.0,))
    jumping = ((15, 0.0, 0.0, 8.0), (25, 0.0, 0.0, 8.0), (15, 3.0, 0.0, 8.0), (8, 0.0, 0.0, 0.0))
    lines = [(15, 0.0, 0.0, 0.0)] if quick else [*steady, *jumping]
    publish("barge_in_echo", [listen_to_echo(recognizer, model, *line) for line in lines])
    publish("barge_in_cost", [cost(what, *line) for what, line in COSTS.items()])


def measure(recognizer: Recognizer, model: SileroModel, loss: float, speech: float) -> dict[str, object]:
    """Return the figures for one return loss and one caller's level (dBFS)."""
    latencies, missed, alarms = [], 0, 0
    for number, (text, delay, voice) in enumerate(itertools.product(CALLERS, DELAYS, VOICES)):
        first = 3.0 + number % 7 * 0.3
        clip = clips.say(text, voice=voice, level=speech)
        started = next(talk(recognizer, model, number, Echo(loss, delay), (first, clip)), None)
        if started is None:
            missed += 1
        elif started < first:
            alarms += 1
        else:
            latencies.append((started - first - onset(clip) + HAND_OVER_SECONDS) * 1000)
    return {
        "return loss dB": loss, "caller dBFS": speech, "barge-ins": len(latencies), "missed": missed,
        "p50 ms": round(percentile(latencies, 50)), "p95 ms": round(percentile(latencies, 95)),
        "false on echo": alarms,
    }  # fmt: skip


def listen_to_echo(
    recognizer: Recognizer, model: SileroModel, loss: float, sway: float, notice: float, jump: float
) -> dict[str, object]:
    """Return the false alarms of calls with our echo alone, its loss swaying by *sway* dB.

    After *jump* seconds, unless they are 0, it is later than before.
    """
    alarms, seconds = 0, 0.0
    for number, delay in enumerate(ECHO_DELAYS * 4):
        echo = Echo(loss, delay, sway, jump)
        alarms += len(list(talk(recognizer, model, number, echo, prompts=6, notice=notice)))
        seconds += len(prompt_of(number, 6)) / clips.RATE
    return {
        "return loss dB": loss, "sway dB": sway, "notice s": notice, "jump at s": jump,
        "minutes of echo": round(seconds / 60, 1), "false barge-ins": alarms,
    }  # fmt: skip


def prompt_of(number: int, prompts: int) -> clips.Samples:
    """Return a few prompts on end, others for every call."""
    return clips.join(*(clips.say(PROMPTS[(number + i) % len(PROMPTS)], level=-17.0) for i in range(prompts)))


class Echo:
    """A line, A-law both ways, that returns what we play: late, coloured, weaker by a loss that may sway."""

    _COLOUR = np.array((0.7, 0.5, -0.3, 0.2, -0.1))

    def __init__(self, loss: float, delay: float, sway: float = 0.0, jump: float = 0.0) -> None:
        self._gain = 10 ** (-loss / 20) / np.sqrt(np.sum(self._COLOUR**2))
        self._delay = round(delay * clips.RATE)
        self._sway = sway
        self._jump = round(jump * clips.RATE) or None
        self._played = np.zeros(self._delay + len(self._COLOUR), np.float32)

    def step(self, playing: bytes | None) -> clips.Samples:
        """Take what we play now; return what comes back now."""
        frame = samples(clips.slin(samples(playing or bytes(320))))
        self._played = np.concatenate((self._played, frame))
        if self._jump is not None and len(self._played) > self._jump:
            self._delay, self._jump = self._delay + round(JUMP * clips.RATE), None
        end = len(self._played) - self._delay
        heard = np.convolve(self._played[end - 160 - len(self._COLOUR) + 1 : end], self._COLOUR, "valid")
        sway = 10 ** (self._sway / 20 * np.sin(2 * np.pi * 0.3 * end / clips.RATE))
        return np.asarray(heard * self._gain * sway, np.float32)


COSTS = {"prompt and echo": (15.0, True), "prompt, no echo": (90.0, True), "no prompt": (90.0, False)}


def cost(what: str, loss: float, playing: bool) -> dict[str, object]:
    """Return the canceller's computing per step, and its share of a tick, on one core."""
    echo, near_end = Echo(loss, 0.12), NearEnd()
    played = clips.frames(clips.slin(prompt_of(0, 6)))
    line = [clips.slin(echo.step(frame) + clips.noise(0.02, -58.0)) for frame in played]
    began = time.process_time()
    for received, ours in zip(line, played, strict=True):
        near_end.step(received, ours if playing else None)
    spent = (time.process_time() - began) / len(line)
    return {
        "line": what,
        "steps": len(line),
        "µs/step": round(spent * 1e6, 1),
        "% of a core": spent / 0.02 * 100,
    }


def talk(
    recognizer: Recognizer,
    model: SileroModel,
    number: int,
    echo: Echo,
    caller: tuple[float, clips.Samples] = (0.0, clips.silence(0)),
    prompts: int = 3,
    notice: float = 0.0,
) -> Iterator[float]:
    """Play prompts to a caller who speaks at a time, or never; yield when SpeechStarted is posted.

    The first *notice* seconds are the legal notice, deaf to speech. Times are seconds of audio plus the
    computing of the step that noticed it.
    """
    ear = TurnDetector(recognizer, silero(model)(), ListeningSettings())
    played = clips.frames(clips.slin(prompt_of(number, prompts)))
    length = len(played) * 160
    speech = clips.mix(clips.join(clips.silence(caller[0]), caller[1]), clips.noise(length / 8000, -58.0))
    for i, frame in enumerate(played):
        if i == round(notice / 0.02):
            ear.expect(1, REPLIES, during_prompt=True)
        playing = duck(frame) if ear.ducking else frame
        received = clips.slin(speech[i * 160 : i * 160 + 160] + echo.step(playing))
        before = time.perf_counter()
        if SpeechStarted() in ear.hear(received, playing):
            yield (i + 1) * 0.02 + time.perf_counter() - before
            ear.expect(1, REPLIES, during_prompt=True)


def understood(recognizer: Recognizer, model: SileroModel, loss: float, speech: float) -> dict[str, object]:
    """Return whose words are right to the letter, decoded with our echo and without it."""
    right = {True: 0, False: 0}
    calls = list(enumerate(itertools.product(CALLERS, DELAYS, VOICES)))
    for cancelled in right:
        for number, (text, delay, voice) in calls:
            ear = TurnDetector(recognizer, silero(model)(), ListeningSettings())
            if not cancelled:
                decode_all(ear)
            clip = clips.say(text, voice=voice, level=speech)
            words = interrupt(ear, number, Echo(loss, delay), clips.join(clips.silence(3.0), clip))
            right[cancelled] += words == text
    return {
        "return loss dB": loss, "caller dBFS": speech, "calls": len(calls),
        "right without echo": right[True], "right with echo": right[False],
    }  # fmt: skip


def decode_all(ear: TurnDetector) -> None:
    """Have the ear decode the line as it comes; only its gate still uses the canceller."""
    near_end = ear._near_end
    take_out = near_end.step

    def step(received: bytes | None, playing: bytes | None, *, learning: bool = True) -> bytes | None:
        take_out(received, playing, learning=learning)
        return received

    near_end.step = step  # type: ignore[method-assign]  # the only difference that is measured


def interrupt(ear: TurnDetector, number: int, echo: Echo, speech: clips.Samples) -> str:
    """Return what was understood of a caller at whose first words the prompt stops."""
    prompt = clips.frames(clips.slin(prompt_of(number, 3)))
    line = clips.join(speech, clips.silence(2.0))
    line = clips.mix(line, clips.noise(len(line) / clips.RATE, -58.0))
    ear.expect(1, REPLIES, during_prompt=True)
    for i in range(len(line) // 160):
        playing = prompt[i] if i < len(prompt) else None
        playing = duck(playing) if playing and ear.ducking else playing
        for event in ear.hear(clips.slin(line[i * 160 : i * 160 + 160] + echo.step(playing)), playing):
            if isinstance(event, Utterance):
                return event.text
            prompt = prompt[: i + 1]
            ear.expect(2, REPLIES, during_prompt=False)
    return ""


def samples(frame: bytes) -> clips.Samples:
    """Return a frame in full scale 1."""
    return np.frombuffer(frame, "<i2").astype(np.float32) / np.float32(32768)


def duck(frame: bytes) -> bytes:
    """Return the frame 12 dB lower, as the channel plays it on suspicion."""
    return (np.frombuffer(frame, "<i2") // 4).astype("<i2").tobytes()


if __name__ == "__main__":
    main()

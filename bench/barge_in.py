"""Barge-in: from the caller's first loud frame to SpeechStarted, and false alarms on our own echo.

Audio time plus the computing of the step; the channel adds its tick of 20 ms. Synthetic speech and echo.
"""

import itertools
import time

import numpy as np

from bench.report import percentile, publish
from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import SpeechStarted
from ivr.speech.ear import HAND_OVER_SECONDS
from ivr.speech.levels import level
from ivr.speech.listening import Listener
from ivr.speech.recognizers import Recognizer
from ivr.speech.vad import SileroModel, silero
from ivr.speech.vosk_recognizer import VoskRecognizer
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
REPLIES = Expecting(("oui", "non", "suite", "répéter", "un conseiller"))
LOUD = -40.0


def main() -> None:
    """Measure and publish."""
    recognizer, model = VoskRecognizer(clips.model_path()), SileroModel()
    rows = [measure(recognizer, model, loss, speech) for loss in (15, 25, 40) for speech in (-20, -26, -32)]
    publish("barge_in", rows)
    echoes = [
        listen_to_echo(recognizer, model, *line) for line in ((15, 0.0), (15, 3.0), (25, 0.0), (25, 3.0))
    ]
    publish("barge_in_echo", echoes)


def measure(recognizer: Recognizer, model: SileroModel, loss: float, speech: float) -> dict[str, object]:
    """Return the figures for one return loss and one caller's level (dBFS)."""
    latencies, missed, alarms, echoed = [], 0, 0, 0.0
    for number, (text, delay, voice) in enumerate(itertools.product(CALLERS, DELAYS, VOICES)):
        first = 3.0 + number % 7 * 0.3
        ear = Listener(recognizer, silero(model)(), ListeningSettings())
        ear.expect(1, REPLIES, during_prompt=True)
        prompt, received = scene(text, voice, speech, loss, delay, first, number)
        loud = first + onset(clips.say(text, voice=voice, level=speech))
        started = run(ear, received, prompt)
        echoed += first
        if started is None:
            missed += 1
        elif started < first:
            alarms += 1
        else:
            latencies.append((started - loud + HAND_OVER_SECONDS) * 1000)
    return {
        "return loss dB": loss, "caller dBFS": speech, "barge-ins": len(latencies), "missed": missed,
        "p50 ms": round(percentile(latencies, 50)), "p95 ms": round(percentile(latencies, 95)),
        "false on echo": alarms, "minutes of echo": round(echoed / 60, 1),
    }  # fmt: skip


def listen_to_echo(
    recognizer: Recognizer, model: SileroModel, loss: float, wobble: float
) -> dict[str, object]:
    """Return the false alarms of calls with our echo alone, its loss swaying by *wobble* dB."""
    alarms, ducked, heard = 0, 0, 0
    for number, delay in enumerate(DELAYS * 6):
        ear = Listener(recognizer, silero(model)(), ListeningSettings())
        ear.expect(1, REPLIES, during_prompt=True)
        prompt, received = scene("", "", 0.0, loss, delay, 0.0, number, prompts=6)
        sway = 10 ** (wobble / 20 * np.sin(np.arange(len(received)) / clips.RATE * 2 * np.pi * 0.3))
        for frame, playing in zip(
            clips.frames(clips.slin(received * sway)), clips.frames(clips.slin(prompt)), strict=True
        ):
            before = ear.ducking
            alarms += SpeechStarted() in ear.hear(frame, duck(playing) if before else playing)
            ducked += ear.ducking and not before
            heard += 1
    return {
        "return loss dB": loss, "sway dB": wobble, "minutes of echo": round(heard * 0.02 / 60, 1),
        "false barge-ins": alarms, "false duckings": ducked,
    }  # fmt: skip


def scene(
    text: str, voice: str, speech: float, loss: float, delay: float, first: float, seed: int, prompts: int = 3
) -> tuple[clips.Samples, clips.Samples]:
    """Return what we play, and its echo with noise and a caller who speaks at *first* seconds."""
    prompt = clips.join(*(clips.say(PROMPTS[(seed + i) % len(PROMPTS)], level=-17.0) for i in range(prompts)))
    late = clips.join(clips.silence(delay), prompt)[: len(prompt)]
    echo = np.convolve(late, (0.7, 0.5, -0.3, 0.2, -0.1))[: len(prompt)]
    echo *= np.sqrt(np.mean(late**2) / np.mean(echo**2)) * 10 ** (-loss / 20)
    caller = clips.silence(first)
    if text:
        caller = clips.join(caller, clips.say(text, voice=voice, level=speech))
    noise = clips.noise(len(prompt) / clips.RATE, -58.0, seed=seed)
    return prompt, clips.mix(echo.astype(np.float32), caller, noise)


def onset(speech: clips.Samples) -> float:
    """Return when the first loud frame of a clip begins, in seconds."""
    return next(i for i, f in enumerate(clips.frames(clips.slin(speech))) if level(f) > LOUD) * 0.02


def run(ear: Listener, received: clips.Samples, prompt: clips.Samples) -> float | None:
    """Return when SpeechStarted was posted, in seconds of audio plus the computing of its step."""
    played = clips.frames(clips.slin(prompt))
    for i, frame in enumerate(clips.frames(clips.slin(received))):
        before = time.perf_counter()
        playing = (
            duck(played[i]) if ear.ducking and i < len(played) else played[i] if i < len(played) else None
        )
        if SpeechStarted() in ear.hear(frame, playing):
            return (i + 1) * 0.02 + time.perf_counter() - before
    return None


def duck(frame: bytes) -> bytes:
    """Return the frame 12 dB lower, as the channel plays it on suspicion."""
    return (np.frombuffer(frame, "<i2") // 4).astype("<i2").tobytes()


if __name__ == "__main__":
    main()

"""Voice detectors compared on whole turns: what is missed, cut, or mistaken for speech, and what it costs.

Synthetic callers over line noise and babble; real recognition decides nothing here but the patience.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from bench.report import asked_for_quick, percentile, publish
from ivr.audio.levels import level
from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import SpeechStarted, Utterance
from ivr.speech.recognition.recognizers import Recognizer
from ivr.speech.recognition.turn_detector import TurnDetector
from ivr.speech.recognition.vad import EnergyVad, SileroModel, SileroVad, Vad
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.speech import clips

SENTENCES = (
    "oui",
    "non",
    "suite",
    "un conseiller",
    "je voudrais changer l'adresse mac de mon téléphone",
    "ma ligne ne marche plus depuis hier",
    "comment faire un renvoi d'appel",
    "je veux parler à quelqu'un",
)
VOICES = ("fr", "fr+f2", "fr+m3")
REPLIES = Expecting(("oui", "non", "suite", "un conseiller"))
SPEECH = -24.0
BEFORE, AFTER = 1.5, 2.5


class Open:
    """A gate that lets everything through: Silero hears every frame."""

    def step(self, frame: bytes, level: float) -> bool:
        return True


@dataclass(slots=True)
class Tally:
    """What became of the calls of one condition."""

    right: int = 0
    """Exactly one utterance, whose first and last words survived."""
    missed: int = 0
    split: int = 0
    early: int = 0
    """Speech noticed before there was any."""
    waits: list[float] = field(default_factory=list)
    """From the end of the speech to the end of the turn, in ms."""


def main() -> None:
    """Measure and publish."""
    quick = asked_for_quick(__doc__)
    recognizer, network = VoskRecognizer(clips.model_path()), SileroModel()
    detectors: dict[str, Callable[[], Vad]] = {
        "silero behind energy": lambda: SileroVad(network),
        "silero alone": lambda: SileroVad(network, Open()),
        "energy +9 dB": EnergyVad,
    }
    noisy = (("line", 15), ("line", 8), ("babble", 25), ("babble", 18))
    publish("listening", [
        measure(recognizer, name, make, noise, decibels)
        for noise, decibels in (("line", 35), *(() if quick else noisy))
        for name, make in detectors.items()
    ])  # fmt: skip
    publish("listening_noises", [
        false_starts(recognizer, name, make, noise, line)
        for noise, line in noises().items()
        for name, make in detectors.items()
    ])  # fmt: skip
    publish("listening_idle", [idle(name, make) for name, make in detectors.items()])


def measure(
    recognizer: Recognizer, name: str, make: Callable[[], Vad], noise: str, ratio: float
) -> dict[str, object]:
    """Return the figures of one detector in one noise, *ratio* decibels below the speech."""
    tally = Tally()
    for number, text in enumerate(SENTENCES * len(VOICES)):
        speech = clips.say(text, voice=VOICES[number // len(SENTENCES)], level=SPEECH)
        seconds = BEFORE + len(speech) / clips.RATE + AFTER
        background = (babble if noise == "babble" else clips.noise)(seconds, SPEECH - ratio, seed=number)
        talk(TurnDetector(recognizer, make(), ListeningSettings()), speech, background, tally)
    return {
        "noise": noise, "speech/noise dB": ratio, "detector": name, "turns": len(SENTENCES) * len(VOICES),
        "one utterance": tally.right, "missed": tally.missed, "split": tally.split,
        "started early": tally.early, "wait p50 ms": round(percentile(tally.waits or [0], 50)),
        "wait p95 ms": round(percentile(tally.waits or [0], 95)),
    }  # fmt: skip


def talk(ear: TurnDetector, speech: clips.Samples, background: clips.Samples, tally: Tally) -> None:
    """Play one turn to an ear that keeps listening."""
    end = BEFORE + len(speech) / clips.RATE
    ends: list[float] = []
    early = False
    line = clips.mix(background, clips.join(clips.silence(BEFORE), speech))
    ear.expect(0, REPLIES, during_prompt=False)
    for i, frame in enumerate(clips.frames(clips.slin(line))):
        now = (i + 1) * 0.02
        for event in ear.hear(frame, None):
            early |= isinstance(event, SpeechStarted) and now < BEFORE
            if isinstance(event, Utterance):
                ear.expect(i, REPLIES, during_prompt=False)
                if now > BEFORE:
                    ends.append(now)
    tally.early += early
    tally.missed += not ends
    tally.split += any(now < end for now in ends)
    tally.right += len(ends) == 1 and ends[0] >= end
    tally.waits += [(now - end) * 1000 for now in ends[-1:] if now >= end]


def babble(seconds: float, decibels: float, *, seed: int = 0) -> clips.Samples:
    """Return four voices that talk at once, far away."""
    mixed = clips.silence(seconds)
    for i, voice in enumerate(("fr+m1", "fr+f1", "fr+m7", "fr+f4")):
        text = " ".join(SENTENCES[(seed + i + j) % len(SENTENCES)] for j in range(len(SENTENCES)))
        mixed += np.resize(clips.say(text, voice=voice), len(mixed))
    return mixed * np.float32(10 ** (decibels / 20) / np.sqrt(np.mean(mixed**2)))


def noises() -> dict[str, clips.Samples]:
    """Return half a minute each of what is loud on a line and no voice."""
    seconds = 30.0
    times = np.arange(round(seconds * clips.RATE)) / clips.RATE
    keyed = (times % 0.6) < 0.3
    rng = np.random.default_rng(3)
    row, column = (
        rng.choice(tones, 50)[(times / 0.6).astype(int)] for tones in ((697, 852, 941), (1209, 1477))
    )
    dtmf = 0.1 * keyed * (np.sin(2 * np.pi * row * times) + np.sin(2 * np.pi * column * times))
    return {
        "keys (DTMF)": dtmf.astype(np.float32),
        "ringing tone": (0.1 * ((times % 5) < 1.5) * np.sin(2 * np.pi * 440 * times)).astype(np.float32),
        "mains hum": (0.05 * ((times % 4) < 2) * np.sin(2 * np.pi * 100 * times)).astype(np.float32),
        "puffs and knocks": clips.noise(seconds, -22.0) * ((times % 1.5) < 0.3).astype(np.float32),
    }


def false_starts(
    recognizer: Recognizer, name: str, make: Callable[[], Vad], noise: str, line: clips.Samples
) -> dict[str, object]:
    """Return how often the noise was taken for a caller."""
    ear = TurnDetector(recognizer, make(), ListeningSettings())
    starts, words = 0, 0
    ear.expect(0, REPLIES, during_prompt=False)
    for frame in clips.frames(clips.slin(line + clips.noise(len(line) / clips.RATE, -60.0))):
        for event in ear.hear(frame, None):
            starts += isinstance(event, SpeechStarted)
            if isinstance(event, Utterance):
                words += bool(event.hypotheses)
                ear.expect(0, REPLIES, during_prompt=False)
    return {
        "noise": noise, "detector": name, "seconds": round(len(line) / clips.RATE),
        "false starts": starts, "of them with words": words,
    }  # fmt: skip


def idle(name: str, make: Callable[[], Vad]) -> dict[str, object]:
    """Return the detector's computing per frame, in microseconds."""
    costs = {}
    for what, line in (
        ("quiet line", clips.noise(20, -55.0)),
        ("speech", np.resize(clips.say(SENTENCES[4]), 20 * clips.RATE)),
    ):
        vad = make()
        frames = [(frame, level(frame)) for frame in clips.frames(clips.slin(line))]
        began = time.process_time()
        for frame, loudness in frames:
            vad.step(frame, loudness)
        costs[what] = round((time.process_time() - began) / len(frames) * 1e6, 1)
    return {"detector": name, **{f"µs/frame, {what}": cost for what, cost in costs.items()}}


if __name__ == "__main__":
    main()

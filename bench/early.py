"""Early answers: how much sooner a turn ends when the words already decide, and whether that costs answers.

Synthetic callers of voices that no training has heard, some of whom pause in mid-sentence; audio time alone.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from bench.matching import read
from bench.report import asked_for_quick, percentile, publish
from ivr.call import knowledge as live
from ivr.config import ListeningSettings, load_settings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.behaviours.questions import COMMANDS
from ivr.dialogue.events import Utterance
from ivr.dialogue.ports import Context, Knowledge
from ivr.dialogue.understanding import Outcome, Understanding
from ivr.speech.recognition.recognizers import Recognizer
from ivr.speech.recognition.turn_detector import Decisive, TurnDetector
from ivr.speech.recognition.vad import SileroModel, silero
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.speech import clips

VOICES = ("fr+Hugo", "fr+pablo")
SPEECH, NOISE = -24.0, -60.0
BEFORE, AFTER = 0.6, 2.5
PAUSES = (0.45, 0.6)
"""Longer than what decisive words wait for, shorter than what others do."""
AFTER_NON = 0.35
"""Shorter than what a finished « non » waits for."""
QUESTION = Expecting(COMMANDS)


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance as it comes over the line."""

    expected: str
    audio: bytes
    ends: float
    """Seconds until the last sound."""


@dataclass(slots=True)
class Tally:
    """What became of the turns of one condition."""

    turns: int = 0
    helped: int = 0
    cut: int = 0
    """Ended before the caller had."""
    waits: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and publish."""
    quick = asked_for_quick(__doc__)
    knowledge = live.open_publisher(load_settings()).current
    hear = partial(listen, VoskRecognizer(clips.model_path()), SileroModel())
    utterances = [each for each in read() if each[0] != "none"][:: 30 if quick else 5]
    conditions: dict[str, Callable[[], Iterator[Turn]]] = {
        "in one go": partial(in_one_go, utterances),
        "with a pause": partial(with_a_pause, utterances),
        "non… c'est pour": partial(corrections, knowledge),
    }
    publish("early", [
        measure(knowledge, hear, condition, make(), early=early)
        for condition, make in conditions.items()
        for early in (False, True)
    ])  # fmt: skip


def in_one_go(utterances: list[tuple[str, str]]) -> Iterator[Turn]:
    """Every utterance as it is."""
    for number, (expected, text) in enumerate(utterances):
        yield turn(expected, spoken(text, number), number)


def with_a_pause(utterances: list[tuple[str, str]]) -> Iterator[Turn]:
    """Every utterance of several words, its caller taking breath somewhere in it."""
    draw = random.Random(7)
    for number, (expected, text) in enumerate(utterances):
        words = [word for word in text.split() if any(map(str.isalnum, word))]
        if len(words) > 2:
            place = draw.randrange(1, len(words))
            speech = broken(words[:place], words[place:], draw.choice(PAUSES), number)
            yield turn(expected, speech, number)


def corrections(knowledge: Knowledge) -> Iterator[Turn]:
    """« Non… c'est pour »: the shortest of pauses, after what would be a reply."""
    for number, intent in enumerate(knowledge.intents()):
        words = ["c'est", "pour", knowledge.answer(intent).label]
        yield turn(intent, broken(["non"], words, AFTER_NON, number), number)


def broken(first: list[str], second: list[str], pause: float, number: int) -> clips.Samples:
    """Return words with a pause between them."""
    halves = (spoken(" ".join(part), number) for part in (first, second))
    return clips.join(next(halves), clips.silence(pause), next(halves))


def spoken(text: str, number: int) -> clips.Samples:
    """Return *text* in one of the voices."""
    return clips.say(text, voice=VOICES[number % len(VOICES)], level=SPEECH)


def turn(expected: str, speech: clips.Samples, number: int) -> Turn:
    """Return the line's audio, with silence on both sides."""
    seconds = BEFORE + len(speech) / clips.RATE + AFTER
    line = clips.mix(clips.noise(seconds, NOISE, seed=number), clips.join(clips.silence(BEFORE), speech))
    return Turn(expected, clips.slin(line), seconds - AFTER)


def measure(
    knowledge: Knowledge,
    hear: Callable[[Decisive, Turn], tuple[float, Utterance] | None],
    condition: str,
    turns: Iterator[Turn],
    *,
    early: bool,
) -> dict[str, object]:
    """Return the figures of one condition; nothing is decisive unless *early*."""
    tally = Tally()
    decides = live.decisive(lambda: knowledge) if early else (lambda text: False)
    for each in turns:
        tally.turns += 1
        heard = hear(decides, each)
        if heard is None:
            continue
        ended, utterance = heard
        understood = knowledge.understand(utterance.hypotheses, utterance.closed, Context())
        tally.helped += helps(understood, each.expected)
        tally.cut += ended < each.ends
        if ended >= each.ends:
            tally.waits.append(1000 * (ended - each.ends))
    waits = tally.waits or [0.0]
    return {
        "caller": condition, "early answers": "yes" if early else "no", "turns": tally.turns,
        "helped": tally.helped, "cut": tally.cut, "wait mean ms": round(sum(waits) / len(waits)),
        "wait p50 ms": round(percentile(waits, 50)), "wait p95 ms": round(percentile(waits, 95)),
    }  # fmt: skip


def listen(
    recognizer: Recognizer, network: SileroModel, decides: Decisive, each: Turn
) -> tuple[float, Utterance] | None:
    """Return the first utterance heard and when its end was noticed."""
    ear = TurnDetector(recognizer, silero(network)(), ListeningSettings(), decides)
    ear.expect(1, QUESTION, during_prompt=False)
    for number, frame in enumerate(clips.frames(each.audio), 1):
        for event in ear.hear(frame, None):
            if isinstance(event, Utterance):
                return number * 0.02, event
    return None


def helps(understood: Understanding, expected: str) -> bool:
    """Whether the caller gets what he wants: the command, or an answer, confirmation or choice with it."""
    if understood.command:
        return str(understood.command) == expected
    found = {candidate.intent for candidate in understood.intents}
    return understood.outcome is not Outcome.REJECT and set(expected.split("+")) <= found


if __name__ == "__main__":
    main()

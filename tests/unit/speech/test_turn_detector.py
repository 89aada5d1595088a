"""Turns of one caller, with a scripted recogniser and a detector of loudness."""

from collections.abc import Callable

import pytest

from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Event, SpeechStarted, Utterance
from ivr.speech.recognition.turn_detector import TurnDetector
from tests.unit.speech.fakes import LOUD, QUIET, LoudVad, ScriptedRecognizer

pytestmark = pytest.mark.unit

SPEECH = [LOUD] * 40
SILENCE = [QUIET] * 100


def listener(
    recognizer: ScriptedRecognizer | None = None, decisive: Callable[[str], bool] = lambda text: False
) -> TurnDetector:
    return TurnDetector(recognizer or ScriptedRecognizer("bonjour"), LoudVad(), ListeningSettings(), decisive)


def hear(ear: TurnDetector, frames: list[bytes], playing: bytes | None = None) -> list[Event]:
    return [event for frame in frames for event in ear.hear(frame, playing)]


def test_a_turn_is_a_start_and_one_utterance() -> None:
    """Speech then silence: SpeechStarted, then the words with the turn's number and length, then deaf."""
    ear = listener()
    ear.expect(7, Expecting(), during_prompt=False)
    started, utterance = hear(ear, SPEECH + SILENCE)
    assert started == SpeechStarted()
    assert isinstance(utterance, Utterance)
    assert (utterance.turn, utterance.text) == (7, "bonjour")
    assert utterance.seconds == pytest.approx(0.8, abs=0.05)
    assert hear(ear, SPEECH + SILENCE) == []


def test_an_utterance_carries_its_sound_if_it_may() -> None:
    """From before the first syllable to the silence after the last; nothing unless it was asked for."""
    for wanted in (True, False):
        recognizer = ScriptedRecognizer("bonjour")
        ear = TurnDetector(recognizer, LoudVad(), ListeningSettings(), with_sound=wanted)
        ear.expect(1, Expecting(), during_prompt=False)
        *_, utterance = hear(ear, SILENCE + SPEECH + SILENCE)
        assert isinstance(utterance, Utterance)
        assert bool(utterance.sound) is wanted
        if wanted:
            assert utterance.sound.count(LOUD) == len(SPEECH)
            assert utterance.sound.startswith(QUIET)
            assert utterance.sound.endswith(QUIET)


def test_the_first_syllable_survives() -> None:
    """What is decoded begins 300 ms before the first voiced step."""
    recognizer = ScriptedRecognizer("bonjour")
    ear = listener(recognizer)
    ear.expect(1, Expecting(), during_prompt=False)
    hear(ear, SILENCE + SPEECH + SILENCE)
    (utterance,) = recognizer.made[0].utterances
    assert utterance.index(LOUD) >= 320 * 15


def test_noise_without_words_is_an_empty_utterance() -> None:
    """A cough ends the turn too: the dialogue never waits for ever."""
    ear = listener(ScriptedRecognizer(""))
    ear.expect(1, Expecting(), during_prompt=False)
    assert hear(ear, SPEECH + SILENCE) == [
        SpeechStarted(),
        Utterance(1, (), None, pytest.approx(0.8, abs=0.05)),
    ]


YES_NO = Expecting(("oui", "non"))


def test_a_reply_too_short_to_be_noticed_is_noticed_by_its_words() -> None:
    """« Oui » of a tenth of a second opens the turn and ends it, first sound included."""
    recognizer = ScriptedRecognizer("oui", "oui")
    ear = listener(recognizer)
    ear.expect(3, YES_NO, during_prompt=False)
    started, utterance = hear(ear, SILENCE + [LOUD] * 5 + SILENCE)
    assert started == SpeechStarted()
    assert isinstance(utterance, Utterance)
    assert utterance.closed is not None
    assert utterance.closed.text == "oui"


@pytest.mark.parametrize("reply", [ScriptedRecognizer("bonjour"), ScriptedRecognizer("oui", "oui", 0.3)])
def test_a_short_sound_that_is_no_reply_opens_no_turn(reply: ScriptedRecognizer) -> None:
    """A click, whatever free decoding makes of it, or a reply that is not sure: silence for the dialogue."""
    ear = listener(reply)
    ear.expect(3, YES_NO, during_prompt=False)
    assert hear(ear, SILENCE + [LOUD] * 5 + SILENCE) == []
    started, utterance = hear(ear, SPEECH + SILENCE)
    assert isinstance(started, SpeechStarted)
    assert isinstance(utterance, Utterance)


def test_deaf_until_expected() -> None:
    """Before a turn, and while a prompt must not be interrupted, nothing is reported."""
    ear = listener()
    assert hear(ear, SPEECH + SILENCE) == []
    ear.expect(1, Expecting(), during_prompt=True)
    ear.ignore()
    assert hear(ear, SPEECH, LOUD) == []
    assert not ear.ducking


def test_missing_frames_are_silence() -> None:
    """A far end that stops sending ends the turn like a caller who stops speaking."""
    ear = listener()
    ear.expect(1, Expecting(), during_prompt=False)
    hear(ear, SPEECH)
    events = [event for _ in range(100) for event in ear.hear(None, None)]
    assert [type(event) for event in events] == [Utterance]


def test_a_barge_in_goes_on_as_the_answer() -> None:
    """The caller speaks over the prompt; the words belong to the turn opened by the dialogue meanwhile."""
    ear = listener()
    ear.expect(1, Expecting(), during_prompt=True)
    ducked = []
    events: list[Event] = []
    for _ in range(20):
        events += ear.hear(LOUD, LOUD)
        ducked.append(ear.ducking)
    assert events == [SpeechStarted()]
    assert ducked.index(True) == 7
    ear.expect(2, Expecting(), during_prompt=False)
    assert not ear.ducking
    (utterance,) = hear(ear, SPEECH + SILENCE)
    assert isinstance(utterance, Utterance)
    assert (utterance.turn, utterance.text) == (2, "bonjour")
    assert utterance.seconds == pytest.approx(1.2, abs=0.1)


def test_echo_is_no_barge_in() -> None:
    """Our own prompt, come back 18 dB weaker, changes nothing."""
    echo = b"\x00\x04" * 160
    recognizer = ScriptedRecognizer("bonjour")
    ear = listener(recognizer)
    ear.expect(1, Expecting(), during_prompt=True)
    assert hear(ear, [echo] * 500, LOUD) == []
    assert recognizer.made == []


def test_a_suspicion_not_confirmed_is_undone() -> None:
    """A cough over the prompt ducks it, then the prompt comes back; the words are forgotten."""
    ear = listener(ScriptedRecognizer(""))
    ear.expect(1, Expecting(), during_prompt=True)
    hear(ear, [LOUD] * 9, LOUD)
    assert ear.ducking
    assert hear(ear, [QUIET] * 60, LOUD) == []
    assert not ear.ducking


def test_speech_at_the_end_of_a_prompt_counts() -> None:
    """Suspected while the prompt ended: the caller is heard without having to start again."""
    ear = listener()
    ear.expect(1, Expecting(), during_prompt=True)
    hear(ear, [LOUD] * 8, LOUD)
    assert ear.ducking
    ear.expect(1, Expecting(), during_prompt=False)
    events = hear(ear, SPEECH + SILENCE)
    assert [type(event) for event in events] == [SpeechStarted, Utterance]


def test_a_new_prompt_forgets_the_utterance_under_way() -> None:
    """The dialogue that speaks again has given up on it."""
    ear = listener()
    ear.expect(1, Expecting(), during_prompt=False)
    hear(ear, SPEECH)
    ear.expect(2, Expecting(), during_prompt=True)
    assert hear(ear, SILENCE) == []


def test_decisive_words_shorten_the_wait() -> None:
    """The dialogue's predicate ends the turn sooner than an ordinary pause."""
    patient, eager = listener(), listener(decisive=lambda text: text == "bonjour")
    waits = []
    for ear in (patient, eager):
        ear.expect(1, Expecting(), during_prompt=False)
        hear(ear, SPEECH)
        waits.append(next(i for i in range(200) if ear.hear(QUIET, None)))
    assert waits[1] < waits[0] - 10


def test_who_dictates_a_number_may_pause() -> None:
    """Nothing decides his turn before it ends; its end comes later."""
    waits = []
    for expecting in (Expecting(), Expecting(("zéro", "six"), open=False)):
        ear = listener(decisive=lambda text: True)
        ear.expect(1, expecting, during_prompt=False)
        hear(ear, SPEECH)
        waits.append(next(i for i in range(200) if ear.hear(QUIET, None)))
    assert waits[1] > waits[0] + 40

"""The turns of one caller: frames and expectations in, events out.

Synchronous and without a clock: everything is counted in the frames heard.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from ivr.audio.levels import Foreground, level
from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Event, SpeechStarted, Utterance
from ivr.speech.recognition.barge_in import BargeIn, EchoGate, Verdict
from ivr.speech.recognition.endpointing import (
    LOOK_BACK,
    STEP_SECONDS,
    Brief,
    Endpointer,
    Onset,
    Patience,
    steps,
)
from ivr.speech.recognition.near_end import NearEnd
from ivr.speech.recognition.recognizers import Recognizer
from ivr.speech.recognition.utterance_decoder import UtteranceDecoder
from ivr.speech.recognition.vad import EnergyVad, Vad

Decisive = Callable[[str], bool]
"""Whether the words heard so far can be answered without waiting for more."""

_ONSET_WINDOW = 12
_HINT = 4
"""Steps of the window, voiced or louder than the background, at which a short reply is listened for."""
_LOUDER, _LOUDER_THAN = 10.0, -50.0
"""Decibels above the background, and dBFS, at which a step is loud enough for that."""
DICTATING = 0.6
"""Seconds more that who dictates a number may pause, before it is taken for his turn's end."""
_ASK = steps(0.2)
"""Steps of silence after which it is worth asking the decoders what they understood."""
_AHEAD = steps(0.08)
"""Steps before the end of a turn at which its words are made ready."""
_NOTHING_SAID = bytes(320)
_BEFORE_START = 8 * STEP_SECONDS
"""Seconds of speech it took to notice it."""


class TurnDetector:
    """Detects the utterances of one call. Used by one thread at a time."""

    def __init__(
        self,
        recognizer: Recognizer,
        vad: Vad,
        settings: ListeningSettings,
        decisive: Decisive = lambda text: False,
        *,
        with_sound: bool = False,
    ) -> None:
        """*with_sound*: utterances carry what was said as well as the words."""
        self._vad = vad
        self._gate = EchoGate(settings.echo_margin)
        self._near_end = NearEnd()
        self._barge_in = BargeIn()
        self._onset = Onset(window=_ONSET_WINDOW)
        self._louder = EnergyVad(above=_LOUDER, least=_LOUDER_THAN)
        self._hint = Onset(_HINT, _ONSET_WINDOW)
        self._brief: Brief | None = None
        self._hearing = UtteranceDecoder(recognizer)
        self._patience = Patience(
            ordinary=settings.end_of_turn,
            reply=settings.end_of_reply,
            unfinished=settings.end_of_turn + 0.5,
            longest=settings.longest_utterance,
        )
        self._slower = _dictating(self._patience)
        self._dictating = False
        self._ordinary = steps(self._patience.ordinary)
        self._decisive = decisive
        self._with_sound = with_sound
        self._ring: deque[bytes] = deque(maxlen=LOOK_BACK + _ONSET_WINDOW)
        self._during_prompt = False
        self._utterance: Endpointer | None = None
        self._foreground = Foreground()
        self.turn: int | None = None
        """The dialogue's turn we listen for; None: deaf."""
        self.ducking = False

    def expect(self, turn: int, expecting: Expecting, *, during_prompt: bool) -> None:
        """Listen for *turn*. Speech that has barged in goes on as the answer to it."""
        if during_prompt:
            self._forget()
        self.turn = turn
        self._during_prompt = during_prompt
        self.ducking = False
        self._dictating = not expecting.open
        self._hearing.expect(expecting)

    def ignore(self) -> None:
        """Be deaf until the next ``expect``."""
        self._forget()
        self.turn = None

    def close(self) -> None:
        """Give the decoders back at once, whoever still holds the ear; they are megabytes."""
        self.ignore()
        self._hearing.close()

    def hear(self, received: bytes | None, playing: bytes | None) -> tuple[Event, ...]:
        """Take one step of 20 ms; return what happened."""
        learning = self._utterance is None
        loudness = level(received)
        voiced = self._vad.step(received or _NOTHING_SAID, loudness)
        passes = self._gate.step(loudness, level(playing), learning=learning)
        frame = self._near_end.step(received, playing, learning=learning) or _NOTHING_SAID
        if self._near_end.passes is not None:
            passes = self._near_end.passes
        self._ring.append(frame)
        if self.turn is None:
            return ()
        if self._utterance is not None:
            near = self._foreground.step(loudness)
            return self._follow(self.turn, self._utterance, frame, voiced and near)
        if self._during_prompt or self._barge_in.verdict is Verdict.SUSPICION:
            return self._suspect(frame, voiced and passes)
        louder = self._louder.step(frame, loudness)
        return self._notice(frame, voiced and passes, louder and passes)

    def _notice(self, frame: bytes, voiced: bool, louder: bool) -> tuple[Event, ...]:
        """While nobody speaks: a voice, or something as short as « oui », which only its words tell."""
        if self._onset.step(voiced):
            return self._begin()
        if self._brief is None:
            if self._hint.step(voiced or louder):
                self._brief = Brief()
                self._hearing.begin(b"".join(self._ring))
            return ()
        self._hearing.feed(frame, self._brief.step(voiced or louder))
        if self._brief.asking and self._hearing.is_reply():
            return self._start(self._brief)
        if self._brief.over:
            self._forget()
        return ()

    def _suspect(self, frame: bytes, voiced: bool) -> tuple[Event, ...]:
        """While we play: the caller, or our echo?"""
        before = self._barge_in.verdict
        words = before is Verdict.SUSPICION and bool(self._hearing.heard.text)
        verdict = self._barge_in.step(voiced, words)
        self.ducking = verdict is not Verdict.NOTHING and self._during_prompt
        if before is Verdict.NOTHING:
            if verdict is Verdict.SUSPICION:
                self._hearing.begin(b"".join(self._ring))
            return ()
        self._hearing.feed(frame, 0)
        if verdict is Verdict.NOTHING:
            self._hearing.drop()
        if verdict is not Verdict.CONFIRMED:
            return ()
        self._gate.forget()
        self._near_end.forget()
        return self._start()

    def _begin(self) -> tuple[Event, ...]:
        self._hearing.begin(b"".join(self._ring))
        return self._start()

    def _start(self, brief: Brief | None = None) -> tuple[Event, ...]:
        if self._dictating:  # digits come in pairs, with pauses; and no question may cut them short
            self._utterance = Endpointer(self._slower)
        else:
            self._utterance = Endpointer(self._patience, self._decisive)
        if brief:
            self._utterance.length, self._utterance.silence = brief.length, brief.silence
        self._foreground = Foreground()
        self._barge_in.reset()
        self._attend()
        return (SpeechStarted(self.turn),)

    def _follow(self, turn: int, utterance: Endpointer, frame: bytes, voiced: bool) -> tuple[Event, ...]:
        """Within an utterance: has it ended?"""
        asking = utterance.silence >= _ASK or utterance.length % _ASK == 0
        ended = utterance.step(voiced, self._hearing.heard if asking else utterance.heard)
        self._hearing.feed(frame, utterance.silence)
        if not ended:
            if utterance.silence >= min(utterance.limit, self._ordinary) - _AHEAD:
                self._hearing.conclude()
            return ()
        sound = self._hearing.audio if self._with_sound else b""
        readings, closed = self._hearing.finish()
        self._forget()
        self.turn = None
        return (Utterance(turn, readings, closed, utterance.spoken + _BEFORE_START, sound),)

    def _forget(self) -> None:
        self._hearing.drop()
        self._utterance = None
        self._barge_in.reset()
        self._attend()
        self.ducking = False

    def _attend(self) -> None:
        self._onset.reset()
        self._hint.reset()
        self._brief = None


def _dictating(patience: Patience) -> Patience:
    """Return *patience* with who dictates a number."""
    longer, longest = patience.ordinary + DICTATING, patience.unfinished + DICTATING
    return replace(patience, ordinary=longer, unfinished=longest)

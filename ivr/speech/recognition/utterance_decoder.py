"""The utterance under way, decoded freely and by the closed grammar at once.

Decides nothing about turns: it is told how long the caller has been silent.
"""

import math
from collections import deque
from dataclasses import replace

from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Hypothesis
from ivr.french.phone import hear_number, is_dictation
from ivr.speech.recognition.endpointing import LOOK_BACK, Heard, steps
from ivr.speech.recognition.recognizers import UNKNOWN, Decoder, Recognizer

CONFIDENT = 0.6
"""Probability, among all that was heard instead, that a reply needs to be believed."""
CONFIDENT_TO_LEAVE = 0.8
"""The same for a reply that ends the conversation: a mistake cannot be put right."""
FOREIGN, FEWEST_WORDS = -0.5, 6
"""Support, in nats a word, below which what was said is nothing that the language model knows; a short
utterance is taken for one of so many words: one word says too little to be dropped unheard."""

_LEAVING = frozenset({"conseiller", "au revoir"})
_CALIBRATION = (-0.58, 0.33, 0.68)
"""Log-odds that a word is right: constant, per log-odds of its share of the readings, per nat of support a
word. Fitted on 128 utterances of people and 128 of synthetic callers in noise: `bench/README.md`."""
_MOST_SUPPORT = 5.0
_FLUSH_AFTER = steps(0.2)
_FLUSH = steps(0.4)
_FLUSH_AUDIO = bytes(320 * _FLUSH)


Understood = tuple[tuple[Hypothesis, ...], Hypothesis | None]
"""The readings, best first, and the reply that the closed grammar heard. Where any number of its phrases is
expected (digits), its readings come first and free ones follow, so that a request for an agent is not parsed
as digits."""


class UtteranceDecoder:
    """Decodes the utterances of one call, one after the other. Used by one thread at a time."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._free: Decoder | None = None
        self._closed: Decoder | None = None
        self._closed_phrases: tuple[str, ...] = ()
        self._in_a_row = False
        self._expecting = Expecting()
        self._audio = bytearray()
        self._ahead = 0
        self._skipped: deque[bytes] = deque(maxlen=LOOK_BACK)
        self._concluded: Understood | None = None

    def expect(self, expecting: Expecting) -> None:
        """Decode for this turn; what was said of an utterance already begun is decoded again if need be."""
        self._expecting = expecting
        if self._audio:
            self._take_up()
            self._prepare(bytes(self._audio))

    def begin(self, audio: bytes) -> None:
        """Begin an utterance with what was said before it was noticed."""
        self.drop()
        self._prepare(b"")
        self._audio += audio
        self._decode(audio)

    def feed(self, frame: bytes, silence: int) -> None:
        """Decode one more frame, *silence* steps after the last speech.

        Decoders lag by their look-ahead. To know every word before the turn may end, a pause is decoded in
        advance: silence is made up, and as much of the real one is skipped unless the caller goes on.
        """
        self._audio += frame
        if self._concluded:
            if not silence:
                self._take_up()
        elif silence == _FLUSH_AFTER:
            self._decode(frame + _FLUSH_AUDIO)
            self._ahead = _FLUSH
        elif self._ahead and silence:
            self._ahead -= 1
            self._skipped.append(frame)
        elif self._skipped:
            resumed = b"".join(self._skipped) if self._ahead else b""
            self._forget_pause()
            self._decode(resumed + frame)
        else:
            self._decode(frame)

    @property
    def audio(self) -> bytes:
        """The utterance so far, and the silence around it."""
        return bytes(self._audio)

    @property
    def heard(self) -> Heard:
        """What was understood so far."""
        if self._concluded:
            readings, reply = self._concluded
            return Heard(
                readings[0].text if readings else "", reply is not None and reply.text in self._expected
            )
        free = self._free.partial if self._free else ""
        closed = self._closed.partial if self._closed else free
        text = _known(free if self._expecting.open else closed)
        if not self._expecting.open and is_dictation(text):
            complete = hear_number(text) is not None
            return Heard(text, finished=complete, unfinished=bool(text) and not complete)
        return Heard(text, closed in self._expected and _agree(text, closed))

    def conclude(self) -> None:
        """Take the pause for the end: the words are ready when it is one.

        Partial results may also hide the last word, until it cannot go on. If the caller goes on all the
        same, everything is decoded again.
        """
        if self._concluded is None:
            self._concluded = self._finish()
            self._forget_pause()

    def is_reply(self) -> bool:
        """Whether what was said is a reply for sure, as far as can be told now."""
        if self.heard.finished:
            self.conclude()
        return self.heard.finished

    def finish(self) -> Understood:
        """End the utterance and return what was understood."""
        understood = self._concluded or self._finish()
        self._forget()
        return understood

    def drop(self) -> None:
        """Forget the utterance."""
        if self._audio and not self._concluded:
            for decoder in (self._free, self._closed):
                if decoder:
                    decoder.reset()
        self._forget()

    def close(self) -> None:
        """Let the decoders go; new ones are made if it is used again."""
        self._forget()
        self._free = self._closed = None
        self._closed_phrases = ()

    def _finish(self) -> Understood:
        closed = self._closed.finish() if self._closed else ()
        heard = self._free.finish() if self._free else ()
        support = self._support(closed)
        free = () if _is_foreign(heard, support) else _strip(calibrated(heard, support))
        best = next(iter(closed if self._closed else free), None)
        readings = free if self._expecting.open else (*_strip(closed), *free)
        # The grammar also lets through parts of its phrases, which are no reply.
        if best is None or best.text not in self._expected:
            return readings, None
        confidence = best.confidence * self._share(best.text, heard)
        needed = CONFIDENT_TO_LEAVE if best.text in _LEAVING else CONFIDENT
        if confidence < needed or not _agree(_known(heard[0].text) if heard else "", best.text):
            return readings, None
        return readings, replace(best, confidence=confidence)

    def _support(self, closed: tuple[Hypothesis, ...]) -> float | None:
        """Return how much likelier the free reading is than sounds of any kind, in nats; None if unknown.

        Where the closed grammar hears no phrase of its own it is a loop of phones, and decoded the same.
        """
        if not (self._closed and self._free and closed and UNKNOWN in closed[0].text.split()):
            return None
        words, sounds = self._free.likelihood, self._closed.likelihood
        return None if words is None or sounds is None else words - sounds

    def _share(self, reply: str, free: tuple[Hypothesis, ...]) -> float:
        """Return the probability of the *reply* against what free decoding heard instead."""
        if not (self._closed and self._free and free) or free[0].text == reply:
            return 1.0
        for_it, against = self._closed.likelihood, self._free.likelihood
        return 1.0 if for_it is None or against is None else 1 / (1 + math.exp(min(50.0, against - for_it)))

    def _take_up(self) -> None:
        """Undo a conclusion."""
        if self._concluded:
            self._concluded = None
            self._decode(bytes(self._audio))

    def _prepare(self, said: bytes) -> None:
        """Have the decoders that the turn needs; new ones are given what was *said*."""
        phrases, in_a_row = self._expecting.phrases, not self._expecting.open
        if (phrases, in_a_row) != (self._closed_phrases, self._in_a_row):
            self._closed_phrases, self._in_a_row = phrases, in_a_row
            self._closed = self._recognizer.closed(phrases, in_a_row=in_a_row) if phrases else None
            if self._closed and said:
                self._closed.feed(said)
        if self._free is None:
            self._free = self._recognizer.open()
            if said:
                self._free.feed(said)

    def _decode(self, audio: bytes) -> None:
        for decoder in (self._free, self._closed):
            if decoder:
                decoder.feed(audio)

    def _forget_pause(self) -> None:
        self._ahead = 0
        self._skipped.clear()

    def _forget(self) -> None:
        self._audio.clear()
        self._concluded = None
        self._forget_pause()

    @property
    def _expected(self) -> frozenset[str]:
        return frozenset(phrase.lower().replace("’", "'") for phrase in self._closed_phrases)


def calibrated(readings: tuple[Hypothesis, ...], support: float | None) -> tuple[Hypothesis, ...]:
    """Turn the words' shares of the readings into probabilities that they were said.

    Among ten readings that are all wrong a word may well have all the share; *support*, of the best reading,
    tells. Without it the shares stay.
    """
    if support is None or not readings:
        return readings
    each = support / max(1, len(readings[0].words))
    lift = _CALIBRATION[0] + _CALIBRATION[2] * min(_MOST_SUPPORT, max(-_MOST_SUPPORT, each))

    def sure(share: float) -> float:
        kept = min(0.98, max(0.02, share))
        return 1 / (1 + math.exp(-lift - _CALIBRATION[1] * math.log(kept / (1 - kept))))

    return tuple(
        replace(
            reading, words=tuple(replace(word, confidence=sure(word.confidence)) for word in reading.words)
        )
        for reading in readings
    )


def _is_foreign(heard: tuple[Hypothesis, ...], support: float | None) -> bool:
    """Whether what was said has no words for us: the best reading has none, or any sounds are likelier.

    The language model finds the digits of a number unlikely, whoever says them: they are none of it.
    """
    if not heard:
        return False
    words = _known(heard[0].text).split()
    if not words:
        return True
    if support is None or is_dictation(" ".join(words)):
        return False
    return support < FOREIGN * max(FEWEST_WORDS, len(words))


def _known(text: str) -> str:
    return " ".join(word for word in text.split() if word != UNKNOWN)


def _strip(readings: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    """Leave out the words that are none, and be the less confident for it."""
    stripped = []
    for reading in readings:
        words = reading.text.split()
        if known := _known(reading.text):
            share = len(known.split()) / len(words)
            kept = tuple(word for word in reading.words if word.text != UNKNOWN)
            stripped.append(Hypothesis(known, reading.confidence * share, kept))
    return tuple(stripped)


def _agree(free: str, closed: str) -> bool:
    """Whether free decoding heard about as many words; far more are a sentence, not a reply."""
    return len(free.split()) <= len(closed.split()) + 2

"""The recogniser made of Vosk and a model folder.

The only module that imports vosk. The model's path is always explicit: without one Vosk goes to the network.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import soxr
import structlog
import vosk

from ivr.dialogue.events import Hypothesis, Word
from ivr.errors import EngineError
from ivr.speech.recognition import vosk_result
from ivr.speech.recognition.model_folder import REMEDY, can_be_restricted, check_folder
from ivr.speech.recognition.recognizers import LINE_RATE, UNKNOWN, Decoder, Transcript

log = structlog.get_logger()

_QUIET = -3
"""Not even Kaldi's warnings: what matters comes as an exception."""
_CHUNK_SECONDS = 0.25
_ROW, _STRIDES = 5, (1, 7, 31)
"""Phrases in a row: the five pairs of a telephone number; and which of the others follow each."""
_READINGS = 10
"""Alternatives asked of Vosk whatever the limit: the confidences are shares among them."""


class VoskRecognizer:
    """One model folder, loaded once per process; safe for many threads."""

    def __init__(self, path: Path, *, alternatives: int = 5) -> None:
        """Load the model.

        Raises:
            EngineError: naming what is missing or wrong, and the remedy.
        """
        self.path = path
        self.alternatives = alternatives
        self.sample_rate = check_folder(path)
        self._can_be_restricted = can_be_restricted(path)
        vosk.SetLogLevel(_QUIET)
        try:
            self._model = vosk.Model(model_path=str(path))
            # A broken graph shows only here.
            vosk.KaldiRecognizer(self._model, self.sample_rate)
        except Exception as error:  # vosk raises nothing more precise
            raise EngineError(
                f"{path}: Vosk cannot load this model ({str(error).lower()}): it is damaged or of another "
                f"format; {REMEDY}"
            ) from None

    def open(self) -> Decoder:
        return _VoskDecoder(self._engine, self.sample_rate, self.alternatives)

    def closed(self, phrases: tuple[str, ...], *, in_a_row: bool = False) -> Decoder | None:
        known = [_spell(phrase) for phrase in phrases if self._knows(phrase)]
        if not known or not self._can_be_restricted:
            return None
        sentences = [*known, *(rows_of(known) if in_a_row else ()), UNKNOWN]
        # Vosk's JSON reader does not decode \u escapes and would drop every accented word.
        grammar = json.dumps(sentences, ensure_ascii=False)
        return _VoskDecoder(partial(self._engine, grammar), self.sample_rate, self.alternatives)

    def transcribe(self, audio: bytes, rate: int) -> Transcript:
        engine = vosk.KaldiRecognizer(self._model, self.sample_rate)
        engine.SetWords(True)
        samples = np.frombuffer(audio, dtype="<i2")
        if rate != self.sample_rate:
            samples = soxr.resample(samples, rate, self.sample_rate)
        step = int(self.sample_rate * _CHUNK_SECONDS)
        words: list[Word] = []
        for begin in range(0, len(samples), step):
            if engine.AcceptWaveform(samples[begin : begin + step].tobytes()):
                words += _words_of(engine.Result())
        words += _words_of(engine.FinalResult())
        words = [word for word in words if word.text != UNKNOWN]
        return Transcript(" ".join(word.text for word in words), tuple(words))

    def knows_word(self, word: str) -> bool:
        """Return whether the model's vocabulary has this word."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def _engine(self, *grammar: str) -> vosk.KaldiRecognizer:
        engine = vosk.KaldiRecognizer(self._model, self.sample_rate, *grammar)
        engine.SetWords(True)
        engine.SetMaxAlternatives(max(_READINGS, self.alternatives))
        return engine

    def _knows(self, phrase: str) -> bool:
        missing = [word for word in _spell(phrase).split() if not self.knows_word(word)]
        if missing and (self.path, phrase) not in _reported:
            _reported.add((self.path, phrase))
            log.warning("recognition.phrase_unknown", phrase=phrase, words=missing, model=self.path.name)
        return not missing


class _VoskDecoder:
    """One Vosk recogniser and the resampler in front of it."""

    def __init__(self, make: Callable[[], vosk.KaldiRecognizer], model_rate: int, alternatives: int) -> None:
        self._make = make
        self._engine = make()
        self._alternatives = alternatives
        self.likelihood: float | None = None
        self._resampler = (
            None if model_rate == LINE_RATE else soxr.ResampleStream(LINE_RATE, model_rate, 1, dtype="int16")
        )

    def feed(self, audio: bytes) -> None:
        # Vosk's own idea of the end of speech (the return value) is ignored: endpointing is ours.
        self._engine.AcceptWaveform(self._resample(audio) if self._resampler else audio)

    @property
    def partial(self) -> str:
        return vosk_result.partial(self._engine.PartialResult())

    def finish(self) -> tuple[Hypothesis, ...]:
        if self._resampler:
            self._engine.AcceptWaveform(self._resample(b"", last=True))
            self._resampler.clear()
        result = self._engine.FinalResult()
        self.likelihood = vosk_result.likelihood(result)
        return vosk_result.hypotheses(result, self._alternatives)

    def reset(self) -> None:
        # Vosk's Reset() keeps the last half second of sound, which would be heard in the next utterance.
        self._engine = self._make()
        if self._resampler:
            self._resampler.clear()

    def _resample(self, audio: bytes, *, last: bool = False) -> bytes:
        samples = np.frombuffer(audio, dtype="<i2")
        return bytes(self._resampler.resample_chunk(samples, last=last).tobytes())  # type: ignore[union-attr]


def rows_of(phrases: list[str]) -> list[str]:
    """Return sentences in which each phrase follows several others.

    Vosk estimates a bigram of words from the sentences of a grammar: from single phrases it learns that
    nothing follows them, and hears two in a row as parts of others. `bench/hearing.py` has the figures.
    """
    count = len(phrases)
    return [
        " ".join(phrases[(first + stride * place) % count] for place in range(_ROW))
        for stride in _STRIDES
        for first in range(count)
    ]


def _spell(phrase: str) -> str:
    """Write a phrase as the model's vocabulary does: lower case, a space after each elision."""
    return " ".join(phrase.lower().replace("’", "'").replace("'", "' ").split())


def _words_of(result: str) -> tuple[Word, ...]:
    return tuple(word for heard in vosk_result.hypotheses(result, 1) for word in heard.words)


_reported: set[tuple[Path, str]] = set()

"""Turns texts and recordings into shards of telephone speech.

Every shard depends only on its kind and number, so an interrupted run continues where it stopped.
"""

import random
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.language_model import espeak, phones
from models.training import corpus, features, human, pico, shards, splice, synthesis, telephone

_BALANCE = 0.6
_READERS_TRIED = 8
_PAUSES, _SCHWAS_DROPPED = 0.05, 0.2


class HumanSource:
    """Draws augmented utterances from recordings, small readers more often than their share."""

    def __init__(self, clips: list[human.Recording]) -> None:
        self._clips = clips
        self._audio = [human.samples(clip) for clip in clips]
        self._labels = [phones.from_ipa(espeak.ipa(clip.text)) for clip in clips]
        readers = [clip.reader for clip in clips]
        sizes = {reader: readers.count(reader) for reader in set(readers)}
        weights = np.array([sizes[reader] ** (_BALANCE - 1) for reader in readers])
        self._weights = weights / weights.sum()
        self._peers = {name: [i for i, reader in enumerate(readers) if reader == name] for name in sizes}

    def draw(self, rng: np.random.Generator) -> shards.Utterance | None:
        """One clip, or several short ones of one reader in a row, on a random call."""
        picks = [int(rng.choice(len(self._clips), p=self._weights))]
        short = 1.6 * telephone.RATE
        while len(self._audio[picks[-1]]) < short and len(picks) < 5 and rng.random() < 0.4:
            picks.append(int(rng.choice(self._peers[self._clips[picks[0]].reader])))
        parts = [part for pick in picks for part in (_silence(rng, 0.02, 0.3), self._audio[pick])]
        spoken = _speed(np.concatenate(parts), rng)
        label = [phone for pick in picks for phone in self._labels[pick]]
        return _utterance(spoken, label, self._clips[picks[0]].source, rng, self._babble(rng))

    def _babble(self, rng: np.random.Generator) -> NDArray[np.float32]:
        return self._audio[int(rng.integers(len(self._audio)))]


class SyntheticSource:
    """Draws augmented utterances from the synthesiser."""

    def __init__(self, speaker: synthesis.Synthesiser, text: corpus.TextSource) -> None:
        self._speaker = speaker
        self._text = text

    def draw(self, rng: np.random.Generator) -> shards.Utterance | None:
        """One synthetic utterance on a random call; None when the text cannot be labelled."""
        text = self._text.draw(random.Random(int(rng.integers(2**62))))
        spoken, ipa, voice = self._speaker.speak(text, rng)
        try:
            label = phones.from_ipa(ipa)
        except ValueError:
            return None
        if len(spoken) < synthesis.SAMPLE_RATE * 0.15:
            return None
        at_8k = soxr.resample(spoken, synthesis.SAMPLE_RATE, telephone.RATE)
        return _utterance(at_8k, list(label), f"espeak:{voice}", rng, None)


class PicoSource:
    """Draws augmented utterances from libttspico's voice."""

    def __init__(self, voice: pico.Voice, text: corpus.TextSource) -> None:
        self._voice = voice
        self._text = text

    def draw(self, rng: np.random.Generator) -> shards.Utterance | None:
        """One synthetic utterance on a random call; None when the text cannot be labelled."""
        text = self._text.draw(random.Random(int(rng.integers(2**62))))
        try:
            label = phones.from_ipa(espeak.ipa(text))
        except ValueError:
            return None
        at_8k = soxr.resample(self._voice.speak(text, rng), pico.SAMPLE_RATE, telephone.RATE)
        return _utterance(at_8k, list(label), "pico", rng, None)


class SplicedSource:
    """Draws new sentences in the voices of recorded readers."""

    def __init__(self, voices: dict[str, splice.Voice], text: corpus.TextSource) -> None:
        self._names = sorted(voices)
        self._voices = voices
        self._text = text
        weights = np.array([len(voices[name].phones) ** _BALANCE for name in self._names])
        self._weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator) -> shards.Utterance | None:
        """One sentence on a random call; None when no reader drawn has all its pairs of phones."""
        text = self._text.draw(random.Random(int(rng.integers(2**62))))
        try:
            wanted = _with_pauses(espeak.ipa(text), rng)
        except ValueError:
            return None
        for name in rng.choice(self._names, _READERS_TRIED, p=self._weights):
            stretches = self._voices[name].choose(wanted, rng)
            if stretches:
                spoken = _speed(self._voices[name].say(stretches), rng)
                label = [phones.PHONES[phone] for phone in wanted if phone != splice.PAUSE]
                return _utterance(spoken, label, f"splice:{name}", rng, None)
        return None


Source = HumanSource | SyntheticSource | PicoSource | SplicedSource


def development(path: Path, clips: list[human.Recording]) -> None:
    """Write the reserved readers' set: each clip once, on a call that its number decides."""
    found = []
    for number, clip in enumerate(clips):
        label = list(phones.from_ipa(espeak.ipa(clip.text)))
        rng = np.random.default_rng([99, number])
        item = _utterance(human.samples(clip), label, clip.reader, rng, None)
        if item is not None:
            found.append(item)
    shards.write(path, found)


def shard(path: Path, source: Source, seed: int, count: int) -> None:
    """Write one shard of `count` utterances drawn with this seed; does nothing when it exists."""
    if path.with_suffix(".npz").exists():
        return
    drawn: list[shards.Utterance] = []
    number = 0
    while len(drawn) < count:
        item = source.draw(np.random.default_rng([seed, number]))
        number += 1
        if item is not None:
            drawn.append(item)
    shards.write(path, drawn)


def _utterance(
    spoken: NDArray[np.float32],
    label: list[str],
    source: str,
    rng: np.random.Generator,
    babble: NDArray[np.float32] | None,
) -> shards.Utterance | None:
    level = np.sqrt(np.mean(np.square(spoken))) + 1e-9
    padded = np.concatenate([_silence(rng, 0.0, 0.5), spoken / level, _silence(rng, 0.05, 0.7)])
    frames = features.fbank(telephone.call(padded.astype(np.float32), rng, babble))
    if not shards.fits(len(frames), len(label)):
        return None
    ids = np.array([phones.PHONE_ID[phone] for phone in label], np.int64)
    return shards.Utterance(frames.astype(np.float16), ids, source)


def _silence(rng: np.random.Generator, low: float, high: float) -> NDArray[np.float32]:
    return np.zeros(int(telephone.RATE * rng.uniform(low, high)), np.float32)


def _speed(sound: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    factor = float(np.exp(rng.uniform(-0.13, 0.13)))
    return np.asarray(soxr.resample(sound, telephone.RATE * factor, telephone.RATE), np.float32)


def _with_pauses(ipa: str, rng: np.random.Generator) -> list[int]:
    """Phone ids with a pause at both ends and after some words; some schwas are dropped."""
    wanted = [splice.PAUSE]
    for word in ipa.split():
        kept = [
            one for one in phones.with_schwa(word) if one != phones.SCHWA or rng.random() > _SCHWAS_DROPPED
        ]
        wanted += [phones.PHONE_ID[unit] for unit in phones.merged(kept)]
        if kept and rng.random() < _PAUSES:
            wanted.append(splice.PAUSE)
    return wanted if wanted[-1] == splice.PAUSE else [*wanted, splice.PAUSE]

"""Made-up voices and lines for the canceller's tests.

Judges nothing.
"""

import numpy as np

from ivr.speech.recognition.echo_canceller import BLOCK, Block

RATE = 8000


def voice(seconds: float, *, level: float = -17.0, seed: int = 1) -> Block:
    """Return coloured noise in syllables, as loud as a voice at *level* dBFS."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    noise = np.convolve(rng.standard_normal(count), (1.0, 1.2, 0.8, 0.3), "same")
    syllables = np.repeat(rng.uniform(0.05, 1.0, count // 800 + 1), 800)[:count]
    return _at(noise * syllables, level)


def hiss(seconds: float, *, level: float = -58.0, seed: int = 9) -> Block:
    """Return a line's own noise."""
    return _at(np.random.default_rng(seed).standard_normal(round(seconds * RATE)), level)


def returned(played: Block, *, loss: float, delay: float) -> Block:
    """Return the echo of *played*: later, coloured, weaker by *loss* decibels."""
    path = np.random.default_rng(5).standard_normal(64) * np.exp(-np.arange(64) / 12)
    path *= 10 ** (-loss / 20) / np.sqrt(np.sum(path**2))
    late = np.concatenate((np.zeros(round(delay * RATE)), path))
    return np.convolve(played, late)[: len(played)].astype(np.float32)


def blocks(samples: Block) -> list[Block]:
    """Cut into steps."""
    return [samples[at : at + BLOCK] for at in range(0, len(samples) - BLOCK + 1, BLOCK)]


def slin(block: Block) -> bytes:
    """Return a step as the channel hands it over."""
    return np.clip(np.rint(block * 32768), -32768, 32767).astype("<i2").tobytes()


def decibels(ratio: float) -> float:
    """Return a ratio of energies in decibels."""
    return 10.0 * float(np.log10(ratio))


def _at(samples: np.typing.NDArray[np.float64], level: float) -> Block:
    return np.asarray(samples / np.sqrt(np.mean(samples**2)) * 10 ** (level / 20), np.float32)

"""What a telephone does to a voice: room, handset, noise, level and codec.

Pure signal processing: samples and a random generator in, samples out.
"""

import ctypes
import ctypes.util
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
RATE = 8000
FULL_SCALE = 32768.0


def call(speech: Samples, rng: np.random.Generator, babble: Samples | None = None) -> Samples:
    """The speech (8 kHz, any scale) as heard at the far end of a random call, in the 16-bit range."""
    sound = _unit(speech)
    if rng.random() < 0.4:
        sound = _room(sound, rng)
    if rng.random() < 0.8:
        sound = _handset(sound, rng)
    sound = _unit(sound)
    if rng.random() < 0.85:
        sound = sound + noise(len(sound), rng, babble) * 10 ** (-rng.uniform(4, 38) / 20)
    if rng.random() < 0.1:
        sound = sound + _hum(len(sound), rng)
    sound = _unit(sound) * (FULL_SCALE * 10 ** (rng.uniform(-38, -14) / 20))
    if rng.random() < 0.05:
        sound = np.clip(sound * 3, -16000, 16000)
    return _random_codec(_clip(sound), rng)


def noise(count: int, rng: np.random.Generator, babble: Samples | None = None) -> Samples:
    """Unit-power noise: coloured between white and brown, or other voices when some are given."""
    if babble is not None and len(babble) and rng.random() < 0.3:
        return _unit(np.resize(np.roll(babble, int(rng.integers(len(babble)))), count))
    frequency = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 1.0)
    spectrum = rng.standard_normal(len(frequency)) + 1j * rng.standard_normal(len(frequency))
    return _unit(np.fft.irfft(spectrum * frequency ** -rng.uniform(0, 1), count))


def mulaw(sound: Samples) -> Samples:
    """A G.711 mu-law round trip."""
    level = np.clip(np.abs(sound) / FULL_SCALE, 0, 1)
    code = np.round(np.log1p(255 * level) / np.log(256) * 127) / 127
    return np.asarray(np.sign(sound) * (256**code - 1) / 255 * FULL_SCALE, np.float32)


def alaw(sound: Samples) -> Samples:
    """A G.711 A-law round trip."""
    a, k = 87.6, 1 + np.log(87.6)
    level = np.clip(np.abs(sound) / FULL_SCALE, 0, 1)
    curve = np.where(level < 1 / a, a * level / k, (1 + np.log(np.maximum(a * level, 1))) / k)
    code = np.round(curve * 127) / 127
    back = np.where(code < 1 / k, code * k / a, np.exp(code * k - 1) / a)
    return np.asarray(np.sign(sound) * back * FULL_SCALE, np.float32)


def gsm(sound: Samples) -> Samples:
    """A GSM 06.10 full-rate round trip (libgsm); the unfilled last frame is dropped."""
    lib = _libgsm()
    encoder, decoder = lib.gsm_create(), lib.gsm_create()
    source = _clip(sound)[: len(sound) // 160 * 160].astype("<i2")
    result = np.empty_like(source)
    frame = ctypes.create_string_buffer(33)
    for start in range(0, len(source), 160):
        lib.gsm_encode(encoder, source[start:].ctypes.data, ctypes.addressof(frame))
        lib.gsm_decode(decoder, ctypes.addressof(frame), result[start:].ctypes.data)
    lib.gsm_destroy(encoder)
    lib.gsm_destroy(decoder)
    return result.astype(np.float32)


def with_noise(sound: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """The sound plus pink-ish noise at exactly this signal-to-noise ratio."""
    power = float(np.sqrt(np.mean(np.square(sound)))) or 1.0
    return np.asarray(sound + noise(len(sound), rng) * power * 10 ** (-snr_db / 20), np.float32)


def _unit(sound: NDArray[np.floating[Any]]) -> Samples:
    return np.asarray(sound / (np.sqrt(np.mean(np.square(sound))) + 1e-9), np.float32)


def _clip(sound: Samples) -> Samples:
    return np.clip(np.round(sound), -FULL_SCALE, FULL_SCALE - 1).astype(np.float32)


def _room(sound: Samples, rng: np.random.Generator) -> Samples:
    decay = rng.uniform(0.05, 0.5)
    length = int(RATE * min(decay, 0.35))
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / (RATE * decay))
    tail *= rng.uniform(0.04, 0.5) / np.sqrt(np.sum(tail**2) + 1e-9)
    tail[0] = 1
    size = 1 << (len(sound) + length).bit_length()
    echoed = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
    return echoed[: len(sound)].astype(np.float32)


def _handset(sound: Samples, rng: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(sound)
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE)
    points = int(rng.integers(3, 8))
    gain = np.interp(frequency, np.linspace(0, RATE / 2, points), rng.uniform(-8, 8, points))
    spectrum *= 10 ** (gain / 20)
    if rng.random() < 0.75:
        low, high = rng.uniform(80, 380), rng.uniform(3000, 3900)
        spectrum /= np.sqrt(1 + (low / np.maximum(frequency, 1)) ** 6) * np.sqrt(1 + (frequency / high) ** 16)
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def _hum(count: int, rng: np.random.Generator) -> Samples:
    tone = 50 * int(rng.integers(1, 4))
    return (np.sin(2 * np.pi * tone * np.arange(count) / RATE) * rng.uniform(0.01, 0.1)).astype(np.float32)


def _random_codec(sound: Samples, rng: np.random.Generator) -> Samples:
    choice = rng.random()
    if choice < 0.25:
        sound = mulaw(sound)
    elif choice < 0.65:
        sound = alaw(sound)
    elif choice < 0.8:
        sound = gsm(sound)
    return _clip(sound)


@cache
def _libgsm() -> ctypes.CDLL:
    lib = ctypes.CDLL(ctypes.util.find_library("gsm") or "libgsm.so.1")
    lib.gsm_create.restype = ctypes.c_void_p
    for name in ("gsm_encode", "gsm_decode"):
        getattr(lib, name).argtypes = [ctypes.c_void_p] * 3
    lib.gsm_destroy.argtypes = [ctypes.c_void_p]
    return lib

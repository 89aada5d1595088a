"""G.711, the two telephone codecs, by table look-up.

Pure. Agrees with CPython's ``audioop`` (gone since Python 3.13) on every input; ITU-T G.711 (11/88).
"""

import numpy as np
from numpy.typing import NDArray

ALAW_ENDS = np.array([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF])
ULAW_ENDS = np.array([0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF, 0x1FFF])
"""Last magnitude of each of the eight segments, on the 13- and 14-bit scales of the two laws."""
ULAW_BIAS = 33


def to_alaw(slin: bytes) -> bytes:
    """Encode 16-bit samples in A-law (Europe)."""
    return _ALAW[np.frombuffer(slin, "<i2").astype(np.int32) + 32768].tobytes()


def from_alaw(coded: bytes) -> bytes:
    """Decode A-law to 16-bit samples."""
    return _FROM_ALAW[np.frombuffer(coded, np.uint8)].tobytes()


def to_ulaw(slin: bytes) -> bytes:
    """Encode 16-bit samples in µ-law (North America, Japan)."""
    return _ULAW[np.frombuffer(slin, "<i2").astype(np.int32) + 32768].tobytes()


def from_ulaw(coded: bytes) -> bytes:
    """Decode µ-law to 16-bit samples."""
    return _FROM_ULAW[np.frombuffer(coded, np.uint8)].tobytes()


def _alaw_table() -> NDArray[np.uint8]:
    samples = np.arange(-32768, 32768) >> 3
    magnitude = np.where(samples >= 0, samples, -samples - 1)
    segment = np.searchsorted(ALAW_ENDS, magnitude)
    step = (magnitude >> np.maximum(segment, 1)) & 0x0F
    return ((segment << 4 | step) ^ np.where(samples >= 0, 0xD5, 0x55)).astype(np.uint8)


def _ulaw_table() -> NDArray[np.uint8]:
    samples = np.arange(-32768, 32768) >> 2
    magnitude = np.minimum(np.abs(samples) + ULAW_BIAS, ULAW_ENDS[-1])
    segment = np.searchsorted(ULAW_ENDS, magnitude)
    step = (magnitude >> (segment + 1)) & 0x0F
    code: NDArray[np.uint8] = ((segment << 4 | step) ^ np.where(samples < 0, 0x7F, 0xFF)).astype(np.uint8)
    return code


def _from_alaw_table() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    segment = code >> 4 & 0x07
    base = (code & 0x0F) << 4
    magnitude = np.where(segment == 0, base + 0x08, base + 0x108 << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")


def _from_ulaw_table() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 0x07)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


_ALAW, _FROM_ALAW, _ULAW, _FROM_ULAW = _alaw_table(), _from_alaw_table(), _ulaw_table(), _from_ulaw_table()

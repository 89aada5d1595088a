"""Sounds that supervisors send: one that can be used, one from too far, one cut off."""

import io
import wave

import numpy as np

WAVE = np.sin(np.arange(8000) * 0.35)
TONE = (8000 * WAVE).astype("<i2").tobytes()
TONE_FROM_FAR = (60 * WAVE).astype("<i2").tobytes()
TONE_CUT_OFF = np.clip(90_000 * WAVE, -32768, 32767).astype("<i2").tobytes()


def a_wav(samples: bytes = TONE) -> bytes:
    """One second of sound, as a file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(samples)
    return file.getvalue()

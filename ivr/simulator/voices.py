"""The callers' own voice: recordings, or texts spoken by the configured synthesiser with another voice.

Gives the bare speech, without the silence around it, so that latencies count from the last sound.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile
import soxr

from ivr.dialogue.actions import Line, Rate
from ivr.errors import ConfigurationError
from ivr.simulator.script import Interrupt, ScriptedCall, Speak
from ivr.speech.synthesis.prompts import PromptStore

RATE = 8000
QUIET = 200
"""Samples below this (16-bit scale) at either end are silence."""


class ScriptVoice:
    """Speech of scripted callers; each text and file is made once."""

    def __init__(self, prompts: PromptStore) -> None:
        self._prompts = prompts
        self._made: dict[Speak | Interrupt, bytes] = {}

    async def speech(self, move: Speak | Interrupt) -> bytes:
        """Return 8 kHz 16-bit audio. Raises IvrError."""
        if move not in self._made:
            if move.file is not None:
                raw = await asyncio.to_thread(read_speech, move.file)
            else:
                (raw,) = await self._prompts.render((Line("caller", move.text),), Rate.NORMAL)
            self._made[move] = trim(raw)
        return self._made[move]


def read_speech(path: Path) -> bytes:
    """Read a recording of any rate and channel count as 8 kHz 16-bit mono. Raises ConfigurationError."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        reason = getattr(error, "error_string", str(error)).strip(". ")
        raise ConfigurationError(f"{path}: not a readable recording ({reason})") from None
    line = soxr.resample(samples.mean(axis=1), rate, RATE)
    return bytes((np.clip(line, -1, 1) * 32767).astype("<i2").tobytes())


def check_recordings(calls: Iterable[ScriptedCall]) -> None:
    """Read every recording that *calls* name, before the first of them rings. Raises ConfigurationError."""
    for file in {step.file for call in calls for step in call.steps if isinstance(step, (Speak, Interrupt))}:
        if file is not None:
            read_speech(file)


def trim(slin: bytes) -> bytes:
    """Cut the silence at both ends."""
    samples = np.frombuffer(slin, "<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > QUIET)
    return samples[loud[0] : loud[-1] + 1].tobytes() if len(loud) else b""

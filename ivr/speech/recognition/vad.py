"""Voice activity: which 20 ms frames hold a voice.

Says nothing about turns. The neural detector (Silero) runs behind a cheap energy gate: `bench/listening.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

from ivr.audio.levels import NoiseFloor

SILERO = Path(__file__).with_name("data") / "silero_vad.onnx"
"""Silero VAD 6.2.3, MIT licence: see LICENSE-silero-vad beside it."""

_RATE = 8000
_WINDOW = 256
_CONTEXT = 32


class Vad(Protocol):
    """One line's detector."""

    def step(self, frame: bytes, level: float) -> bool:
        """Return whether this frame (20 ms of ``slin``, of this level in dBFS) belongs to a voice."""


class EnergyVad:
    """Louder than the background by *above* decibels. Any noise passes, so does no soft voice in noise."""

    def __init__(self, above: float = 9.0, least: float = -50.0) -> None:
        self._above = above
        self._least = least
        self._floor = NoiseFloor()

    def step(self, frame: bytes, level: float) -> bool:
        self._floor.step(level)
        return level > max(self._least, self._floor.level + self._above)


class SileroModel:
    """The network, loaded once and shared by all lines; safe for many threads."""

    def __init__(self, path: Path = SILERO) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._rate = np.array(_RATE, np.int64)

    def run(
        self, window: npt.NDArray[np.float32], state: npt.NDArray[np.float32]
    ) -> tuple[float, npt.NDArray[np.float32]]:
        """Return the probability of a voice in the window (context included), and the next state."""
        output, state = self._session.run(None, {"input": window, "state": state, "sr": self._rate})
        return float(output[0, 0]), state


class SileroVad:
    """Silero on one line, asked only about frames that rise above the background."""

    _HOLD = 12
    """Frames the network goes on after the last that passed the gate: it needs to hear the end."""
    _START, _STAY = 0.5, 0.35

    def __init__(self, model: SileroModel, gate: Vad | None = None) -> None:
        self._model = model
        self._gate = gate or EnergyVad(above=9.0, least=-55.0)
        self._held = 0
        self._recent = np.zeros(_CONTEXT, np.float32)
        self._state = np.zeros((2, 1, 128), np.float32)
        self._voiced = False

    def step(self, frame: bytes, level: float) -> bool:
        self._held = self._HOLD if self._gate.step(frame, level) else self._held - 1
        if self._held <= 0:
            self._rest(frame)
            return False
        self._recent = np.concatenate((self._recent, _samples(frame)))
        while len(self._recent) >= _CONTEXT + _WINDOW:
            window, self._recent = self._recent[: _CONTEXT + _WINDOW], self._recent[_WINDOW:]
            probability, self._state = self._model.run(window[None], self._state)
            self._voiced = probability > (self._STAY if self._voiced else self._START)
        return self._voiced

    def _rest(self, frame: bytes) -> None:
        """Skip the network; keep the frame, the next voice begins after it."""
        if self._voiced or self._held == 0:
            self._state = np.zeros_like(self._state)
        self._voiced = False
        self._held = min(self._held, 0)
        self._recent = _samples(frame)[-_CONTEXT:]


def _samples(frame: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(frame, dtype="<i2").astype(np.float32) / np.float32(32768)


def silero(model: SileroModel | None = None) -> Callable[[], Vad]:
    """Return a maker of detectors that share one network."""
    shared = model or SileroModel()
    return lambda: SileroVad(shared)

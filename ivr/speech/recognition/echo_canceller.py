"""An adaptive filter that predicts how the line echoes our prompt.

Pure: blocks of samples in, the echo in them out. Does not decide who speaks.
"""

import numpy as np
import numpy.typing as npt

Block = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]

BLOCK = 160
"""Samples of one step: 20 ms at 8 kHz."""
REACH = 20
"""Steps within which the echo must come back: 400 ms of networks, jitter buffers and rooms."""
_SIZE = 2 * BLOCK
_BINS = BLOCK + 1
_PRIOR = 0.002
"""Squared gain expected of a coefficient before anything is known of the line."""
_KEPT = 0.996
"""Share of the squared gain that is still true a step later: the echo path drifts."""
_AGEING = 4
"""Steps after which that is reckoned."""
_SMOOTHING = 0.8
_SILENT = 3e-7
"""Energy of a window of ours that nobody hears."""
_CONSTRAINED = 2
"""Blocks of the filter whose wrapped-around half is cut off in one step; all take turns."""


class EchoCanceller:
    """A filter in the frequency domain, cut into blocks (Soo & Pang 1990), that learns like a Kalman filter.

    Each coefficient knows its own uncertainty (Enzner & Vary 2006; Kuech, Mabande & Enzner 2014). So a new
    line is learnt in seconds, while the caller's own voice, which no coefficient explains, moves the certain
    ones little: no double-talk detector stops the learning. No delay is estimated either: of its whole reach
    only the coefficients where the echo is grow.
    """

    def __init__(self) -> None:
        self._weights = np.zeros((REACH, _BINS), np.complex64)
        self._doubt = np.empty((REACH, _BINS), np.float32)
        self._sent = np.zeros((2 * REACH, _BINS), np.complex64)
        """What we played, newest first from ``_at`` on; all twice, so that no turn of the ring is copied."""
        self._power = np.zeros((2 * REACH, _BINS), np.float32)
        self._at = self._steps = 0
        self._quiet = REACH
        self._window = np.zeros(_SIZE, np.float32)
        self._padded = np.zeros(_SIZE, np.float32)
        self._noise = np.full(_BINS, 1e-4, np.float32)
        self.restart()

    def restart(self) -> None:
        """Forget the line: it has become another."""
        self._weights[:] = 0
        self._doubt[:] = _PRIOR

    def step(self, received: Block | None, playing: Block | None) -> Block | None:
        """Take one step, full scale 1; return the echo in *received*, None where there can be none."""
        self._send(playing)
        if received is None or self._quiet > REACH:
            return None
        sent = self._sent[self._at : self._at + REACH]
        echo = _samples((sent * self._weights).sum(0))[BLOCK:]
        self._padded[BLOCK:] = received - echo
        self._learn(sent, _spectra(self._padded))
        return echo

    def _send(self, playing: Block | None) -> None:
        window = self._window
        window[:BLOCK] = window[BLOCK:]
        window[BLOCK:] = 0.0 if playing is None else playing
        self._quiet = self._quiet + 1 if float(window @ window) < _SILENT else 0
        if self._quiet > 2 * REACH:  # the ring holds nothing but silence already
            return
        self._at = (self._at - 1) % REACH
        spectrum = _spectra(window)
        power = _squared(spectrum)
        for at in (self._at, self._at + REACH):
            self._sent[at] = spectrum
            self._power[at] = power

    def _learn(self, sent: Spectra, rest: Spectra) -> None:
        """Move the weights towards what explains the *rest*, each by its share of the doubt."""
        self._noise += (1 - _SMOOTHING) * (_squared(rest) - self._noise)
        self._steps += 1
        if self._steps % _AGEING == 0:
            kept = _KEPT**_AGEING
            self._doubt *= kept
            self._doubt += (1 - kept) * _squared(self._weights)
        power = self._power[self._at : self._at + REACH]
        # Half of each window is the step before, hence the halves.
        gain = self._doubt / (0.5 * (power * self._doubt).sum(0) + self._noise + 1e-9)
        self._weights += np.conj(sent) * gain * rest
        self._doubt *= 1 - 0.5 * gain * power
        self._constrain()

    def _constrain(self) -> None:
        """Keep some blocks of the filter from reaching into the next."""
        first = self._steps * _CONSTRAINED % REACH
        blocks = self._weights[first : first + _CONSTRAINED]
        taps = _samples(blocks)
        taps[..., BLOCK:] = 0.0
        blocks[:] = _spectra(taps)


def _spectra(samples: Block) -> Spectra:
    return np.fft.rfft(samples).astype(np.complex64, copy=False)


def _samples(spectra: Spectra) -> Block:
    return np.fft.irfft(spectra, _SIZE).astype(np.float32, copy=False)


def _squared(spectra: Spectra) -> Block:
    return spectra.real**2 + spectra.imag**2

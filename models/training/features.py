"""Log mel filter-bank features, the same ones that Kaldi computes inside vosk.

Any change here must be made in `conf/fbank.conf` too (`export.py` writes it).
"""

import kaldi_native_fbank as knf
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
MEL_BINS = 40
LOW_FREQUENCY = 40
HIGH_FREQUENCY = -200


def fbank(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features (frames at 100 Hz, mel bins) of 8 kHz samples in the 16-bit range."""
    extractor = knf.OnlineFbank(_options())
    extractor.accept_waveform(SAMPLE_RATE, samples.astype(np.float32).tolist())
    extractor.input_finished()
    count = extractor.num_frames_ready
    if not count:
        return np.zeros((0, MEL_BINS), np.float32)
    return np.stack([extractor.get_frame(index) for index in range(count)])


def _options() -> knf.FbankOptions:
    options = knf.FbankOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = MEL_BINS
    options.mel_opts.low_freq = LOW_FREQUENCY
    options.mel_opts.high_freq = HIGH_FREQUENCY
    options.energy_floor = 0.0
    return options

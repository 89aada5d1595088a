"""Which recordings say their text, and when each phone of them is said, by a network trained so far.

Texts of recordings are sometimes another stanza's; such clips teach nothing and are left out.
"""

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from ivr.language_model import espeak
from ivr.progress import Progress
from models.training import align, features, human, splice, telephone
from models.training.network import Network

LEEWAY = 0.22
"""How far below the median a clip's log probability per output frame may be, at least."""
_SPREADS = 3.0
"""The same in median deviations from the median: short clips, and voices new to the network, spread wider."""
_LEVEL, _SNR_DB = 2000.0, 35.0

Heard = tuple[human.Recording, splice.Clip]


def check(clips: Sequence[human.Recording], network: Network, target: Path) -> None:
    """Write to `target` the clips that say their text, with their phones."""
    found: list[tuple[human.Recording, splice.Clip, float]] = []
    with Progress().bar("alignment", len(clips)) as show:
        for number, clip in enumerate(clips, 1):
            heard = hear(clip, network)
            if heard is not None:
                found.append((clip, *heard))
            show(number)
    scores: dict[str, list[float]] = {}
    for recording, _, score in found:
        scores.setdefault(recording.source, []).append(score)
    least = {source: _least(some) for source, some in scores.items()}
    kept: list[Heard] = [(clip, heard) for clip, heard, score in found if score >= least[clip.source]]
    print(f"voices: {len(kept)} of {len(clips)} clips say their text", flush=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(pickle.dumps(kept))
    partial.rename(target)


def _least(scores: Sequence[float]) -> float:
    middle = float(np.median(scores))
    return middle - max(LEEWAY, _SPREADS * float(np.median(np.abs(np.array(scores) - middle))))


def checked(target: Path) -> list[Heard]:
    """What `check` wrote, in a folder of ours: nobody else's pickle is read."""
    found: list[Heard] = pickle.loads(target.read_bytes())
    return found


def by_reader(heard: Sequence[Heard]) -> dict[str, splice.Voice]:
    """The readers' voices, ready to say other texts."""
    readers: dict[str, list[splice.Clip]] = {}
    for recording, clip in heard:
        readers.setdefault(recording.reader, []).append(clip)
    return {reader: splice.Voice(clips) for reader, clips in readers.items()}


@torch.no_grad()
def hear(clip: human.Recording, network: Network) -> tuple[splice.Clip, float] | None:
    """The clip with its phones and features, and how well its text fits; None when it cannot fit at all."""
    samples = human.samples(clip)
    samples = samples * np.float32(_LEVEL / (np.sqrt(np.mean(np.square(samples))) + 1e-9))
    frames = features.fbank(telephone.with_noise(samples, _SNR_DB, np.random.default_rng(0)))
    if not len(frames):
        return None
    scores = torch.log_softmax(network(torch.from_numpy(frames)[None])[0], -1).numpy()
    try:
        said, score = align.align(scores, align.labels(espeak.ipa(clip.text)))
    except ValueError:
        return None
    return splice.Clip(samples, frames, said), score

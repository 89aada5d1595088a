"""Writes a trained network as the acoustic part of a vosk model folder.

Batch norms and input normalisation are folded into the affine layers, so only affine, ReLU and sum remain.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ivr.language_model.phones import PHONES
from models.training import features, kaldi
from models.training.network import SPLICE, SUBSAMPLING, Network

BLANK_PENALTY = 2.0
"""Nats taken from the blank's score: fewer deletions; tuned on the development sets."""

FBANK_CONF = f"""\
--sample-frequency={features.SAMPLE_RATE}
--num-mel-bins={features.MEL_BINS}
--low-freq={features.LOW_FREQUENCY}
--high-freq={features.HIGH_FREQUENCY}
--dither=0
--energy-floor=0.0
"""

MODEL_CONF = """\
--min-active=200
--max-active=1500
--beam=9.5
--lattice-beam=2.5
--acoustic-scale=0.7
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule1.min-trailing-silence=5.0
--endpoint.rule2.min-trailing-silence=0.7
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=2.0
"""


def load(*checkpoints: Path) -> Network:
    """The mean of the averaged networks of some checkpoints of one training, ready for evaluation."""
    states = [torch.load(checkpoint, map_location="cpu") for checkpoint in checkpoints]
    network = Network(**states[0]["shape"])
    averages = [state["average"] for state in states]
    mean = {
        name: sum(average[name] for average in averages) / len(averages)
        if value.is_floating_point()
        else value
        for name, value in averages[0].items()
    }
    network.load_state_dict(mean)
    return network.eval()


def layers(network: Network, blank_penalty: float = BLANK_PENALTY) -> list[kaldi.Layer]:
    """The network as Kaldi layers."""
    weights, bias = _folded(network.entry, network.entry_norm)
    scale = network.deviation.repeat(SPLICE)
    bias = bias - weights @ (network.mean.repeat(SPLICE) / scale)
    reach = SPLICE // 2
    width = len(bias)
    found: list[kaldi.Layer] = [
        kaldi.Affine(
            "entry", "input", _array(weights / scale), _array(bias), tuple(range(-reach, reach + 1))
        ),
        kaldi.Rectifier("entry.relu", "entry", width),
    ]
    last = "entry.relu"
    for number, block in enumerate(network.stack(), 1):
        name = f"block{number}"
        narrow = block.narrow.weight.detach()
        step = SUBSAMPLING * block.reach
        weights, bias = _folded(block.wide, block.norm)
        found += [
            kaldi.Affine(f"{name}.narrow", last, _array(narrow), np.zeros(len(narrow), np.float32)),
            kaldi.Affine(name, f"{name}.narrow", _array(weights), _array(bias), (-step, 0, step)),
            kaldi.Rectifier(f"{name}.relu", name, width),
            kaldi.Sum(f"{name}.sum", (f"{name}.relu", last), width),
        ]
        last = f"{name}.sum"
    bias = network.exit.bias.detach().clone()
    bias[0] -= blank_penalty
    return [*found, kaldi.Affine("exit", last, _array(network.exit.weight), _array(bias))]


def write(network: Network, folder: Path, blank_penalty: float = BLANK_PENALTY) -> None:
    """Write `am/` and `conf/` of a model folder."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    data = kaldi.model_bytes(len(PHONES), features.MEL_BINS, layers(network, blank_penalty))
    (folder / "am" / "final.mdl").write_bytes(data)
    (folder / "conf" / "fbank.conf").write_text(FBANK_CONF, encoding="ascii")
    (folder / "conf" / "model.conf").write_text(MODEL_CONF, encoding="ascii")


def _folded(linear: nn.Linear, norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """Weights and bias of an affine layer followed by a batch norm in evaluation mode."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = (linear.bias - norm.running_mean) * scale + norm.bias
    return (linear.weight * scale[:, None]).detach(), bias.detach()


def _array(values: Tensor) -> kaldi.Matrix:
    return values.detach().numpy().astype(np.float32)

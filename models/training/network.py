"""The acoustic model: a factored time-delay network with CTC outputs.

Every operation has an nnet3 twin (affine, ReLU, Append(Offset), Sum), so `export.py` can write it for vosk.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SUBSAMPLING = 3
SPLICE = 7


class Block(nn.Module):
    """Bottleneck, splice of three frames, affine, batch norm, ReLU, plus the input.

    `dropout` is the share of outputs silenced in training, the same ones through a whole utterance.
    """

    def __init__(self, width: int, bottleneck: int, reach: int) -> None:
        super().__init__()
        self.reach = reach
        self.dropout = 0.0
        self.narrow = nn.Linear(width, bottleneck, bias=False)
        self.wide = nn.Linear(3 * bottleneck, width)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, time, width) to the same with `reach` frames fewer at both ends."""
        reach = self.reach
        narrow = self.narrow(frames)
        spliced = torch.cat([narrow[:, : -2 * reach], narrow[:, reach:-reach], narrow[:, 2 * reach :]], -1)
        wide = self.wide(spliced)
        normed = F.relu(self.norm(wide.flatten(0, 1))).view_as(wide)
        if self.training and self.dropout:
            normed = normed * F.dropout(torch.ones_like(normed[:, :1]), self.dropout)
        return frames[:, reach:-reach] + normed


class Network(nn.Module):
    """Mel features at 100 Hz to phone logits at 33 Hz."""

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        outputs: int,
        width: int = 384,
        bottleneck: int = 96,
        reaches: tuple[int, ...] = (1, 1, 1, 2, 2, 3, 3, 3),
        bins: int = 40,
    ) -> None:
        super().__init__()
        self.shape = {
            "outputs": outputs,
            "width": width,
            "bottleneck": bottleneck,
            "reaches": reaches,
            "bins": bins,
        }
        self.register_buffer("mean", torch.zeros(bins))
        self.register_buffer("deviation", torch.ones(bins))
        self.context = SPLICE // 2 + SUBSAMPLING * sum(reaches)
        self.entry = nn.Linear(SPLICE * bins, width)
        self.entry_norm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(Block(width, bottleneck, reach) for reach in reaches)
        self.exit = nn.Linear(width, outputs)

    def forward(self, features: Tensor) -> Tensor:
        """(batch, frames, bins) to (batch, ceil(frames / 3), outputs); edge frames repeat as in Kaldi."""
        hidden = self._spliced((features - self.mean) / self.deviation)
        entry = self.entry(hidden)
        hidden = F.relu(self.entry_norm(entry.flatten(0, 1))).view_as(entry)
        for block in self.blocks:
            hidden = block(hidden)
        logits: Tensor = self.exit(hidden)
        return logits

    def stack(self) -> list[Block]:
        """The blocks, in order."""
        return [block for block in self.blocks if isinstance(block, Block)]

    def _spliced(self, frames: Tensor) -> Tensor:
        batch, count, bins = frames.shape
        steps = output_length(count)
        right = SUBSAMPLING * (steps - 1) + self.context + 1 - count
        before = frames[:, :1].expand(batch, self.context, bins)
        after = frames[:, -1:].expand(batch, max(right, 0), bins)
        padded = torch.cat([before, frames, after], 1)[:, : count + self.context + right]
        windows = padded.unfold(1, SPLICE, SUBSAMPLING).transpose(2, 3)
        return windows.reshape(batch, -1, SPLICE * bins)


def output_length(frames: int) -> int:
    """Number of outputs for so many feature frames."""
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING

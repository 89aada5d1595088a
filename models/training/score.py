"""Phone error rates by greedy CTC decoding, without any language model."""

import numpy as np
import torch

from models.training import shards
from models.training.distance import collapse, edit_distance
from models.training.network import Network, output_length


@torch.no_grad()
def errors(network: Network, items: list[shards.Utterance], device: torch.device) -> list[tuple[int, int]]:
    """Errors and phones of each utterance, in the order given."""
    network.eval()
    order = sorted(range(len(items)), key=lambda index: len(items[index].features))
    result: dict[int, tuple[int, int]] = {}
    for start in range(0, len(order), 16):
        chosen = order[start : start + 16]
        features = [np.asarray(items[index].features, np.float32) for index in chosen]
        longest = max(map(len, features))
        padded = np.stack([np.pad(f, ((0, longest - len(f)), (0, 0)), mode="edge") for f in features])
        best = network(torch.from_numpy(padded).to(device)).argmax(-1).cpu().numpy()
        for row, index, frames in zip(best, chosen, features, strict=True):
            found = collapse(row[: output_length(len(frames))].tolist())
            expected = items[index].phones.tolist()
            result[index] = (edit_distance(found, expected), len(expected))
    network.train()
    return [result[index] for index in range(len(items))]


def phone_errors(network: Network, items: list[shards.Utterance], device: torch.device) -> float:
    """Errors divided by phones over all utterances."""
    counts = errors(network, items, device)
    return sum(wrong for wrong, _ in counts) / max(1, sum(phones for _, phones in counts))

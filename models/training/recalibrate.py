"""Measures the batch norms' statistics again on speech without the features' random changes.

Averaged weights, and training on speech harder than calls are, leave statistics that fit neither.
"""

import numpy as np
import torch
from torch import nn

from models.training import shards
from models.training.network import Network
from models.training.train import collate

BATCH, BATCHES = 24, 50


@torch.no_grad()
def recalibrate(network: Network, items: list[shards.Utterance], seed: int = 0) -> Network:
    """The network with statistics of these utterances; its weights stay."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.reset_running_stats()
            module.momentum = None
    ordered = sorted(items, key=lambda item: len(item.features))
    starts = np.random.default_rng(seed).permutation(range(0, len(ordered), BATCH))
    network.train()
    for start in starts[:BATCHES]:
        batch = ordered[start : start + BATCH]
        network(collate([(np.asarray(item.features, np.float32), item.phones) for item in batch])[0])
    return network.eval()

"""Sequence training: the right phones compete against every other string of phones.

Maximum mutual information for CTC with a phone trigram. Pure tensors; knows neither networks nor files.
"""

import torch
from torch import Tensor

from models.training.trigram import BOUNDARY


def competition(scores: Tensor, lengths: Tensor, model: Tensor) -> Tensor:
    """For each utterance, the log probability of all phone strings under the network and the trigram.

    `scores` are log probabilities (time, batch, phones), the blank first; `model` is `trigram.estimate`'s.
    """
    emitted = scores.exp()
    count, phones = emitted.shape[1:]
    after = model.clone()
    after[:, :, BOUNDARY] = 0
    entering = after.transpose(0, 1).contiguous()
    repeated = model.diagonal(dim1=1, dim2=2)
    speaking = emitted.new_zeros(count, phones, phones)
    resting = speaking.clone()
    resting[:, BOUNDARY, BOUNDARY] = 1
    total = emitted.new_zeros(count)
    for frame, probabilities in enumerate(emitted):
        live = (frame < lengths).to(emitted.dtype)
        both = speaking + resting
        entered = torch.bmm(both.permute(2, 0, 1), entering).transpose(0, 1)
        # without a blank between them, two equal phones are one
        entered = entered - torch.diag_embed((speaking * repeated).sum(1))
        spoken = (entered + speaking) * probabilities[:, None, :]
        rested = both * probabilities[:, BOUNDARY, None, None]
        norm = spoken.sum((1, 2)) + rested.sum((1, 2))
        total = total + live * norm.log()
        keep = live[:, None, None]
        speaking = keep * spoken / norm[:, None, None] + (1 - keep) * speaking
        resting = keep * rested / norm[:, None, None] + (1 - keep) * resting
    return total + ((speaking + resting) * model[:, :, BOUNDARY]).sum((1, 2)).log()

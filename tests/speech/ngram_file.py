"""Writes a bigram as OpenFst's type `ngram`, in which official models keep their language model."""

import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

START = "<s>"


def write(
    path: Path,
    words: Sequence[str],
    unigrams: Mapping[str, float],
    bigrams: Mapping[str, Mapping[str, float]],
) -> Path:
    """Words get the numbers from 1 on; `<s>` is the history of a beginning, number 0."""
    ids = {"<eps>": 0} | {word: number for number, word in enumerate(words, 1)}
    histories = sorted(bigrams, key=lambda word: 0 if word == START else ids[word])
    rows = [unigrams, *(bigrams[history] for history in histories)]
    futures = [
        (ids[word], -math.log(chance))
        for row in rows
        for word, chance in sorted(row.items(), key=lambda item: ids[item[0]])
    ]
    states = len(rows)
    contexts = [1, 0, *([1] * len(histories)), 0, *([0] * len(histories))]
    borders = [bit for row in rows for bit in (0, *([1] * len(row)))] + [0]
    labels = [-1, *(0 if history == START else ids[history] for history in histories), 0]
    finals = [0.7] * states
    parts = [
        struct.pack("<i", 2125659606), _text("ngram"), _text("standard"),
        struct.pack("<iiQqqq", 4, 3, 0, 1, states, 0),
        *([_symbols(ids)] * 2),
        struct.pack("<QQQ", states, len(futures), len(finals)),
        _bits(contexts[: 2 * states + 1]), _bits(borders), _bits([1] * states),
        np.array(labels, "<i4").tobytes(), np.array([label for label, _ in futures], "<i4").tobytes(),
        np.zeros(states + 1, "<f4").tobytes(), np.array(finals, "<f4").tobytes(),
        np.array([*(cost for _, cost in futures), 0.0], "<f4").tobytes(),
    ]  # fmt: skip
    path.write_bytes(b"".join(parts))
    return path


def _symbols(ids: Mapping[str, int]) -> bytes:
    entries = b"".join(_text(word) + struct.pack("<q", number) for word, number in ids.items())
    return (
        struct.pack("<i", 2125658996) + _text("words.txt") + struct.pack("<qq", len(ids), len(ids)) + entries
    )


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<i", len(data)) + data


def _bits(bits: Sequence[int]) -> bytes:
    padded = [*bits, *([0] * (-len(bits) % 64))]
    return np.packbits(padded, bitorder="little").tobytes()

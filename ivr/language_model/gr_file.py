"""Reads a model's language model, `graph/Gr.fst`: its words, and what it expects one after another.

OpenFst's binary files without OpenFst: pynini's wheel does not know the type `ngram`, in which official
models come. Layout after the header and the symbol tables: OpenFst's `extensions/ngram/ngram-fst.h`.
"""

import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.errors import ConfigurationError

_MAGIC, _SYMBOLS_MAGIC = 2125659606, 2125658996
_INPUT_SYMBOLS, _OUTPUT_SYMBOLS = 1, 2
_HEADER = struct.Struct("<iiQqqq")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the states; `symbols` is empty where the file has none."""

    type: str
    symbols: Mapping[str, int]
    end: int


@dataclass(frozen=True, slots=True)
class Expectations:
    """Unigrams and bigrams by word id: costs in nats. Of bigrams, rows of (before, word)."""

    words: NDArray[np.int32]
    costs: NDArray[np.float32]
    pairs: NDArray[np.int32]
    pair_costs: NDArray[np.float32]


def header(path: Path) -> Header:
    """The header and the symbol table of an FST file.

    Raises:
        ConfigurationError: not such a file.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _header(data)
    except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not an OpenFst file ({error})") from None


def expectations(path: Path) -> Expectations:
    """The unigrams and bigrams of a file of type `ngram`.

    Raises:
        ConfigurationError: another type, or a damaged file.
    """
    found = header(path)
    if found.type != "ngram":
        raise ConfigurationError(f"{path}: FST of type {found.type}; only ngram holds a readable background")
    try:
        return _ngram(path.read_bytes(), found.end)
    except (ValueError, struct.error, IndexError) as error:
        raise ConfigurationError(f"{path}: damaged ({error}); install the model again") from None


def _header(data: mmap.mmap) -> Header:
    if struct.unpack_from("<i", data)[0] != _MAGIC:
        raise ValueError("wrong magic number")
    kind, place = _text(data, 4)
    _, place = _text(data, place)
    _, flags, *_ = _HEADER.unpack_from(data, place)
    place += _HEADER.size
    symbols: dict[str, int] = {}
    if flags & (_INPUT_SYMBOLS | _OUTPUT_SYMBOLS):
        start = place
        symbols, place = _symbols(data, start)
        if flags & _INPUT_SYMBOLS and flags & _OUTPUT_SYMBOLS:
            size = place - start  # an acceptor's two tables are the same
            place = (
                place + size if data[start:place] == data[place : place + size] else _symbols(data, place)[1]
            )
    return Header(kind, symbols, place)


def _symbols(data: mmap.mmap, place: int) -> tuple[dict[str, int], int]:
    if struct.unpack_from("<i", data, place)[0] != _SYMBOLS_MAGIC:
        raise ValueError("no symbol table where one should be")
    _, place = _text(data, place + 4)
    _, count = struct.unpack_from("<qq", data, place)
    place += 16
    found: dict[str, int] = {}
    for _ in range(count):
        word, place = _text(data, place)
        (found[word],) = struct.unpack_from("<q", data, place)
        place += 8
    return found, place


def _text(data: mmap.mmap, place: int) -> tuple[str, int]:
    (size,) = struct.unpack_from("<i", data, place)
    end = place + 4 + size
    if not 0 <= size <= len(data) - place:
        raise ValueError("a text longer than the file")
    return data[place + 4 : end].decode("utf-8"), end


def _ngram(data: bytes, place: int) -> Expectations:
    """State 0 is the empty history; the states after it are the histories of one word, then longer ones."""
    states, futures, finals = struct.unpack_from("<QQQ", data, place)
    fields = _fields(data, place + 24, states, futures)
    contexts, borders, context_words, words = (next(fields) for _ in range(4))
    costs = np.frombuffer(data, "<f4", futures, len(data) - 4 * (futures + 1))
    starts = np.flatnonzero(borders == 0)
    ends = [*(starts[1:] - np.arange(1, len(starts))).tolist(), futures]
    first = ends[0]
    children = int(np.argmin(contexts[2:] != 0))
    rows = np.repeat(context_words[1 : children + 1], np.diff(ends[: children + 1]))
    last = ends[children]
    if finals > states or last > futures:
        raise ValueError("more histories than states")
    pairs = np.stack([rows, words[first:last]], 1)
    return Expectations(words[:first], costs[:first], pairs, costs[first:last])


def _fields(data: bytes, place: int, states: int, futures: int) -> Iterator[NDArray[np.int32]]:
    """Bits of contexts and of futures, words of contexts and of futures."""
    sizes = (2 * states + 1, futures + states + 1, states)
    for number, size in enumerate(sizes):
        blocks = (size + 63) // 64
        if number < 2:
            packed = np.frombuffer(data, np.uint8, 8 * blocks, place)
            yield np.unpackbits(packed, bitorder="little")[:size].astype(np.int32)
        place += 8 * blocks
    for size in (states + 1, futures):
        yield np.frombuffer(data, "<i4", size, place)
        place += 4 * size

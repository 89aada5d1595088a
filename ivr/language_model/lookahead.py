"""Writes OpenFst's `olabel_lookahead` files, which vosk needs for run-time grammars.

The pynini wheel does not know that FST type, so its bytes are written here; no OpenFst call is made.
"""

import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

_FST_MAGIC = 2125659606
_ADD_ON_MAGIC = 446681434
_CONST_VERSION = 2
TYPE = b"olabel_lookahead"


@dataclass(frozen=True, slots=True)
class State:
    """What the tables need of a state: the output labels of its arcs, where epsilons lead, finality."""

    labels: frozenset[int]
    epsilons: tuple[int, ...]
    final: bool


def file_bytes(const_fst: bytes, states: Sequence[State], labels: int) -> bytes:
    """The look-ahead file of an FST given in `const` form; `labels` is the highest output label."""
    arc_type, properties, start, state_count, arc_count = _header(const_fst)
    final_label = labels + 1
    parts = [
        struct.pack("<i", _FST_MAGIC),
        _string(TYPE),
        _string(arc_type),
        struct.pack("<iiQqqq", 1, 0, properties, start, state_count, arc_count),
        struct.pack("<i", _ADD_ON_MAGIC),
        const_fst,
        bytes([1, 0, 1]),
        struct.pack("<??iq", False, False, final_label, len(states)),
    ]
    cache: dict[int, bytes] = {}
    for mask in reachable(states, final_label):
        if mask not in cache:
            cache[mask] = _interval_set(intervals(mask))
        parts.append(cache[mask])
    return b"".join(parts)


def reachable(states: Sequence[State], final_label: int) -> list[int]:
    """Per state, as a bit mask, the output labels met first on paths that leave through output epsilons."""
    masks = [_mask(state, final_label) for state in states]
    sources: list[list[int]] = [[] for _ in states]
    for number, state in enumerate(states):
        for target in state.epsilons:
            if target != number:
                sources[target].append(number)
    waiting = deque(reversed(range(len(states))))
    queued = [True] * len(states)
    while waiting:
        target = waiting.popleft()
        queued[target] = False
        for source in sources[target]:
            merged = masks[source] | masks[target]
            if merged != masks[source]:
                masks[source] = merged
                if not queued[source]:
                    queued[source] = True
                    waiting.append(source)
    return masks


def intervals(mask: int) -> list[tuple[int, int]]:
    """The half-open runs of set bits."""
    bits = bin(mask)[:1:-1]
    found = []
    start = bits.find("1")
    while start >= 0:
        end = bits.find("0", start)
        end = len(bits) if end < 0 else end
        found.append((start, end))
        start = bits.find("1", end)
    return found


def _header(const_fst: bytes) -> tuple[bytes, int, int, int, int]:
    (magic,) = struct.unpack_from("<i", const_fst, 0)
    kind, offset = _read_string(const_fst, 4)
    arc_type, offset = _read_string(const_fst, offset)
    version, _flags, properties, start, states, arcs = struct.unpack_from("<iiQqqq", const_fst, offset)
    if magic != _FST_MAGIC or kind != b"const" or version != _CONST_VERSION:
        raise ValueError(f"not an unaligned const FST: type {kind!r}, version {version}")
    return arc_type, properties, start, states, arcs


def _mask(state: State, final_label: int) -> int:
    size = final_label // 8 + 1
    bits = bytearray(size)
    for label in state.labels:
        bits[label >> 3] |= 1 << (label & 7)
    if state.final:
        bits[final_label >> 3] |= 1 << (final_label & 7)
    return int.from_bytes(bits, "little")


def _interval_set(runs: Sequence[tuple[int, int]]) -> bytes:
    body = b"".join(struct.pack("<ii", start, end) for start, end in runs)
    return struct.pack("<q", len(runs)) + body + struct.pack("<i", sum(end - start for start, end in runs))


def _string(value: bytes) -> bytes:
    return struct.pack("<i", len(value)) + value


def _read_string(data: bytes, offset: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from("<i", data, offset)
    return data[offset + 4 : offset + 4 + length], offset + 4 + length

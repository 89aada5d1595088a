"""The bytes of OpenFst's look-ahead files."""

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language_model.lookahead import TYPE, State, file_bytes, intervals, reachable

pytestmark = pytest.mark.unit


def const_fst(kind: bytes = b"const", version: int = 2) -> bytes:
    arc = b"standard"
    return (
        struct.pack("<ii", 2125659606, len(kind))
        + kind
        + struct.pack("<i", len(arc))
        + arc
        + struct.pack("<iiQqqq", version, 0, 3, 0, 2, 1)
        + b"states and arcs"
    )


@given(st.integers(min_value=0, max_value=2**70))
def test_intervals_are_exactly_the_bits(mask: int) -> None:
    """The runs are disjoint, ascending, and hold the set bits and no other."""
    runs = intervals(mask)
    assert sum(1 << bit for start, end in runs for bit in range(start, end)) == mask
    assert all(before[1] < after[0] for before, after in itertools.pairwise(runs))


def test_labels_are_seen_through_epsilons() -> None:
    """A state reaches its own labels, those behind epsilons, even in a ring, and finality."""
    states = [
        State(frozenset({1}), (1,), False),
        State(frozenset({2}), (2,), False),
        State(frozenset(), (0, 2), True),
        State(frozenset({3}), (), False),
    ]
    ring = 0b110 | 1 << 5
    assert reachable(states, final_label=5) == [ring, ring, ring, 0b1000]


def test_file_layout() -> None:
    """Header with our type, the whole const FST, then the sets, each closed by its size."""
    fst = const_fst()
    data = file_bytes(fst, [State(frozenset({1, 2}), (), True), State(frozenset(), (), False)], labels=3)
    assert data.startswith(struct.pack("<ii", 2125659606, len(TYPE)) + TYPE)
    tail = data[data.index(fst) + len(fst) :]
    flags, final_label, count = tail[:3], *struct.unpack_from("<iq", tail, 5)
    assert (flags, final_label, count) == (b"\1\0\1", 4, 2)
    first = struct.pack("<qiiiii", 2, 1, 3, 4, 5, 3)
    assert tail[17:] == first + struct.pack("<qi", 0, 0)


@pytest.mark.parametrize("fst", [const_fst(kind=b"vector"), const_fst(version=1)])
def test_only_const_fsts_are_wrapped(fst: bytes) -> None:
    """Another type or an aligned file would be misread by vosk, so it is refused."""
    with pytest.raises(ValueError, match="const FST"):
        file_bytes(fst, [], labels=1)

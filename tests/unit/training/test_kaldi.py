"""Kaldi's binary encodings."""

import struct

import numpy as np
import pytest

from models.training import kaldi

pytestmark = pytest.mark.unit


def test_numbers_carry_their_size() -> None:
    """One byte of size, then little endian."""
    stream = kaldi.Stream()
    stream.integer(-2)
    stream.real(0.5)
    stream.double(1.0)
    assert b"".join(stream.parts) == (
        b"\x04" + struct.pack("<i", -2) + b"\x04" + struct.pack("<f", 0.5) + b"\x08" + struct.pack("<d", 1.0)
    )


def test_matrices_are_row_major() -> None:
    """Kind, rows, columns, then the rows."""
    stream = kaldi.Stream()
    stream.matrix(np.array([[1, 2, 3], [4, 5, 6]], np.float32).T)
    expected = b"FM \x04" + struct.pack("<i", 3) + b"\x04" + struct.pack("<i", 2)
    assert b"".join(stream.parts) == expected + np.array([1, 4, 2, 5, 3, 6], "<f4").tobytes()


def test_a_model_names_its_nodes_and_its_components_alike() -> None:
    """The configuration and the component list agree; offsets and sums are descriptors."""
    one = np.ones((2, 6), np.float32)
    layers: list[kaldi.Layer] = [
        kaldi.Affine("a", "input", one, np.zeros(2, np.float32), (-1, 0, 1)),
        kaldi.Rectifier("r", "a", 2),
        kaldi.Sum("s", ("r", "a"), 2),
    ]
    data = kaldi.model_bytes(3, 2, layers)
    assert data.startswith(b"\0B<TransitionModel> ")
    text = b"component-node name=a component=a input=Append(Offset(input, -1), input, Offset(input, 1))\n"
    assert text in data
    assert b"input=Sum(r, a)\noutput-node name=output input=s objective=linear\n\n" in data
    positions = [data.index(b"<ComponentName> %c " % name) for name in b"ars"]
    assert positions == sorted(positions)


def test_three_phones_make_seven_log_probabilities() -> None:
    """Index 0 is unused; each phone has a loop and an exit of one half."""
    data = kaldi.model_bytes(3, 1, [kaldi.Rectifier("r", "input", 1)])
    start = data.index(b"<LogProbs> FV ") + len(b"<LogProbs> FV ")
    (count,) = struct.unpack_from("<i", data, start + 1)
    values = np.frombuffer(data, "<f4", count, start + 5)
    assert values.tolist() == pytest.approx([0.0, *([np.log(0.5)] * 6)])

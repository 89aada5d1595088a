"""Kaldi's binary model file, written from plain arrays: no Kaldi needed.

Bytes only; the network that is written is described by a list of layers.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
HALF = float(np.log(0.5))


@dataclass(frozen=True, slots=True)
class Affine:
    """y = weights · (inputs at the frame offsets, one above the other) + bias."""

    name: str
    source: str
    weights: Matrix
    bias: Matrix
    offsets: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Rectifier:
    """max(x, 0)."""

    name: str
    source: str
    size: int


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of several layers."""

    name: str
    sources: tuple[str, ...]
    size: int


Layer = Affine | Rectifier | Sum


@dataclass(slots=True)
class Stream:
    """Kaldi's binary encodings of tokens, numbers, vectors and matrices."""

    parts: list[bytes] = field(default_factory=list)

    def raw(self, text: str) -> None:
        self.parts.append(text.encode("ascii"))

    def token(self, name: str) -> None:
        self.raw(f"{name} ")

    def integer(self, value: int) -> None:
        self.parts.append(struct.pack("<bi", 4, value))

    def real(self, value: float) -> None:
        self.parts.append(struct.pack("<bf", 4, value))

    def double(self, value: float) -> None:
        self.parts.append(struct.pack("<bd", 8, value))

    def integers(self, values: Sequence[int]) -> None:
        self.parts.append(struct.pack("<bi", 4, len(values)) + np.asarray(values, "<i4").tobytes())

    def vector(self, values: Sequence[float] | Matrix) -> None:
        self.token("FV")
        self.integer(len(values))
        self.parts.append(np.asarray(values, "<f4").tobytes())

    def matrix(self, values: Matrix) -> None:
        self.token("FM")
        self.integer(values.shape[0])
        self.integer(values.shape[1])
        self.parts.append(np.ascontiguousarray(values, "<f4").tobytes())


def model_bytes(phones: int, inputs: int, layers: Sequence[Layer]) -> bytes:
    """`final.mdl`: one state per phone; phone p has pdf p-1 and transition-ids 2p-1 (loop), 2p (leave)."""
    stream = Stream([b"\0B"])
    _transitions(stream, phones)
    _network(stream, inputs, layers)
    return b"".join(stream.parts)


def _transitions(out: Stream, phones: int) -> None:
    numbers = range(1, phones + 1)
    out.token("<TransitionModel>")
    out.token("<Topology>")
    out.integers(numbers)
    out.integers([-1, *([0] * phones)])  # phone to topology entry
    out.integer(1)  # one entry
    out.integer(2)  # of two states: emitting (pdf-class 0, loop, leave), final (no pdf, nothing)
    for value in (0, 2):
        out.integer(value)
    for target in (0, 1):
        out.integer(target)
        out.real(0.5)
    for value in (-1, 0):
        out.integer(value)
    out.token("</Topology>")
    out.token("<Triples>")
    out.integer(phones)
    for phone in numbers:
        for value in (phone, 0, phone - 1):
            out.integer(value)
    out.token("</Triples>")
    out.token("<LogProbs>")
    out.vector([0.0, *([HALF] * (2 * phones))])
    out.token("</LogProbs>")
    out.token("</TransitionModel>")


def _network(out: Stream, inputs: int, layers: Sequence[Layer]) -> None:
    out.token("<Nnet3>")
    out.raw(f"\ninput-node name=input dim={inputs}\n")
    for layer in layers:
        out.raw(f"component-node name={layer.name} component={layer.name} input={_descriptor(layer)}\n")
    out.raw(f"output-node name=output input={layers[-1].name} objective=linear\n\n")
    out.token("<NumComponents>")
    out.integer(len(layers))
    for layer in layers:
        out.token("<ComponentName>")
        out.token(layer.name)
        _component(out, layer)
    out.token("</Nnet3>")
    out.token("<LeftContext>")
    out.integer(0)  # Kaldi computes both contexts itself
    out.token("<RightContext>")
    out.integer(0)
    out.token("<Priors>")
    out.vector([])


def _descriptor(layer: Layer) -> str:
    if isinstance(layer, Sum):
        return f"Sum({', '.join(layer.sources)})"
    if isinstance(layer, Rectifier) or layer.offsets == (0,):
        return layer.source
    shifted = [f"Offset({layer.source}, {offset})" if offset else layer.source for offset in layer.offsets]
    return f"Append({', '.join(shifted)})"


def _component(out: Stream, layer: Layer) -> None:
    if isinstance(layer, Affine):
        out.token("<FixedAffineComponent>")
        out.token("<LinearParams>")
        out.matrix(layer.weights)
        out.token("<BiasParams>")
        out.vector(layer.bias)
        out.token("</FixedAffineComponent>")
    elif isinstance(layer, Sum):
        out.token("<NoOpComponent>")
        out.token("<Dim>")
        out.integer(layer.size)
        out.token("<BackpropScale>")
        out.real(1.0)
        out.token("</NoOpComponent>")
    else:
        _rectifier(out, layer.size)


def _rectifier(out: Stream, size: int) -> None:
    out.token("<RectifiedLinearComponent>")
    out.token("<Dim>")
    out.integer(size)
    for name in ("<ValueAvg>", "<DerivAvg>"):
        out.token(name)
        out.vector([])
    for name in ("<Count>", "<NumDimsSelfRepaired>", "<NumDimsProcessed>"):
        out.token(name)
        out.double(0.0)
    out.token("</RectifiedLinearComponent>")

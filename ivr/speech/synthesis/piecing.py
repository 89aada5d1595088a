"""A line with a value in it, concatenated from rendered pieces: « Je répète : zéro six, douze… ».

Pure; finds the fewest pieces, and does not know how they sound.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ivr.audio.frame import FRAME_BYTES, RATE, silence

MARKS = ".,:;?!"
_TOKEN = re.compile(rf"([^\s{MARKS}]+) ?([{MARKS}]?)[{MARKS}]*")

PAUSES = {".": 0.25, "?": 0.25, "!": 0.25, ":": 0.15, ";": 0.15, ",": 0.05}
"""Seconds added after a piece, by the mark that follows it in the line."""
CLOSE = int(0.100 * RATE) * 2 // FRAME_BYTES * FRAME_BYTES
"""Bytes of silence taken off a piece in the middle of a phrase."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that was rendered, and the mark that follows it where it is said now."""

    text: str
    mark: str


@dataclass(slots=True)
class Pieces:
    """Texts from which a line can be put together."""

    _known: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    _longest: int = 0

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Pieces":
        """Learn *texts*, as the voice was given them."""
        pieces = cls()
        for text in texts:
            words, marks = _tokens(text)
            if words:
                pieces._known.setdefault(words, {})[marks[-1]] = text
                pieces._longest = max(pieces._longest, len(words))
        return pieces

    def making(self, text: str) -> tuple[Piece, ...]:
        """Return the fewest pieces that make *text*, those with its own marks first; none if they cannot."""
        words, marks = _tokens(text)
        best: list[tuple[float, tuple[Piece, ...]] | None] = [(0.0, ()), *([None] * len(words))]
        for end in range(1, len(words) + 1):
            for start in range(max(0, end - self._longest), end):
                before, said = best[start], self._known.get(words[start:end])
                if before is None or said is None:
                    continue
                mark = marks[end - 1]
                cost = before[0] + (1.0 if mark in said else 1.5)
                found = best[end]
                if found is None or cost < found[0]:
                    chosen = said.get(mark) or next(iter(said.values()))
                    best[end] = (cost, (*before[1], Piece(chosen, mark)))
        last = best[-1]
        return last[1] if last else ()


def _tokens(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = _TOKEN.findall(text)
    return tuple(word.lower() for word, _ in found), tuple(mark for _, mark in found)


def put_together(pieces: Sequence[Piece], sounds: Sequence[bytes]) -> bytes:
    """Return the *sounds* of *pieces* in a row, ``slin``, with the pauses that their marks ask for."""
    row = b""
    for piece, sound in zip(pieces, sounds, strict=True):
        row += sound + silence(PAUSES[piece.mark]) if piece.mark else sound[:-CLOSE]
    return row

"""OpenFst's `ngram` files: the words, and what is expected after each."""

import math
import struct
from pathlib import Path

import numpy as np
import pytest

from ivr.errors import ConfigurationError
from ivr.language_model import gr_file
from tests.speech.ngram_file import write

pytestmark = pytest.mark.unit

WORDS = ["oui", "non", "merci"]
UNIGRAMS = {"oui": 0.5, "non": 0.3, "merci": 0.1}
BIGRAMS = {"<s>": {"oui": 0.6, "non": 0.4}, "oui": {"merci": 0.7}}


def test_unigrams_and_bigrams_are_read(tmp_path: Path) -> None:
    """The costs of every word, and of those after a word or at the beginning."""
    path = write(tmp_path / "Gr.fst", WORDS, UNIGRAMS, BIGRAMS)
    symbols = gr_file.header(path).symbols
    assert symbols == {"<eps>": 0, "oui": 1, "non": 2, "merci": 3}
    found = gr_file.expectations(path)
    assert found.words.tolist() == [1, 2, 3]
    assert np.exp(-found.costs) == pytest.approx([0.5, 0.3, 0.1])
    pairs = {
        tuple(pair): math.exp(-cost)
        for pair, cost in zip(found.pairs.tolist(), found.pair_costs, strict=True)
    }
    assert pairs == pytest.approx({(0, 1): 0.6, (0, 2): 0.4, (1, 3): 0.7})


@pytest.mark.parametrize("size", [0, 3, 40, 70, 130])
def test_a_damaged_file_is_named(tmp_path: Path, size: int) -> None:
    """Cut anywhere, it is refused with its name."""
    path = write(tmp_path / "Gr.fst", WORDS, UNIGRAMS, BIGRAMS)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ConfigurationError, match=r"Gr\.fst"):
        gr_file.expectations(path)


def test_another_type_has_no_background(tmp_path: Path) -> None:
    """A graph of ours is no background for another."""
    path = tmp_path / "Gr.fst"
    header = struct.pack("<i", 2125659606) + b"".join(
        struct.pack("<i", len(text)) + text for text in (b"const", b"standard")
    )
    path.write_bytes(header + struct.pack("<iiQqqq", 2, 0, 0, 0, 0, 0))
    with pytest.raises(ConfigurationError, match="const"):
        gr_file.expectations(path)

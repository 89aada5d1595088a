"""The lexicon's file."""

from pathlib import Path

import pytest

from ivr.errors import ConfigurationError
from ivr.french.spoken import spoken
from ivr.knowledge.lexicon import load_lexicon
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit


def lexicon_file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "lexicon.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_entries_are_applied(tmp_path: Path) -> None:
    """What is written is said as the entry wants."""
    path = lexicon_file(
        tmp_path, "# ours\n- {written: Bflex, spoken: bé-flex}\n- written: KO\n  spoken: échoué\n"
    )
    assert spoken("Bflex KO", load_lexicon(path)) == "bé-flex échoué"


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "[]"])
def test_an_empty_lexicon(tmp_path: Path, content: str) -> None:
    """No entries, or no file, is fine."""
    assert load_lexicon(lexicon_file(tmp_path, content)).entries == ()
    assert load_lexicon(tmp_path / "none.yaml").entries == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("written: a", r":1: the lexicon is a list"),
        ("- {written: a, spoken: b}\n- text", r":2: an entry is"),
        ("\n- {written: a, spoken: b, said: c}", r":2: unknown key"),
        ("- {written: a}", r":1: `spoken` is missing"),
        ("- written: a\n  spoken:\n", r":2: `spoken` is a text"),
        ("- {written: a, spoken: [b]}", r":1: `spoken` is a text"),
        ("- {written: a, spoken: b}\n- {written: a, spoken: c}", r":2: 'a' is there twice"),
        ("- {written: a, spoken: b", r":1: .*"),
        ("- {[a]: b}", r":1: unknown key"),
        (b"- {written: caf\xe9, spoken: b}", r":1: cannot be read"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    """A supervisor is told where to look."""
    with pytest.raises(ConfigurationError, match=rf"lexicon\.yaml.*{message}"):
        load_lexicon(lexicon_file(tmp_path, content))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Poly® VVX", "Poli V V X"),
        ("l'adresse MAC", "l'adresse Mac"),
        ("PoE, TLS, SRTP", "P O E, T L S, S R T P"),
        ("SDA, UCEP, PABX, OTT, IP", "S D A, U C E P, P A B X, O T T, I P"),
        ("TCP/IP", "T C P, I P"),
        ("test ping, switch, Centrex", "test ping, switch, Centrex"),
        ("firmware 6.3.1", "feurmouère siss point trois point un"),
        ("24h/24 et 7j/7", "vingt-quatre heures sur vingt-quatre et sept jours sur sept"),
        ("test KO", "test échoué"),
        ("Data Center", "centre de données"),
        ("Web to fax, Fax to mail", "du web vers le fax, du fax vers l'imèle"),
        ("par e-mail", "par imèle"),
        ("Bflex", "bé-flex"),
    ],
)
def test_the_shipped_lexicon(written: str, expected: str) -> None:
    """Every term that the design note found wrong is put right by what we ship."""
    assert spoken(written, load_lexicon(PROMPTS / "lexicon.yaml")) == expected

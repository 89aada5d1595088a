"""What espeak-ng really says: the phonemes of each difficult term, after our rules and lexicon."""

import subprocess

import pytest

from ivr.french.spoken import spoken
from ivr.knowledge.lexicon import load_lexicon
from tests.shipped import PROMPTS

pytestmark = pytest.mark.speech

LEXICON = load_lexicon(PROMPTS / "lexicon.yaml")


def phonemes(text: str) -> str:
    command = ["espeak-ng", "-v", "fr", "-q", "--ipa", "-b", "1", "--stdin"]
    said = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=10)
    return said.stdout.decode().replace("ˈ", "").replace("ˌ", "").replace("-", "").replace("\n", " ").strip()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("SDA", "ɛs de a"),
        ("UCEP", "y se ə pe"),
        ("PoE", "pe o ə"),
        ("OTT", "o te te"),
        ("PABX", "pe a be iks"),
        ("SVI", "ɛs ve i"),
        ("TLS", "te ɛl ɛs"),
        ("SRTP", "ɛs ɛʁ te pe"),
        ("VVX", "ve ve iks"),
        ("TCP/IP", "te se pe i pe"),
        ("FAQ", "ɛf a ky"),
        ("l'adresse MAC", "ladʁɛs mak"),
        ("KO", "eʃwe"),
        ("Poly®", "poli"),
        ("Bflex", "beflɛks"),
        ("firmware", "fœʁmwɛʁ"),
        ("e-mail", "imɛl"),
        ("24h/24", "vɛ̃tkatʁ œʁ syʁ vɛ̃tkatʁ"),
        ("7j/7", "sɛt ʒuʁ syʁ sɛt"),
        ("6.3.1", "sis pwɛ̃ tʁwa pwɛ̃ œ̃"),
        ("01 23", "zeʁo œ̃ vɛ̃ttʁwa"),
        ("0123456789", "zeʁo œ̃ vɛ̃ttʁwa kaʁɑ̃tsɛ̃k swasɑ̃tsɛt katʁəvɛ̃nœf"),
        ("14h30", "katɔʁz œʁ tʁɑ̃t"),
        ("0%", "zeʁo puʁ sɑ̃"),
        ("n° 5", "nymeʁo sɛ̃k"),
        ("2e", "døzjɛm"),
    ],
)
def test_terms_are_said_right(written: str, expected: str) -> None:
    """The French voice spells, expands and pronounces as a person of the trade does."""
    assert phonemes(spoken(written, LEXICON)) == expected


@pytest.mark.parametrize(
    "written", ["SDA", "UCEP", "PoE", "OTT", "PABX", "SVI", "KO", "l'adresse MAC", "24h/24"]
)
def test_the_rules_are_needed(written: str) -> None:
    """Without them the voice says something else: a rule that no longer changes anything should go."""
    assert phonemes(written) != phonemes(spoken(written, LEXICON))

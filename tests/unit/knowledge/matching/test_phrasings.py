"""Reading the phrasings, and complaining about them usefully."""

from pathlib import Path

import pytest

from ivr.dialogue.understanding import Command, Reject
from ivr.errors import ConfigurationError
from ivr.knowledge.matching.phrasings import Several, load_phrasings

pytestmark = pytest.mark.unit


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_file_is_read(tmp_path: Path) -> None:
    """Intents, commands, refusals, guards, double questions and replies each find their place."""
    found = load_phrasings(
        write(
            tmp_path,
            ping="intent: ping\nphrasings:\n  - lancer un ping\n",
            mac="intent: mac\nphrasings:\n  - l'adresse MAC\n",
            commands="commands:\n  agent: [conseiller]\n  yes: [oui]\n",
            out_of_scope="out-of-scope: [une pizza]\nnear-miss: [ma facture]\nnoise: [attends]\n",
            guards="emergency: [au feu]\nno-recording: [sans enregistrement]\n",
            several="several:\n  - {text: le ping et la MAC, intents: [ping, mac]}\n",
            torn="torn:\n  - {text: le mot de passe, intents: [ping, mac]}\n",
            replies="replies:\n  first: [le premier]\n",
        )
    )
    assert found.intents == {"mac": ("l'adresse MAC",), "ping": ("lancer un ping",)}
    assert found.commands == {Command.AGENT: ("conseiller",), Command.YES: ("oui",)}
    assert found.rejects[Reject.NEAR_MISS] == ("ma facture",)
    assert found.emergency == ("au feu",)
    assert found.several == (Several("le ping et la MAC", ("ping", "mac")),)
    assert found.torn == (Several("le mot de passe", ("ping", "mac")),)
    assert found.replies == {"first": ("le premier",)}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("ping", "intent: pong\nphrasings: [a]\n", r"ping\.yaml:1: intent: .* must say « intent: ping »"),
        ("ping", "intent: ping\nphrasings:\n  - a\n  - {b: c}\n", r"ping\.yaml:2: phrasings: "),
        ("ping", "intent: ping\nphrasings: []\n", r"ping\.yaml:2: phrasings: write at least one"),
        ("ping", "intent: ping\n", r"ping\.yaml:1: phrasings: "),
        ("ping", "intent: ping\nphrasing: [a]\n", r"ping\.yaml:2: phrasing: unknown key"),
        ("ping", "intent: [\n", r"ping\.yaml:2: not valid YAML"),
        ("ping", "- a\n", r"ping\.yaml:1: must be a table"),
        (
            "commands",
            "commands:\n  agent: [a]\n  dance: [b]\n",
            r"commands\.yaml:3: commands\.dance: no such command",
        ),
        (
            "several",
            "several:\n  - text: a\n    intents: [x, y]\n",
            r"several\.yaml:3: .*no such intent « x »",
        ),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    """A supervisor is told where to look and what is expected."""
    with pytest.raises(ConfigurationError, match=complaint):
        load_phrasings(write(tmp_path, **{name: text}))


def test_an_empty_directory_is_an_error(tmp_path: Path) -> None:
    """A wrong path is not an FAQ without questions."""
    with pytest.raises(ConfigurationError, match="no phrasings"):
        load_phrasings(tmp_path)


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    """A file in another encoding is refused."""
    (tmp_path / "ping.yaml").write_bytes(b"intent: \xe9")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load_phrasings(tmp_path)


def test_fingerprint_follows_content(tmp_path: Path) -> None:
    """Equal data has equal fingerprints, other data another."""
    first = load_phrasings(write(tmp_path, ping="intent: ping\nphrasings: [a]\n"))
    again = load_phrasings(tmp_path)
    other = load_phrasings(write(tmp_path, ping="intent: ping\nphrasings: [b]\n"))
    assert first.fingerprint() == again.fingerprint() != other.fingerprint()

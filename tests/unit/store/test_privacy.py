"""Numbers become pseudonyms; some words are never written."""

from pathlib import Path

import pytest

from ivr.errors import ConfigurationError
from ivr.store.privacy import Pseudonyms, load_pseudonyms, sound_may_stay, why_masked

pytestmark = pytest.mark.unit


def test_a_caller_keeps_his_pseudonym() -> None:
    """The same number, the same pseudonym; another key, another one; no number, none."""
    mine, others = Pseudonyms(b"a key of some length"), Pseudonyms(b"another key, as long")
    assert mine.of("0612345678") == mine.of("0612345678") != mine.of("0612345679")
    assert mine.of("0612345678") != others.of("0612345678")
    assert mine.of(None) is None
    assert "0612345678" not in str(mine.of("0612345678"))


def test_a_key_derived_is_the_same_on_every_server_and_for_one_purpose_alone() -> None:
    """Whoever has the same key derives the same; nothing that is presented as a number gives it away."""
    mine, others = Pseudonyms(b"a key of some length"), Pseudonyms(b"another key, as long")
    assert mine.key_for("cookies") == Pseudonyms(b"a key of some length").key_for("cookies")
    assert len({mine.key_for("cookies"), mine.key_for("links"), others.key_for("cookies")}) == 3
    assert not mine.key_for("cookies").hex().startswith(str(mine.of("ivr: key for cookies")))


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    """Without a configured key one is generated, readable by us alone, and kept."""
    path = tmp_path / "var" / "pseudonyms.key"
    first = load_pseudonyms("", path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_pseudonyms("", path).of("1") == first.of("1")


def test_a_weak_key_is_refused(tmp_path: Path) -> None:
    """A short key, or an empty file, protects nobody."""
    with pytest.raises(ConfigurationError, match=r"\[store\] key"):
        load_pseudonyms("secret", tmp_path / "unused")
    (tmp_path / "empty").touch()
    with pytest.raises(ConfigurationError, match="empty"):
        load_pseudonyms("", tmp_path / "empty")


@pytest.mark.parametrize(
    "text",
    [
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "mon numéro 06 12 34 56 78",
        "0612345678",
    ],
)
def test_a_dictated_number_is_masked(text: str) -> None:
    """However it is said or written."""
    assert why_masked([text], private=False, command=False) == "number"


@pytest.mark.parametrize(
    "text",
    [
        "ma carte quatre mille neuf cent soixante-dix un deux trois quatre douze zéro zéro",
        "un quatre-vingt-cinq zéro cinq soixante-dix-huit zéro zéro six",  # NIR
        "iban fr76 3000 6000 0112 3456 7890 189",
        "zéro zéro quarante-quatre vingt soixante-dix-neuf quarante-six",  # Great Britain
    ],
)
def test_every_long_number_is_masked(text: str) -> None:
    """Cards, social security, accounts and other countries' telephones."""
    assert why_masked([text], private=False, command=False) == "number"


@pytest.mark.parametrize(
    "text",
    [
        "zéro six douze trente-quatre cinquante",
        "zéro six douze",
        "c'est le soixante-douze quarante-cinq à la fin",
        "quarante-neuf euh soixante et onze euh douze euh trente euh zéro un",
        "4971 1234",
    ],
)
def test_part_of_a_number_is_masked(text: str) -> None:
    """Where the sound is dropped, the words are: no more may have been heard of a number than this."""
    assert why_masked([text], private=False, command=False) == "number"
    assert text.isascii() or not sound_may_stay([text], private=False, pressed=0)


@pytest.mark.parametrize(
    "text", ["nous avons deux cent cinquante-trois postes", "la version douze point trois"]
)
def test_quantities_are_kept(text: str) -> None:
    """No quantity that a support line hears is that long."""
    assert why_masked([text], private=False, command=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "j'ai vingt et un postes et soixante-douze collaborateurs",
        "vingt-quatre heures sur vingt-quatre sept jours sur sept",
        "le lundi deux décembre à quatorze heures trente",
        "les appels vers les zéro six et zéro sept",
        "la version six point trois point un",
        "firmware 6.3.1 sur windows 2016",
        "adresse mac",
        "",
    ],
)
def test_other_figures_are_kept(text: str) -> None:
    """Counting is not dictating."""
    assert why_masked([text], private=False, command=False) is None


def test_a_password_said_unasked_is_masked() -> None:
    """Whether a password was expected or not, and though the same words hold a command."""
    text = "mon mot de passe c'est soleil, passez-moi quelqu'un"
    assert why_masked([text], private=False, command=True) == "private"


def test_sound_is_kept_less_easily_than_words() -> None:
    """Part of a number, two keys, or any secret: words may stay, the voice may not."""
    how_many = ["j'ai vingt et un postes"]
    assert why_masked(how_many, private=False, command=False) is None
    assert not sound_may_stay(how_many, private=False, pressed=0)
    assert why_masked(["suite"], private=True, command=True) is None
    assert not sound_may_stay(["suite"], private=True, pressed=0)
    assert not sound_may_stay(["suite"], private=False, pressed=2)
    assert sound_may_stay(["j'ai deux postes", "j'ai deux pattes"], private=False, pressed=1)

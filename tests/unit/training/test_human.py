"""Recordings of people and their texts."""

from pathlib import Path

import pytest

from models.training import human

pytestmark = pytest.mark.unit


def test_a_stamp_is_known_by_its_french_name(tmp_path: Path) -> None:
    """Letters are said alone, a text counts once, and names with figures or quotes are left out."""
    names = {
        "frog": "Une grenouille.",
        "toad": "Une grenouille.",
        "m": "La lettre M.",
        "cent": "10 centimes.",
    }
    for stamp, french in names.items():
        (tmp_path / f"{stamp}.txt").write_text(f"Its name.\nfr.utf8={french}\n", encoding="utf-8")
        (tmp_path / f"{stamp}_desc_fr.ogg").touch()
    found = human.tuxpaint_stamps(tmp_path)
    assert [(clip.path.name, clip.text) for clip in found] == [
        ("frog_desc_fr.ogg", "une grenouille."),
        ("m_desc_fr.ogg", "m."),
    ]

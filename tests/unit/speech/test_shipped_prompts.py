"""The folder of what ships: written, read, found out when damaged."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from ivr.audio.frame import RATE, duration, to_floats, to_slin
from ivr.audio.loudness import loudness
from ivr.errors import ConfigurationError
from ivr.french.spoken import Lexicon
from ivr.speech.synthesis.shipped_prompts import INDEX, ShippedPrompts
from ivr.speech.synthesis.shipping import compare, ship, wanted_keys
from tests.unit.speech.test_prompts import Hum

pytestmark = pytest.mark.unit
KEY = "0123456789abcdef" * 4


def tone(seconds: float) -> bytes:
    return to_slin((0.1 * np.sin(np.arange(int(RATE * seconds)) * 0.5)).astype(np.float32))


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """As long as it was, as loud, and a tenth of the size."""
    ShippedPrompts(tmp_path).save(KEY, tone(2.0), "une tonalité")
    written = ShippedPrompts(tmp_path)
    written.save(KEY, tone(2.0), "une tonalité")
    written.keep([KEY])

    sound = ShippedPrompts(tmp_path).load(KEY)
    assert sound is not None
    assert duration(sound) == 2.0
    assert loudness(to_floats(sound)) == pytest.approx(loudness(to_floats(tone(2.0))), abs=0.5)
    (file,) = tmp_path.glob("*.opus")
    assert file.stat().st_size < len(sound) / 4


def test_the_index_rules(tmp_path: Path) -> None:
    """A file that it does not name is not there, a file that it names and that has gone is missing."""
    folder = ShippedPrompts(tmp_path)
    folder.save(KEY, tone(1.0), "un")
    folder.keep([])
    assert KEY not in folder
    assert list(tmp_path.glob("*.opus")) == []
    (tmp_path / INDEX).write_text(f"{KEY[:32]}\t8000\tun\n", encoding="utf-8")
    assert ShippedPrompts(tmp_path).load(KEY) is None


@pytest.mark.parametrize("line", ["nonsense", f"{KEY[:32]}\tmany\tun", f"{KEY[:32]}\t8000\t"])
def test_a_wrong_index_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    """With file, line and remedy."""
    (tmp_path / INDEX).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"index\.tsv:1: .*make voice"):
        ShippedPrompts(tmp_path)


def test_only_what_changed_is_rendered(tmp_path: Path) -> None:
    """An edited text is made, its former sound removed, the rest left alone."""
    engine, lexicon = Hum(), Lexicon()
    folder = ShippedPrompts(tmp_path)
    before = wanted_keys(["Bonjour.", "Au revoir."], lexicon, engine.version)
    assert asyncio.run(ship(before, engine, folder)) == (2, 0)

    stale = compare(["Bonjour.", "À bientôt."], lexicon, engine.version, ShippedPrompts(tmp_path))
    assert list(stale.missing.values()) == ["À bientôt."]
    assert stale.surplus == ("Au revoir.",)
    after = wanted_keys(["Bonjour.", "À bientôt."], lexicon, engine.version)
    assert asyncio.run(ship(after, engine, folder)) == (1, 1)
    assert {entry.text for entry in ShippedPrompts(tmp_path).index.values()} == {"Bonjour.", "À bientôt."}

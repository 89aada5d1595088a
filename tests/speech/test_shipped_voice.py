"""What ships of the line's voice: nothing stale, every file whole and loud enough, no turn too long."""

import numpy as np
import pytest

from ivr.audio.frame import duration, to_floats
from ivr.audio.loudness import loudness
from ivr.config import SpeechSettings
from ivr.dialogue.answers import Answer, AnswerLine, Tail
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from ivr.knowledge.spoken_pieces import texts_to_render
from ivr.places import shared
from ivr.speech.synthesis.kokoro_synthesizer import KokoroSynthesizer
from ivr.speech.synthesis.prompts import SHIPPED
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.shipping import compare, wanted_keys
from tests.shipped import PROMPTS

pytestmark = pytest.mark.speech

CONTENT = load_content(PROMPTS)
LEXICON = load_lexicon(PROMPTS / "lexicon.yaml")
FOLDER = ShippedPrompts(shared(*SHIPPED))
LARGEST = 8 * 1024 * 1024
LONGEST_TURN = 10.0
HINTS = {
    Tail.NEXT: "nav.suite.1",
    Tail.HANDS: "nav.manip",
    Tail.END: "menu.autre",
    Tail.TRANSFER: "tr.proposer",
    Tail.LINK: "lien.proposer",
}
DICTATED = {"lien.assistance.dicter"}
"""An address, said slowly on purpose."""


@pytest.fixture
async def version() -> str:
    voice = KokoroSynthesizer(SpeechSettings(engine="kokoro"))
    await voice.aclose()
    return voice.version


async def test_nothing_is_stale(version: str) -> None:
    """Every text that can be said is there, and nothing else; needs no model."""
    stale = compare(texts_to_render(CONTENT), LEXICON, version, FOLDER)
    assert list(stale.missing.values()) == [], "run `make voice` and commit models/voice/rendered"
    assert stale.surplus == (), "run `make voice` and commit models/voice/rendered"


def test_every_file_is_whole_and_as_loud_as_the_others() -> None:
    """−20 LUFS within half a unit, peaks at −3 dBFS and what the codec adds; a digit is too short to tell."""
    size = 0
    for key, entry in FOLDER.index.items():
        slin = FOLDER.load(key)
        assert slin is not None, f"{entry.text}: damaged"
        samples = to_floats(slin)
        assert np.abs(samples).max() < 0.95, entry.text
        if duration(slin) > 1.0:
            assert loudness(samples) == pytest.approx(-20, abs=0.5), entry.text
        size += FOLDER.path(key).stat().st_size
    assert size < LARGEST


async def test_no_line_keeps_a_caller_longer_than_ten_seconds(version: str) -> None:
    """An answer's line with what is said after it, at the normal rate, by the durations of this voice."""
    seconds = durations(version)
    turns = {
        f"{answer.intent}.{line.name}": turn(answer, line, seconds)
        for answer in CONTENT.faq.answers.values()
        for line in answer.lines.values()
        if "{" not in line.text
    }
    turns |= {prompt: seconds[text] for prompt, text in CONTENT.lines.items() if "{" not in text}
    long = {name: lasts for name, lasts in turns.items() if lasts > LONGEST_TURN and name not in DICTATED}
    assert long == {}


def turn(answer: Answer, line: AnswerLine, seconds: dict[str, float]) -> float:
    """Seconds of *line* and of what follows it without a pause for the caller."""
    lasts = seconds[line.text]
    if line.tail is Tail.CHAIN and line.next:
        return lasts + turn(answer, answer.lines[line.next], seconds)
    hint = HINTS.get(line.tail)
    return lasts + (seconds[CONTENT.lines[hint]] if hint else 0.0)


def durations(version: str) -> dict[str, float]:
    """Text → seconds, for every text without a value."""
    found = {}
    for text in CONTENT.spoken().values():
        for key in wanted_keys([text], LEXICON, version):
            if key in FOLDER:
                found[text] = FOLDER.index[key[:32]].samples / 8000
    return found

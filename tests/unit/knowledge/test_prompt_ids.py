"""The list of required prompts is exactly what the dialogue asks for."""

import ast
import re
from pathlib import Path

import pytest

from ivr.config import CallSettings
from ivr.french.slots import slots
from ivr.knowledge.document import Problems
from ivr.knowledge.lines import read_lines
from ivr.knowledge.prompt_ids import FILLED, REQUIRED
from tests.shipped import PROMPTS

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
LINES = read_lines(PROMPTS / "lines", Problems())
PREFIXES = {prompt.split(".")[0] for prompt in LINES}


def asked_for() -> set[str]:
    """Every text in ivr/dialogue that has the form of a prompt's id."""
    texts = {
        node.value
        for path in (ROOT / "ivr" / "dialogue").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    ids = {text for text in texts if re.fullmatch(r"[a-z]+(\.[a-z0-9-]+)+", text)}
    return {text for text in ids if text.split(".")[0] in PREFIXES} | {CallSettings().greeting}


def test_required_prompts_are_those_the_dialogue_names() -> None:
    """A prompt that the dialogue names cannot be missing; one it does not name may be removed."""
    assert asked_for() == REQUIRED


def test_required_prompts_are_shipped() -> None:
    """Each is there, with the slots the dialogue fills."""
    assert LINES.keys() >= REQUIRED
    assert {prompt: set(slots(text)) for prompt, text in LINES.items() if slots(text)} == {
        prompt: set(names) for prompt, names in FILLED.items()
    }

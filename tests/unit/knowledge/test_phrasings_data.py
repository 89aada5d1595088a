"""The phrasings in prompts/phrasings are well formed, plentiful and free of collisions.

It reads the YAML files only: what a matcher makes of them is measured elsewhere.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from tests.shipped import INTENTS, PROMPTS

pytestmark = pytest.mark.unit

PHRASINGS = PROMPTS / "phrasings"

FEWEST_PHRASINGS = 120

FEWEST_LINES = {
    "out-of-scope": {"out-of-scope": 250, "near-miss": 100, "noise": 60}
    | {"wait": 30, "presence": 30, "machine": 30, "language": 30, "hours": 40, "stuck": 40, "anger": 40}
    | {"another": 30, "not-my-question": 30, "hearing": 30, "step": 30, "steps": 30, "spell": 30, "send": 30}
    | {"difference": 30, "why": 25, "cost": 30, "later": 30, "identity": 30, "delay": 30},
    "guards": {"emergency": 50, "false-alarms": 80, "no-recording": 30},
}

FEWEST_COMMANDS = {
    "agent": 80,
    "repeat": 40,
    "slower": 40,
    "next": 40,
    "back": 40,
    "yes": 40,
    "no": 40,
    "goodbye": 40,
    "help": 40,
    "menu": 40,
    "restart": 40,
    "stop": 40,
    "louder": 40,
}

FEWEST_REPLIES = {"unknown": 40, "first": 15, "second": 15, "third": 15, "both": 15, "neither": 15}


@cache
def load(name: str) -> dict[str, Any]:
    """The mapping at the top of one phrasings file."""
    document = yaml.safe_load((PHRASINGS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def folded(line: str) -> str:
    """The words of a line without case, accents or punctuation."""
    decomposed = unicodedata.normalize("NFD", line.lower())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def is_clean(line: object) -> bool:
    """Whether a line is one trimmed line of text, in composed Unicode, that says something."""
    return (
        isinstance(line, str)
        and line == " ".join(line.split())
        and line == unicodedata.normalize("NFC", line)
        and folded(line) != ""
    )


def open_questions() -> Iterator[tuple[str, str]]:
    """Every line that answers « quelle est votre question ? », with what it means."""
    for intent in INTENTS:
        for line in load(intent)["phrasings"]:
            yield intent, line
    for meaning, lines in (load("out-of-scope") | load("commands")["commands"]).items():
        for line in lines:
            yield meaning, line


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_its_file_of_phrasings(intent: str) -> None:
    """Each answer of the FAQ comes with enough ways to ask for it, as clean lines of text."""
    document = load(intent)
    assert document["intent"] == intent
    assert len(document["phrasings"]) >= FEWEST_PHRASINGS
    assert [line for line in document["phrasings"] if not is_clean(line)] == []


def test_every_file_belongs_to_something() -> None:
    """No file is left that no reader would load."""
    others = {"commands", "guards", "out-of-scope", "replies", "several", "torn"}
    assert {path.stem for path in PHRASINGS.glob("*.yaml")} == {*INTENTS, *others}


@pytest.mark.parametrize(
    ("groups", "fewest"),
    [
        (load("commands")["commands"], FEWEST_COMMANDS),
        (load("replies")["replies"], FEWEST_REPLIES),
        (load("out-of-scope"), FEWEST_LINES["out-of-scope"]),
        (load("guards"), FEWEST_LINES["guards"]),
    ],
    ids=["commands", "replies", "out-of-scope", "guards"],
)
def test_the_other_groups_are_plentiful_and_clean(
    groups: dict[str, list[str]], fewest: dict[str, int]
) -> None:
    """Commands, replies, refusals and guards each have enough clean lines, none of them twice in a group."""
    assert {name for name, count in fewest.items() if len(groups.get(name, ())) < count} == set()
    for lines in groups.values():
        assert [line for line in lines if not is_clean(line)] == []
        assert len({folded(line) for line in lines}) == len(lines)


def test_several_names_two_known_intents() -> None:
    """Each utterance with two questions says which two, in the order they are asked."""
    utterances = load("several")["several"]
    assert len(utterances) >= 80
    for utterance in utterances:
        assert is_clean(utterance["text"])
        assert len(set(utterance["intents"])) == 2
        assert set(utterance["intents"]) <= set(INTENTS)


def test_torn_lines_have_several_answers() -> None:
    """Each names the two or three answers that the line offers, and stands in no file of theirs."""
    lines = load("torn")["torn"]
    assert all(2 <= len(set(line["intents"])) <= 3 and set(line["intents"]) <= set(INTENTS) for line in lines)
    assert {folded(line["text"]) for line in lines}.isdisjoint(folded(line) for _, line in open_questions())


def test_no_line_means_two_things() -> None:
    """The same words twice would teach nothing, or a contradiction."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for meaning, line in open_questions():
        owners[folded(line)].append(meaning)
    assert {words: found for words, found in owners.items() if len(found) > 1} == {}


def test_emergencies_are_never_ordinary_lines() -> None:
    """A line that sends the caller to the emergency services is asked for nowhere else."""
    guards = load("guards")
    emergencies = {folded(line) for line in guards["emergency"]}
    assert emergencies.isdisjoint(folded(line) for line in guards["false-alarms"])
    assert emergencies.isdisjoint(folded(line) for _, line in open_questions())

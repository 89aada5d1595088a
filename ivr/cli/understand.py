"""``ivr understand``: one utterance per line in, one JSON object per line out.

Reads, asks the matcher, prints; a line that cannot be understood is a reject, never an error.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from ivr.config import load_settings
from ivr.dialogue.answers import Answer
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Understanding
from ivr.knowledge.matcher_factory import MatcherFactory

LONGEST = 65_536
"""Bytes of a line that are kept; the rest of it is read and dropped."""


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: ivr.toml).")
def command(config: Path | None) -> None:
    """Decide what each utterance on standard input means (one per line; JSON lines out)."""
    settings = load_settings(config)
    answers: dict[str, Answer] = {}  # a line stands alone: nothing was answered that it could follow up
    matcher = MatcherFactory.of(settings.faq).teach(settings.prompts, answers)
    for text in _lines(sys.stdin.buffer):
        understood = matcher.understand([Hypothesis(text)])
        sys.stdout.write(json.dumps(as_json(understood), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def as_json(understood: Understanding) -> dict[str, object]:
    """Return the documented form of one decision."""
    return {
        "text": understood.text,
        "outcome": understood.outcome.value,
        "intents": [{"id": c.intent, "score": round(c.score, 4)} for c in understood.intents],
        "command": understood.command.value if understood.command else None,
    }


def _lines(stream: BinaryIO) -> Iterator[str]:
    while line := stream.readline(LONGEST):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST)
        yield line.decode("utf-8", errors="replace").rstrip("\r\n").replace("\x00", " ")

"""Golden transcripts spoken aloud: the caller's moves of one, and what the line did written in its own form.

Reads and writes; the runner plays, ``ivr.simulator.circumstances`` makes the settings true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ivr.call.driver import Observed
from ivr.dialogue.actions import Exit, Perform, Say
from ivr.errors import ConfigurationError
from ivr.simulator.circumstances import Circumstances, circumstances
from ivr.simulator.script import (
    End,
    HangUp,
    HearOut,
    Interrupt,
    Press,
    ScriptedCall,
    Speak,
    StaySilent,
    Step,
    made_up_number,
)
from ivr.simulator.transcript import SPOKEN, TOLD, written

INTERRUPTS_AFTER = 1.0
"""Seconds into the prompt: what the typed call takes too."""
EXITS = {"Transfer": "transfer", "LeaveMessage": "message", "HangUp": "hang-up"}


@dataclass(frozen=True, slots=True)
class SpokenTranscript:
    """One transcript, ready to be spoken."""

    call: ScriptedCall
    circumstances: Circumstances


def read_transcripts(paths: Sequence[Path]) -> list[SpokenTranscript]:
    """Read transcripts; a caller without a number gets one of his own.

    Raises:
        ConfigurationError: one cannot be read, or has something that no real line can be made to do, or two
            callers of one server have the same number, by which they are told apart.
    """
    found = [read_transcript(path, made_up_number(index)) for index, path in enumerate(paths)]
    callers: dict[tuple[Circumstances, str], Path] = {}
    for path, each in zip(paths, found, strict=True):
        other = callers.setdefault((each.circumstances, each.call.number), path)
        if other != path:
            raise ConfigurationError(f"{path}: {other} has a caller of the same number, {each.call.number}")
    return found


def read_transcript(path: Path, number: str) -> SpokenTranscript:
    """Read one transcript, whose caller has *number* unless it says another. Raises ConfigurationError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot read it: {error}") from None
    around, own_number = circumstances(lines, path)
    steps: list[Step] = []
    for place, (before, line) in enumerate(pairwise(["", *lines]), 1):
        if drives(line):
            steps += _steps(line, f"{path}:{place}", keying=before.startswith("KEY "))
    ends = [line.split()[1].partition("(")[0] for line in lines if line.startswith("END ")]
    kind = EXITS[ends[0]] if ends else "caller"
    agent = kind == "transfer" and bool(around.agents_free)
    steps += [] if ends or lines[-1] == "(hangs up)" else [HearOut()]
    call = ScriptedCall(path.stem, own_number or number, tuple(steps), End(kind, agent=agent), tuple(lines))
    return SpokenTranscript(call, around)


def drives(line: str) -> bool:
    """Whether *line* is something that the caller does."""
    return bool(line) and line[0] not in "#@" and line.split()[0] not in TOLD


def held(
    transcript: Sequence[str], entries: Sequence[tuple[float, Observed]], moves: Sequence[int]
) -> list[str]:
    """Return the transcript of what was observed, *moves* being where the caller's lines belong."""
    told: list[str] = []
    done, coming = 0, iter(moves)
    for line in transcript:
        if drives(line):
            position = next(coming, len(entries))
            told += _said(entries[done:position])
            done = position
        if line.split(" ")[0] not in TOLD:
            told.append(line)
    return told + _said(entries[done:])


def _said(entries: Sequence[tuple[float, Observed]]) -> list[str]:
    return list(written([what for _, what in entries if isinstance(what, Say | Perform | Exit)]))


def _steps(line: str, place: str, *, keying: bool) -> list[Step]:
    """*keying*: the line has said nothing since the caller's last key, and only waits for more."""
    word, _, rest = line.partition(" ")
    if word == "CALLER" and (said := SPOKEN.fullmatch(rest.strip())) and said["words"]:
        words = said["words"]
        return [Interrupt(words, after=INTERRUPTS_AFTER)] if said["interrupts"] else [Speak(words)]
    if word == "KEY":
        key = rest.strip()
        interrupts = key.startswith("(barge-in)")
        if interrupts:
            return [Press(key[-1], after=INTERRUPTS_AFTER)]
        return [Press(key)] if keying else [HearOut(), Press(key)]
    if line == "(silence)":
        return [StaySilent()]
    if line == "(hangs up)":
        return [HearOut(), HangUp()]
    raise ConfigurationError(f"{place}: nobody can do this on a real line: {line}")

"""Scripted calls: what a caller does and what he must hear, read from YAML.

Values and their checks only; ``ivr.simulator.runner`` plays them. Every error names the file and the line.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ivr.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a text (synthesised) or a recording, once the line listens."""

    text: str = ""
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The same in the middle of a prompt: a barge-in."""

    text: str = ""
    file: Path | None = None
    after: float = 1.5
    """Seconds into the prompt."""


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys."""

    keys: str
    after: float | None = None
    """Seconds into the prompt; None: now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay silent."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hear:
    """Wait for a prompt, by identifier, played after the caller's last move."""

    prompt: str
    within: float = 30.0


@dataclass(frozen=True, slots=True)
class Expect:
    """What the line must have made of the caller's last words."""

    text: str | None = None
    intent: str | None = None
    outcome: str | None = None
    command: str | None = None
    latency: float | None = None
    """Most seconds between the end of his speech and the first sound of the reply."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class HearOut:
    """Listen until it is the caller's turn, or the call is over."""


@dataclass(frozen=True, slots=True)
class StaySilent:
    """Say nothing until the line has lost its patience."""


Step = Speak | Interrupt | Press | Wait | Hear | Expect | HangUp | HearOut | StaySilent


@dataclass(frozen=True, slots=True)
class End:
    """How the call must end."""

    exit: str
    """``transfer``, ``message``, ``hang-up`` (the line did) or ``caller`` (he did)."""
    queue: str | None = None
    reason: str | None = None
    agent: bool = False
    """An agent must have answered and been heard."""


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """One call from the first ring to the end."""

    name: str
    number: str
    """The caller's, unique in its script."""
    steps: tuple[Step, ...]
    end: End
    transcript: tuple[str, ...] = ()
    """Lines of the golden transcript it speaks, one step for each that drives; the line must say the rest."""


EXITS = ("transfer", "message", "hang-up", "caller")


def made_up_number(index: int) -> str:
    """Return a caller's number that no other *index* has."""
    return f"06{12345600 + index:08d}"


def load_script(path: Path) -> tuple[ScriptedCall, ...]:
    """Read the calls of a script. Raises ConfigurationError naming the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot read it: {error}") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from None
    return _Reader(path).script(root)


class _Reader:
    """Turns YAML nodes into values, remembering where each stands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._readers: Mapping[str, Callable[[yaml.Node], Step]] = {
            "say": self._say,
            "interrupt": self._interrupt,
            "press": lambda node: Press(self._text(node)),
            "wait": lambda node: Wait(self._number(node)),
            "hear": self._hear,
            "expect": self._expect,
            "hang-up": lambda node: HangUp(),
        }

    def script(self, root: yaml.Node | None) -> tuple[ScriptedCall, ...]:
        top = self._mapping(root, {"calls"}, required={"calls"})
        calls: dict[str, ScriptedCall] = {}
        for index, node in enumerate(self._sequence(top["calls"])):
            call = self._call(node, made_up_number(index))
            if call.number in calls:
                raise self._error(
                    node, f"the number {call.number} has a call already: callers are told apart by it"
                )
            calls[call.number] = call
        if not calls:
            raise self._error(top["calls"], "no call in this script")
        return tuple(calls.values())

    def _call(self, node: yaml.Node, number: str) -> ScriptedCall:
        keys = self._mapping(node, {"name", "number", "steps", "end"}, required={"name", "steps", "end"})
        number = self._text(keys["number"]) if "number" in keys else number
        steps = tuple(self._step(step) for step in self._sequence(keys["steps"]))
        return ScriptedCall(self._text(keys["name"]), number, steps, self._end(keys["end"]))

    def _step(self, node: yaml.Node) -> Step:
        step = self._mapping(node, set(self._readers))
        if len(step) != 1:
            raise self._error(node, f"one move a step: {', '.join(self._readers)}")
        ((move, value),) = step.items()
        return self._readers[move](value)

    def _say(self, node: yaml.Node) -> Speak:
        if isinstance(node, yaml.ScalarNode):
            return Speak(self._text(node))
        keys = self._mapping(node, {"text", "file"})
        return Speak(*self._spoken(node, keys))

    def _interrupt(self, node: yaml.Node) -> Interrupt:
        if isinstance(node, yaml.ScalarNode):
            return Interrupt(self._text(node))
        keys = self._mapping(node, {"text", "file", "after"})
        spoken = self._spoken(node, keys)
        return Interrupt(*spoken, self._number(keys["after"])) if "after" in keys else Interrupt(*spoken)

    def _spoken(self, node: yaml.Node, keys: Mapping[str, yaml.Node]) -> tuple[str, Path | None]:
        if ("text" in keys) == ("file" in keys):
            raise self._error(node, "give either text or file")
        if "text" in keys:
            return self._text(keys["text"]), None
        file = self._path.parent / self._text(keys["file"])
        if not file.is_file():
            raise self._error(keys["file"], f"no such recording: {file}")
        return "", file

    def _hear(self, node: yaml.Node) -> Hear:
        if isinstance(node, yaml.ScalarNode):
            return Hear(self._text(node))
        keys = self._mapping(node, {"prompt", "within"}, required={"prompt"})
        prompt = self._text(keys["prompt"])
        return Hear(prompt, self._number(keys["within"])) if "within" in keys else Hear(prompt)

    def _expect(self, node: yaml.Node) -> Expect:
        keys = self._mapping(node, {"text", "intent", "outcome", "command", "latency"})
        values: dict[str, Any] = {key: self._text(value) for key, value in keys.items() if key != "latency"}
        if "latency" in keys:
            values["latency"] = self._number(keys["latency"])
        return Expect(**values)

    def _end(self, node: yaml.Node) -> End:
        keys = self._mapping(node, {"exit", "queue", "reason", "agent"}, required={"exit"})
        exit_ = self._text(keys["exit"])
        if exit_ not in EXITS:
            raise self._error(keys["exit"], f"exit is one of {', '.join(EXITS)}, not {exit_!r}")
        agent = "agent" in keys and self._text(keys["agent"]) == "true"
        queue, reason = (self._text(keys[k]) if k in keys else None for k in ("queue", "reason"))
        return End(exit_, queue, reason, agent)

    def _mapping(
        self, node: yaml.Node | None, allowed: set[str], required: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, f"expected keys among {', '.join(sorted(allowed))}")
        keys = {str(key.value): value for key, value in node.value}
        for key, _ in node.value:
            if key.value not in allowed:
                raise self._error(key, f"unknown key {key.value!r}; known: {', '.join(sorted(allowed))}")
        for missing in sorted(set(required) - keys.keys()):
            raise self._error(node, f"the key {missing!r} is missing")
        return keys

    def _sequence(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, "expected a list")
        return list(node.value)

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self._error(node, "expected a text")
        return str(node.value)

    def _number(self, node: yaml.Node) -> float:
        try:
            return float(self._text(node))
        except ValueError:
            raise self._error(node, "expected a number of seconds") from None

    def _error(self, node: yaml.Node | None, complaint: str) -> ConfigurationError:
        line = node.start_mark.line + 1 if node is not None else 1
        return ConfigurationError(f"{self._path}:{line}: {complaint}")

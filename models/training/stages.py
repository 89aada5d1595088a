"""Skipping work that is done: a stage's output is current when its stamp names the same inputs.

Knows files and stamps, not what a stage does.
"""

from collections.abc import Callable
from pathlib import Path

from ivr.progress import Progress


def run(name: str, target: Path, inputs: str, make: Callable[[], None]) -> bool:
    """Make `target` unless it is current; returns whether it was made."""
    if target.exists() and _stamp(target).exists() and not outdated(target, inputs):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with Progress().step(name):
        make()
    stamp(target, inputs)
    return True


def outdated(target: Path, inputs: str) -> bool:
    """Whether `target` was completed from other inputs; an interrupted stage has no stamp, and goes on."""
    path = _stamp(target)
    return path.exists() and path.read_text(encoding="ascii") != inputs


def stamp(target: Path, inputs: str) -> None:
    """Note that `target` is complete and what it was made from."""
    _stamp(target).write_text(inputs, encoding="ascii")


def _stamp(target: Path) -> Path:
    return target.with_name(f"{target.name}.stamp")

"""Long work made visible: progress bars on a terminal, plain lines elsewhere.

Writes to standard error only, so that a command's output stays clean.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

PLAIN_STEPS = 4
"""Without a terminal a bar is this many lines."""


class Progress:
    """Says what is going on and how far it is."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._console = Console(file=self._stream)
        self._quiet = quiet

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Work of unknown length: its name, then how long it took."""
        began = time.monotonic()
        if self._console.is_terminal and not self._quiet:
            with self._console.status(name):
                yield
        else:
            yield
        self._say(f"{name}: {time.monotonic() - began:.1f} s")

    @contextmanager
    def bar(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """Work of *total* parts; call what is yielded with how many are done."""
        began = time.monotonic()
        if self._console.is_terminal and not self._quiet:
            columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
            with Bars(*columns, console=self._console, transient=True) as bars:
                task = bars.add_task(name, total=total)
                yield lambda done: bars.update(task, completed=done)
        else:
            yield self._plain_bar(name, total)
        self._say(f"{name}: {total} in {time.monotonic() - began:.1f} s")

    def _plain_bar(self, name: str, total: int) -> Callable[[int], None]:
        said = 0

        def advance(done: int) -> None:
            nonlocal said
            step = done * PLAIN_STEPS // total if total else PLAIN_STEPS
            if said < step < PLAIN_STEPS:
                said = step
                self._say(f"{name}: {done} of {total}")

        return advance

    def _say(self, line: str) -> None:
        if not self._quiet:
            print(line, file=self._stream, flush=True)

"""A process of the bench and its pipe: questions from here, answers from there, an end in any case.

Knows nothing of what is measured, beyond what the process and its children use of the machine.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 120.0
"""Longer than any level lasts, and than a server needs to render its prompts for the first time."""
END_SECONDS = 10.0
Handler = Callable[..., Awaitable[Any]]
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class BenchError(Exception):
    """A process of the bench died or is stuck."""


class Child:
    """A process that answers questions; ``with`` ends it, by its own process id."""

    def __init__(self, target: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(theirs, *arguments), name=target.__name__)
        self._process.start()
        theirs.close()

    def receive(self, seconds: float = ANSWER_SECONDS) -> Any:
        """Return what the process says next. Raises BenchError."""
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv()
        except EOFError:
            raise BenchError(f"{self._process.name} died") from None
        raise BenchError(f"{self._process.name} said nothing for {seconds:.0f} s")

    def send(self, *question: object) -> None:
        """Send a question (a handler's name and its arguments); :meth:`receive` returns the answer."""
        self._pipe.send(question)

    def ask(self, *question: object) -> Any:
        """Send a question and return the answer. Raises BenchError."""
        self.send(*question)
        return self.receive()

    def cpu(self) -> float:
        """Return the seconds of processor time used so far, threads and children included."""
        return sum(_cpu(pid) for pid in _family(self._process.pid))

    def memory(self) -> int:
        """Return the resident bytes, children included."""
        return sum(_memory(pid) for pid in _family(self._process.pid))

    def descriptors(self) -> int:
        """Return how many descriptors it has open, without its children."""
        return len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))

    def kill_children(self) -> int:
        """Kill every process that it has started, as a machine short of memory does; return how many."""
        children = [pid for pid in _family(self._process.pid) if pid != self._process.pid]
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(children)

    def kill(self) -> None:
        """Kill it without a word, and what it has started."""
        self.kill_children()
        self._process.kill()
        self._process.join(END_SECONDS)

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # it has died already
            self._pipe.send(None)
        self._process.join(END_SECONDS)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(END_SECONDS)
        self._pipe.close()


async def answer(pipe: Connection, handlers: Mapping[str, Handler]) -> None:
    """Answer questions until told to end, or until nobody is there to ask (runs in the child)."""
    while True:
        try:
            question = await asyncio.to_thread(pipe.recv)
        except EOFError:
            return
        if question is None:
            return
        name, *arguments = question
        pipe.send(await handlers[name](*arguments))


def _family(pid: int | None) -> list[int]:
    """Return the process and its descendants."""
    found = [pid] if pid is not None else []
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in _read(task).split()]
    return found


def _cpu(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _memory(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * _PAGE if fields else 0


def _read(path: Path) -> str:
    """Return the file, nothing if its process has just ended."""
    try:
        return path.read_text()
    except OSError:
        return ""

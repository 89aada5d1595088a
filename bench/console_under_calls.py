"""Calls in progress while a supervisor works at the console, against the same calls without him, in one run.

Server, callers and supervisor live in processes of their own. What counts is when frames reach the callers.
"""

import argparse
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.child import Child
from bench.ivr_server import serve_calls_and_console
from bench.levels import LATENESS_LIMIT, Row, quantiles
from bench.load import Window, call_in
from bench.report import percentile, show, write
from bench.speech import questions
from bench.supervisor import supervise
from ivr.audio.ticker import Lateness
from ivr.progress import Progress
from tests.console_site import copy_prompts
from tests.shipped import PROMPTS

GAP_LIMIT = 40.0
"""Milliseconds that no frame may come later than the one before it, beyond its 20."""
SETTLE = 3.0
"""Seconds that new calls get before anything is measured."""
BEGIN_SECONDS = 240.0
"""A server that has to learn every phrasing first takes so long."""


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20, help="concurrent calls (20)")
    parser.add_argument(
        "--seconds", type=float, default=90.0, help="without the supervisor, then with him (90)"
    )
    parser.add_argument("--quick", action="store_true", help="15 s each, 8 phrasings per question")
    options = parser.parse_args()
    seconds, load = 15.0 if options.quick else options.seconds, os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        (copy_prompts if options.quick else _copy_all)(Path(folder) / "prompts")
        rows, took = measure(Path(folder), options.calls, seconds, Progress())
    write("console_under_calls", {"rows": rows, "requests": took, "cores": os.cpu_count(), "load": load})
    show("frames at the callers' ears", rows)
    show("what the supervisor did", took)
    print(f"{options.calls} calls, {os.cpu_count()} cores, load {load:.1f} before")


def measure(folder: Path, calls: int, seconds: float, progress: Progress) -> tuple[list[Row], list[Row]]:
    """Return a row without and one with the supervisor, and how long his requests took."""
    with ExitStack() as stack:
        callers = stack.enter_context(Child(call_in, questions(), 6.0))
        server = stack.enter_context(Child(serve_calls_and_console, callers.receive(), folder))
        with progress.step("server"):
            address = server.receive(BEGIN_SECONDS)
            supervisor = stack.enter_context(Child(supervise, server.ask("invite")))
            supervisor.receive()
        callers.ask("level", calls, *address)
        time.sleep(SETTLE)
        with progress.step(f"{calls} calls, without the supervisor"):
            rows = [_row("calls alone", *_window(server, callers, seconds, address))]
        with progress.step(f"{calls} calls, with him"):
            supervisor.send("work", seconds)
            rows.append(_row("supervisor at work", *_window(server, callers, seconds, address)))
            took: dict[str, list[float]] = supervisor.receive()
        callers.ask("level", 0, *address)
    return rows, [quantiles(what, [1000 * each for each in found]) for what, found in took.items()]


def _window(
    server: Child, callers: Child, seconds: float, address: tuple[Any, ...]
) -> tuple[Window, Lateness]:
    server.ask("begin")
    window = callers.ask("measure", seconds, *address)
    lateness, _ = server.ask("result")
    return window, lateness


def _row(what: str, window: Window, ticker: Lateness) -> Row:
    late = [1000 * each for each in window.excess]
    p99, worst = percentile(late, 99), max(late)
    return {
        "": what, "calls": window.calls, "frames": len(late), "late p50 ms": percentile(late, 50),
        "p99 ms": p99, "p99.9 ms": percentile(late, 99.9), "longest ms": worst,
        f"gaps > {GAP_LIMIT:g} ms": sum(each > GAP_LIMIT for each in late), "redialled": window.redialled,
        "ticker p99 ms": 1000 * ticker.quantile(0.99), "ticks skipped": ticker.skipped,
        "held": p99 <= LATENESS_LIMIT and worst <= GAP_LIMIT, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _copy_all(folder: Path) -> None:
    shutil.copytree(PROMPTS, folder)


if __name__ == "__main__":
    main()

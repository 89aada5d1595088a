"""Calls in progress while each listener is attacked: how late frames are, and whether a new call is answered.

Server, callers and attackers live in processes of their own. See bench/README.md.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.attacks import ATTACKS, attack
from bench.child import Child
from bench.ivr_server import serve_calls_and_console
from bench.levels import LATENESS_LIMIT, Row, quantile
from bench.load import Window, call_in
from bench.report import show, write
from bench.speech import questions
from ivr.audio.ticker import Lateness
from ivr.progress import Progress
from tests.console_site import copy_prompts

GAP_LIMIT = 100.0
"""Milliseconds that no frame may come later than its 20."""
BEGIN_SECONDS = 240.0
SETTLE = 3.0


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5, help="concurrent calls (5)")
    parser.add_argument("--seconds", type=float, default=10.0, help="per attack (10)")
    parser.add_argument("--quick", action="store_true", help="3 s per attack")
    options = parser.parse_args()
    load, seconds = os.getloadavg()[0], 3.0 if options.quick else options.seconds
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        copy_prompts(Path(folder) / "prompts")
        callers = stack.enter_context(Child(call_in, questions(), 6.0))
        server = stack.enter_context(Child(serve_calls_and_console, callers.receive(), Path(folder)))
        attackers = stack.enter_context(Child(attack))
        with Progress().step("server"):
            address = server.receive(BEGIN_SECONDS)
        rows = rounds(server, callers, attackers, address, options.calls, seconds)
    write("abuse", {"rows": rows, "calls": options.calls, "cores": os.cpu_count(), "load": load})
    show("calls in progress during each attack", rows)
    print(f"{options.calls} calls, {os.cpu_count()} cores, load {load:.1f} before")


def rounds(
    server: Child, callers: Child, attackers: Child, address: tuple[str, str, int], calls: int, seconds: float
) -> list[Row]:
    """Return a row without an attack, and one for each."""
    listeners: Mapping[str, tuple[str, int]] = server.ask("addresses")
    callers.ask("level", calls, *address)
    time.sleep(SETTLE)
    rows = [row("nobody", 0, calls, *window(server, callers, address, seconds))]
    for name, (listener, _) in ATTACKS.items():
        with Progress().step(name):
            attackers.send("begin", name, *listeners[listener], seconds + 2.0)
            time.sleep(1.0)
            callers.ask("level", calls + 1, *address)
            measured = window(server, callers, address, seconds)
            connections: int = attackers.receive()
        rows.append(row(name, connections, calls + 1, *measured))
        callers.ask("level", calls, *address)
        time.sleep(1.0)
    callers.ask("level", 0, *address)
    return rows


def window(
    server: Child, callers: Child, address: tuple[str, str, int], seconds: float
) -> tuple[Window, Lateness]:
    """Watch the calls for so long."""
    server.ask("begin")
    seen: Window = callers.ask("measure", seconds, *address)
    lateness, _ = server.ask("result")
    return seen, lateness


def row(name: str, connections: int, expected: int, seen: Window, lateness: Lateness) -> Row:
    """Return what the callers noticed."""
    excess = [1000 * late for late in seen.excess]
    late, gap = quantile(excess, 99), max(excess, default=0.0)
    answered = seen.calls == expected and not seen.redialled
    fine = answered and late is not None and late <= LATENESS_LIMIT and gap <= GAP_LIMIT
    return {
        "attack": name, "connections": connections, "late at the ear p99 ms": late, "longest ms": gap,
        "late at the server p99 ms": 1000 * lateness.quantile(0.99), "calls lost": seen.redialled,
        "new call answered": "yes" if answered else "NO", "held": "yes" if fine else "NO",
    }  # fmt: skip


if __name__ == "__main__":
    main()

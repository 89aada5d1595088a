"""The whole server for a long time: calls with recognition, a supervisor at work, attacks, processes killed.

Says whether memory and descriptors grow, and whether every finished turn is in the record: bench/README.md.
"""

import argparse
import asyncio
import os
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.abuse import BEGIN_SECONDS, row
from bench.attacks import ATTACKS, attack
from bench.child import Child
from bench.ivr_server import serve_calls_and_console
from bench.levels import Row
from bench.load import call_in
from bench.report import show, write
from bench.speech import questions
from bench.supervisor import supervise
from ivr.config import StoreSettings
from ivr.progress import Progress
from ivr.store.assembly import Content
from ivr.store.database import Database
from ivr.store.recorder import CallRecorder
from ivr.store.schema import calls, turns
from tests.console_site import copy_prompts

SAMPLE_SECONDS = 10.0
ATTACK_SECONDS = 6.0
SETTLED = 0.3
"""Share of the time after which memory is expected to stay as it is: caches are full then."""


@dataclass
class Soak:
    """What runs, and what was seen of it."""

    server: Child
    callers: Child
    attackers: Child
    address: tuple[str, str, int]
    listeners: dict[str, tuple[str, int]]
    samples: list[tuple[float, int, int]] = field(default_factory=list)
    """Seconds since the beginning, resident bytes, descriptors."""
    windows: list[Row] = field(default_factory=list)

    def watch(self, until: float, began: float, count: int, name: str) -> None:
        """Sample until *until*, and keep what the callers noticed meanwhile."""
        while time.monotonic() < until:
            self.server.ask("begin")
            seen = self.callers.ask("measure", min(SAMPLE_SECONDS, until - time.monotonic()), *self.address)
            lateness, _ = self.server.ask("result")
            self.samples.append((time.monotonic() - began, self.server.memory(), self.server.descriptors()))
            self.windows.append(row(name, 0, count, seen, lateness))


def main() -> None:
    """Soak and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20, help="concurrent calls (20)")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (30)")
    parser.add_argument("--quick", action="store_true", help="4 calls, a minute and a half")
    options = parser.parse_args()
    count, minutes = (4, 1.5) if options.quick else (options.calls, options.minutes)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_prompts(folder / "prompts")
        soak, rows = run(folder, count, 60 * minutes)
        record = asyncio.run(recorded(folder))
    found = {
        "windows": soak.windows,
        "samples": soak.samples,
        "growth": growth(soak.samples),
        "attacks": rows,
    }
    write("soak", found | {"record": record, "calls": count, "cores": os.cpu_count(), "load": load})
    show("during each attack", rows)
    show("growth", [growth(soak.samples)])
    show("the record, after kill -9", [record])
    worst = max((float(str(each["longest ms"])) for each in soak.windows), default=0.0)
    print(f"{count} calls, {minutes:g} min, longest gap between attacks {worst} ms, load {load:.1f} before")


def run(folder: Path, count: int, seconds: float) -> tuple[Soak, list[Row]]:
    """Let it run: calls and the supervisor, each listener attacked, what it has started killed, then all."""
    with ExitStack() as stack:
        callers = stack.enter_context(Child(call_in, questions(), 6.0))
        server = stack.enter_context(Child(serve_calls_and_console, callers.receive(), folder))
        attackers = stack.enter_context(Child(attack))
        with Progress().step("server"):
            address = server.receive(BEGIN_SECONDS)
            supervisor = stack.enter_context(Child(supervise, server.ask("invite")))
            supervisor.receive()
        soak = Soak(server, callers, attackers, address, server.ask("addresses"))
        began = time.monotonic()
        callers.ask("level", count, *address)
        supervisor.send("work", seconds * 0.9)
        soak.watch(began + seconds / 3, began, count, "before")
        rows = attacked(soak, count)
        killed = server.kill_children()
        soak.watch(began + seconds, began, count, f"after {killed} processes were killed")
        with suppress(Exception):  # he may be in the middle of a publication
            supervisor.receive(30.0)
        server.kill()  # with every call in progress
        callers.ask("level", 0, *address)
    return soak, rows


def attacked(soak: Soak, count: int) -> list[Row]:
    """Return what callers noticed during one attack on each listener after the other."""
    rows = []
    for name, (listener, _) in ATTACKS.items():
        soak.attackers.send("begin", name, *soak.listeners[listener], ATTACK_SECONDS)
        soak.server.ask("begin")
        seen = soak.callers.ask("measure", ATTACK_SECONDS, *soak.address)
        lateness, _ = soak.server.ask("result")
        rows.append(row(name, soak.attackers.receive(), count, seen, lateness))
    return rows


def growth(samples: list[tuple[float, int, int]]) -> Row:
    """Return by how much memory and descriptors grow in an hour, by least squares over the settled part."""
    settled = samples[int(len(samples) * SETTLED) :]
    times = [at / 3600 for at, _, _ in settled]
    return {
        "samples": len(settled),
        "memory MB": round(settled[-1][1] / 2**20),
        "MB an hour": round(slope(times, [memory / 2**20 for _, memory, _ in settled]), 1),
        "descriptors": settled[-1][2],
        "descriptors an hour": round(slope(times, [float(open_) for _, _, open_ in settled]), 1),
    }


def slope(xs: list[float], ys: list[float]) -> float:
    """Return the slope of the line that fits best; 0 for fewer than two points."""
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((each - x) ** 2 for each in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread if spread else 0.0


async def recorded(folder: Path) -> dict[str, Any]:
    """Start the record again, as the next process would; return what is in it and what is missing.

    Of an ended call the record says how many turns it had: as many must be there.
    """

    url = f"sqlite:///{folder}/ivr.db"
    settings = StoreSettings(url=url, spool=folder / "spool", key_file=folder / "key")
    async with CallRecorder(settings, lambda: Content("", frozenset()), "Europe/Paris") as recorder:
        await asyncio.wait_for(recorder.prepared.wait(), 120)
        damaged = recorder.damaged
    async with Database(url) as database, database.reading() as connection:
        kept = sa.select(sa.func.count()).where(turns.c.call == calls.c.id).scalar_subquery()
        rows = (await connection.execute(sa.select(calls.c.ended_at, calls.c.turns, kept))).all()
    return {
        "calls": len(rows),
        "turns": sum(found for _, _, found in rows),
        "turns missing": sum(max(0, (said or 0) - found) for _, said, found in rows),
        "calls without an end": sum(ended is None for ended, _, _ in rows),
        "lines torn": damaged,
    }


if __name__ == "__main__":
    main()

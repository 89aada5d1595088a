"""Concurrent calls through the whole server: turn latency, barge-in, and how many it holds.

Callers and servers live in processes of their own; the floor and another way to recognise are measured in the
same run, at the same levels. See bench/README.md.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from bench.child import Child
from bench.echo_server import serve_echo
from bench.figures import Ramp, Timed
from bench.frame_decoding import serve_decoding
from bench.ivr_server import Seen, serve_calls
from bench.levels import FLOOR, IVR, LATENESS_LIMIT, PER_FRAME, Level, Row, quantile, quantiles, summary
from bench.load import Window, call_in
from bench.report import show, write
from bench.speech import Clip, questions
from ivr.audio.ticker import Lateness
from ivr.config import load_settings
from ivr.progress import Progress

PROCESSING_GOAL = 150.0
BARGE_IN_GOAL = 450.0
"""Milliseconds that 95 % may take."""
LAG_LIMIT = 2.0
"""Seconds that decoding may lag; at this age our own server gives the turn up."""
SETTLE = 2.0
"""Seconds that new calls get before their level is measured."""


@dataclass(frozen=True)
class Plan:
    """How far and how long to measure, in calls and seconds."""

    calls: int = 20
    """At once, for the latencies."""
    turns: float = 35.0
    """For the latencies."""
    level: float = 7.0
    """Per level of the ramp."""
    compared: float = 3.0
    """The same for the servers compared with."""
    first: int = 10
    most: int = 320
    refinements: int = 2
    climbing: float = 85.0
    """After so long no level of the ramp begins."""
    comparing: float = 42.0
    """The same for each server compared with."""


QUICK = Plan(
    turns=12.0, level=3.0, compared=2.0, first=10, most=40, refinements=0, climbing=8.0, comparing=4.0
)


class Bench:
    """One server and its callers."""

    def __init__(self, way: str, server: Child, callers: Child) -> None:
        self.server = server
        self.way = way
        self._callers = callers
        self._address = server.receive()
        self._idle = server.memory()

    def measure(self, calls: int, seconds: float) -> tuple[Level, Window, Any]:
        """Hold so many calls for so long; return the level, what the callers noticed, what the server did."""
        self._callers.ask("level", calls, *self._address)
        time.sleep(SETTLE)
        self.server.ask("begin")
        cpu, began = self.server.cpu(), time.monotonic()
        window: Window = self._callers.ask("measure", seconds, *self._address)
        share = (self.server.cpu() - cpu) / (time.monotonic() - began) / calls
        level = Level(
            self.way, calls, window.calls, window.redialled,
            cpu=round(100 * share, 2), memory=round((self.server.memory() - self._idle) / calls / 2**20, 2),
            late_at_caller=quantile([1000 * late for late in window.excess], 99),
            load=round(os.getloadavg()[0], 1),
        )  # fmt: skip
        return level, window, self.server.ask("result")

    def hang_up(self) -> None:
        """End every call."""
        self._callers.ask("level", 0, *self._address)


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20, help="concurrent calls for the latencies (20)")
    parser.add_argument("--pause", type=float, default=6.0, help="seconds callers listen in between (6)")
    parser.add_argument("--quick", action="store_true", help="within a minute, coarser")
    options = parser.parse_args()
    plan = replace(QUICK if options.quick else Plan(), calls=options.calls)
    load, began = os.getloadavg()[0], time.monotonic()
    found = measure_all(plan, questions(), options.pause, Progress())
    found |= {"cores": os.cpu_count(), "load before": load, "seconds": round(time.monotonic() - began)}
    write("calls", found)
    for part in ("latencies", "incidents", "levels", "summary"):
        show(part, found[part])
    print(f"{found['seconds']} s, {found['cores']} cores, load {load:.1f} before")


def measure_all(plan: Plan, clips: Sequence[Clip], pause: float, progress: Progress) -> dict[str, Any]:
    """Return everything found. All processes start before anything is measured, and idle until their turn."""
    model = load_settings().recognition.model
    with ExitStack() as stack:
        callers = stack.enter_context(Child(call_in, clips, pause))
        floor = stack.enter_context(Child(serve_echo))
        per_frame = stack.enter_context(Child(serve_decoding, model))
        ivr = stack.enter_context(Child(serve_calls, callers.receive()))
        with progress.step("servers"):
            benches = [Bench(*each, callers) for each in ((FLOOR, floor), (PER_FRAME, per_frame), (IVR, ivr))]
        with progress.step(f"latencies, {plan.calls} calls at once"):
            found, waits = latencies(benches[-1], plan, clips)
        with progress.step("more and more calls"):
            levels = climb(benches[-1], plan, waits)
        tried = sorted({level.calls for level in levels})
        for bench in benches[:-1]:
            with progress.step(f"the same calls, {bench.way}"):
                levels += compare(bench, plan, tried)
    return found | {"levels": [level.row() for level in levels], "summary": summary(levels)}


def latencies(bench: Bench, plan: Plan, clips: Sequence[Clip]) -> tuple[dict[str, Any], list[float]]:
    """Return what callers wait for when so many talk at once, and the intended wait after each clip."""
    level, window, (ticker, seen) = bench.measure(plan.calls, plan.turns)
    waits: list[float] = bench.server.ask("patience", clips)
    heard = [timed for timed in window.timed if timed.reply is not None]
    cuts = [1000 * timed.silence for timed in window.timed if timed.silence is not None]
    replies = [1000 * timed.reply for timed in heard if timed.reply is not None]
    rows = [
        quantiles("end of speech → answer at the ear", replies),
        quantiles("  of it intended wait (endpointing)", [1000 * waits[timed.clip] for timed in heard]),
        quantiles("  of it processing", processing(heard, waits), PROCESSING_GOAL),
        quantiles("first loud frame → prompt silent at the ear", cuts, BARGE_IN_GOAL),
        quantiles("frame late at the ear", [1000 * late for late in window.excess], LATENESS_LIMIT, at=99),
    ]
    found = {
        "latencies": rows,
        "incidents": [incidents(level, window, ticker, seen)],
        "questions": [asdict(timed) for timed in window.timed],
        "waits": waits,
    }
    return found, waits


def processing(heard: Sequence[Timed], waits: Sequence[float]) -> list[float]:
    """Return how much longer than intended each answer took, in ms."""
    return [1000 * (timed.reply - waits[timed.clip]) for timed in heard if timed.reply is not None]


def incidents(level: Level, window: Window, ticker: Lateness, seen: Seen) -> Row:
    """Return what happened beside the latencies."""
    return {
        "calls": level.connected, "questions": len(window.timed),
        "answered": sum(timed.reply is not None for timed in window.timed),
        "interruptions ignored": sum(timed.ignored for timed in window.timed),
        "calls redialled": window.redialled, "utterances": seen.utterances, "without words": seen.wordless,
        "recognition late": seen.failures, "late at server p99 ms": 1000 * ticker.quantile(0.99),
        "ticks skipped": ticker.skipped, "CPU %/call": level.cpu, "load": level.load,
    }  # fmt: skip


def climb(bench: Bench, plan: Plan, waits: Sequence[float]) -> list[Level]:
    """Return the levels tried on our server."""
    ramp, levels = Ramp(plan.first, plan.most, plan.refinements), list[Level]()
    until = time.monotonic() + plan.climbing
    while (calls := ramp.next()) is not None and time.monotonic() < until:
        levels.append(twice_if_need_be(partial(own_level, bench, calls, plan.level, waits)))
        ramp.judge(calls, levels[-1].held)
    bench.hang_up()
    return levels


def compare(bench: Bench, plan: Plan, tried: Sequence[int]) -> list[Level]:
    """Return what another server does with the same levels, until it has had enough."""
    levels, until = list[Level](), time.monotonic() + plan.comparing
    for calls in tried:
        levels.append(twice_if_need_be(partial(other_level, bench, calls, plan.compared)))
        if not levels[-1].held or time.monotonic() > until:
            break
    bench.hang_up()
    return levels


def twice_if_need_be(measure: Callable[[], Level]) -> Level:
    """Measure a level; one that is not held gets a second chance: the machine may have had other work."""
    level = measure()
    return level if level.held else measure()


def own_level(bench: Bench, calls: int, seconds: float, waits: Sequence[float]) -> Level:
    """Measure our server under so many calls."""
    level, window, (ticker, seen) = bench.measure(calls, seconds)
    longer = processing(window.timed, waits)
    return replace(
        level, late_at_server=round(1000 * ticker.quantile(0.99), 2), answers=len(longer),
        processing=quantile(longer, 95), decoding_late=seen.failures,
    )  # fmt: skip


def other_level(bench: Bench, calls: int, seconds: float) -> Level:
    """Measure another server under so many calls."""
    level, _, lags = bench.measure(calls, seconds)
    late = sum(lag > LAG_LIMIT for lag in lags) if bench.way == PER_FRAME else None
    return replace(level, decoding_late=late)


if __name__ == "__main__":
    main()

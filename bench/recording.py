"""Recording: its cost at 50 calls, with and without sound; how soon a turn is safe; how fast one reads.

Callers talk as in life, made up by ``tests.sample_calls``; the same process does nothing else.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.report import percentile, publish
from ivr.config import StoreSettings
from ivr.dialogue.ports import Caller
from ivr.store import inbox, statistics
from ivr.store.database import Database
from ivr.store.queries import CallFilter, Page, Period, find_calls, read_call
from ivr.store.recorder import CallRecorder
from ivr.store.records import Record
from tests import own_postgresql
from tests.sample_calls import CONTENT, fill, sample_call, sample_calls

CALLS = 50
SECONDS = 60.0
STORED = 10_000
READS = 10
UNTIL = datetime(2026, 11, 22, tzinfo=UTC)


def main() -> None:
    """Measure and publish, on every database that is here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, help="per run (60)")
    parser.add_argument("--quick", action="store_true", help="five seconds, a tenth of the stored calls")
    options = parser.parse_args()
    seconds = options.seconds or (5.0 if options.quick else SECONDS)
    stored = STORED // 10 if options.quick else STORED
    costs, reads = [], []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        for aloud in (False, True):
            cost = asyncio.run(recording(url, Path(folder) / f"s{aloud:d}", seconds, aloud=aloud))
            costs.append({"database": "sqlite", **cost})
        reads += asyncio.run(reading("sqlite", url, stored))
        if own_postgresql.programs():
            with own_postgresql.running() as socket:
                url = asyncio.run(own_postgresql.create_database(socket, "bench"))
                costs.append(
                    {"database": "postgresql", **asyncio.run(recording(url, Path(folder) / "p", seconds))}
                )
                reads += asyncio.run(reading("postgresql", url, stored))
    publish("recording", costs)
    publish("recording_queries", reads)


async def recording(url: str, folder: Path, seconds: float, *, aloud: bool = False) -> dict[str, object]:
    """Record ``CALLS`` at once for *seconds*; the same calls unrecorded are subtracted."""
    settings = StoreSettings(
        url=url, spool=folder / "spool", key_file=folder / "key", server="bench",
        audio=aloud, audio_folder=folder / "audio",
    )  # fmt: skip
    told: list[float] = []
    _, idle = await measured(seconds, lambda call: lambda now, what: None, aloud=aloud)
    async with CallRecorder(settings, lambda: CONTENT, "Europe/Paris") as recorder:
        await recorder.prepared.wait()
        safe = watch_writes(recorder)
        observed, busy = await measured(
            seconds, lambda call: timed(recorder.observer(call, Caller("0612345678")), told), aloud=aloud
        )
        await recorder.settled()
        return {
            "calls": CALLS,
            "sound": f"{recorder.audio.counts.written} files" if recorder.audio else "off",
            "observations/s": round(observed / seconds, 1),
            "records/s": round(recorder.spool.counts.written / seconds, 1),
            "% of a core": round((busy - idle) / seconds * 100, 3),
            "observer p50 µs": round(percentile(told, 50) * 1e6, 1),
            "observer p99 µs": round(percentile(told, 99) * 1e6, 1),
            "written p99 ms": round(percentile(safe, 99) * 1e3, 2),
            "lost": recorder.spool.counts.overflowed + recorder.refused,
        }


async def measured(
    seconds: float, observers: Callable[[str], Callable[..., None]], *, aloud: bool = False
) -> tuple[int, float]:
    """Let the callers talk; return how much was observed and the processor time it took."""
    observed = 0

    async def talk(seed: int) -> None:
        nonlocal observed
        chance = random.Random(seed)
        await asyncio.sleep(chance.uniform(0, 20))
        for number in range(10_000):
            observe = observers(f"{seed}-{number}-{seconds}")
            start = asyncio.get_running_loop().time()
            for second, what in sample_call(chance, aloud=aloud):
                await asyncio.sleep(max(0.0, start + second - asyncio.get_running_loop().time()))
                observe(start + second, what)
                observed += 1

    before = time.process_time()
    tasks = [asyncio.create_task(talk(seed)) for seed in range(CALLS)]
    await asyncio.sleep(seconds)
    spent = time.process_time() - before
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return observed, spent


def timed(observe: Callable[..., None], told: list[float]) -> Callable[..., None]:
    def timing(now: float, what: Any) -> None:
        before = time.perf_counter()
        observe(now, what)
        told.append(time.perf_counter() - before)

    return timing


def watch_writes(recorder: CallRecorder) -> list[float]:
    """Return where the seconds from a finished turn to its write (out of reach of a kill) will be."""
    spool, put = recorder.spool, recorder.spool.put
    waiting: list[float] = []
    safe: list[float] = []

    def putting(record: Record) -> bool:
        waiting.append(time.perf_counter())
        return put(record)

    wake = spool._written

    def written() -> None:
        now = time.perf_counter()
        while len(safe) < min(spool.counts.written, len(waiting)):
            safe.append(now - waiting[len(safe)])
        wake()

    spool.put = putting  # type: ignore[method-assign]
    spool._written = written
    return safe


async def reading(name: str, url: str, stored: int) -> list[dict[str, object]]:
    """Time the console's queries with *stored* calls in the database."""
    async with Database(url) as database:
        await database.upgrade()
        await fill(database, stored, until=UNTIL)
        await tidy(database)
        call = next(sample_calls(1, until=UNTIL))[0].row["id"]
        month = Period(UNTIL - timedelta(days=30), UNTIL)
        all_of_it = Period(UNTIL - timedelta(days=90), UNTIL)
        pages: dict[str, Callable[[], Awaitable[object]]] = {
            "calls, first page": lambda: find_calls(database),
            "calls, page 100, one question": lambda: find_calls(
                database, CallFilter(period=all_of_it, intent="adresse-mac"), Page(1000, 10)
            ),
            "calls, words": lambda: find_calls(database, CallFilter(text="fax")),
            "calls in progress": lambda: find_calls(database, CallFilter(live=True)),
            "one call": lambda: read_call(database, call),
            "statistics, 30 days by day": lambda: statistics.compute(database, month),
            "statistics, all by hour": lambda: statistics.compute(database, all_of_it, statistics.Step.HOUR),
            "inbox, all": lambda: inbox.unmatched(database, all_of_it),
        }
        return [{"database": name, "query": page, **await timing(query)} for page, query in pages.items()]


async def tidy(database: Database) -> None:
    """Do at once what autovacuum, or the daily purge, does soon after so many writes."""
    async with database.reading() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("ANALYZE" if database.dialect == "sqlite" else "VACUUM ANALYZE"))


async def timing(query: Callable[[], Awaitable[object]]) -> dict[str, object]:
    times, before = [], time.process_time()
    for _ in range(READS):
        start = time.perf_counter()
        await query()
        times.append((time.perf_counter() - start) * 1000)
    processor = (time.process_time() - before) / READS * 1000
    return {
        "best ms": round(min(times), 1),
        "worst ms": round(max(times), 1),
        "our cpu ms": round(processor, 1),
    }


if __name__ == "__main__":
    main()

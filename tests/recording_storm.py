"""A process that records a storm of calls until it is killed, and says which turns cannot be lost any more.

Run by tests/contract/test_recorder.py: ``python -m tests.recording_storm URL FOLDER [--aloud]``.
"""

import asyncio
import random
import sys
from pathlib import Path

from ivr.config import StoreSettings
from ivr.dialogue.ports import Caller
from ivr.logs import silence_logs
from ivr.store.recorder import CallRecorder
from ivr.store.records import Kind, Record
from tests.sample_calls import CONTENT, sample_call

CALLS = 50
HASTE = 400.0
"""How much faster than real callers these talk."""


async def storm(url: str, folder: Path, *, aloud: bool) -> None:
    settings = StoreSettings(
        url=url, spool=folder / "spool", key_file=folder / "key", server="storm",
        audio=aloud, audio_folder=folder / "audio",
    )  # fmt: skip
    async with CallRecorder(settings, lambda: CONTENT, "Europe/Paris") as recorder:
        finished: list[Record] = []
        put = recorder.spool.put
        recorder.spool.put = lambda record: finished.append(record) or put(record)  # type: ignore[func-returns-value,method-assign]
        async with asyncio.TaskGroup() as group:
            group.create_task(announce(recorder, finished))
            for seed in range(CALLS):
                group.create_task(call_after_call(recorder, seed, aloud=aloud))


async def call_after_call(recorder: CallRecorder, seed: int, *, aloud: bool) -> None:
    chance = random.Random(seed)
    for number in range(1_000_000):
        observe = recorder.observer(f"{seed}-{number}", Caller("0612345678"))
        start, last = asyncio.get_running_loop().time(), 0.0
        for second, what in sample_call(chance, aloud=aloud):
            await asyncio.sleep((second - last) / HASTE)
            last = second
            observe(start + second, what)


async def announce(recorder: CallRecorder, finished: list[Record]) -> None:
    """Print the turns that the spool has written, as soon as it has."""
    said = 0
    while True:
        written = recorder.spool.counts.written
        for record in finished[said:written]:
            if record.kind is Kind.TURN:
                print(record.row["call"], record.row["number"])  # noqa: T201 - its output is its purpose
        said = written
        sys.stdout.flush()
        await asyncio.sleep(0.005)


if __name__ == "__main__":
    silence_logs()  # standard output is for turns alone
    asyncio.run(storm(sys.argv[1], Path(sys.argv[2]), aloud="--aloud" in sys.argv))

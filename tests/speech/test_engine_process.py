"""A watched process, with workers that misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.errors import EngineError
from ivr.speech.synthesis.engine_process import EngineProcess

pytestmark = pytest.mark.speech

GOOD = """
import json, os, sys, time
starts = open("starts", "a"); starts.write("x"); starts.close()
first = os.path.getsize("starts") == 1
print(json.dumps({"version": "test 1"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    path = os.path.abspath("out.wav")
    open(path, "w").write(request["text"] + str(request["rate"]))
    reply = {"id": request["id"], "path": path}
"""
ANSWERS = GOOD + "    print(json.dumps(reply), flush=True)\n"
DIES_ONCE = GOOD + "    if first: os._exit(11)\n    print(json.dumps(reply), flush=True)\n"
HANGS_ONCE = GOOD + "    if first: time.sleep(60)\n    print(json.dumps(reply), flush=True)\n"
ALWAYS_DIES = GOOD + "    print('it burns', file=sys.stderr, flush=True); os._exit(11)\n"
ALWAYS_HANGS = GOOD + "    time.sleep(60)\n"
BABBLES_ONCE = GOOD + "    print('hello' if first else json.dumps(reply), flush=True)\n"
LISTS_ONCE = GOOD + "    print('[1]' if first else json.dumps(reply), flush=True)\n"
FLOODS_ONCE = GOOD + "    print('x' * 100_000 if first else json.dumps(reply), flush=True)\n"
FORGETS_ONCE = GOOD + "    print(json.dumps({'id': 1} if first else reply), flush=True)\n"
REFUSES = GOOD + "    print(json.dumps({'id': request['id'], 'error': 'no'}), flush=True)\n"


@asynccontextmanager
async def process(tmp_path: Path, script: str, seconds: float = 5.0) -> AsyncIterator[EngineProcess]:
    path = tmp_path / "worker.py"
    path.write_text(script)
    engine = EngineProcess(path, [], seconds)
    try:
        yield engine
    finally:
        await engine.aclose()


async def test_answers(tmp_path: Path) -> None:
    """A request brings the worker's file, which is then removed."""
    async with process(tmp_path, ANSWERS) as engine:
        await engine.start()
        assert engine.version == "test 1"
        assert await engine.ask("oui", 85) == b"oui85"
        assert not (Path(engine._directory.name) / "out.wav").exists()
        assert engine.restarts == 0


@pytest.mark.parametrize(
    "script", [DIES_ONCE, HANGS_ONCE, BABBLES_ONCE, LISTS_ONCE, FLOODS_ONCE, FORGETS_ONCE]
)
async def test_is_replaced(tmp_path: Path, script: str) -> None:
    """A worker that dies, hangs or talks nonsense is replaced, and the text is asked again."""
    async with process(tmp_path, script, seconds=1.0) as engine:
        assert await engine.ask("oui", 100) == b"oui100"
        assert engine.restarts == 1


@pytest.mark.parametrize(
    ("script", "message"), [(ALWAYS_DIES, "its process ended; it burns"), (ALWAYS_HANGS, "too slow")]
)
async def test_is_given_up(tmp_path: Path, script: str, message: str) -> None:
    """After two processes the text is given up with the worker's last words; the next text starts a third."""
    async with process(tmp_path, script, seconds=1.5) as engine:
        with pytest.raises(EngineError, match=message):
            await engine.ask("oui", 100)
        assert engine.restarts == 2
        with pytest.raises(EngineError):
            await engine.ask("oui", 100)
        assert engine.restarts == 4


async def test_someone_leaves_while_it_starts(tmp_path: Path) -> None:
    """A request cancelled during the start leaves no greeting behind for the next one."""
    async with process(tmp_path, ANSWERS) as engine:
        waiting = asyncio.ensure_future(engine.ask("non", 100))
        await asyncio.sleep(0.005)
        waiting.cancel()
        assert await engine.ask("oui", 100) == b"oui100"
        assert waiting.cancelled()


async def test_a_refusal_is_final(tmp_path: Path) -> None:
    """A text that the engine refuses is not asked again, and the process stays."""
    async with process(tmp_path, REFUSES) as engine:
        with pytest.raises(EngineError, match="refused a text: no"):
            await engine.ask("oui", 100)
        assert engine.restarts == 0


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import sys; sys.exit('no library')", "no library"),
        ('print(\'{"error": "no voice"}\')', "no voice"),
        ("import time; time.sleep(60)", "it said nothing"),
        ("print('Welcome!', flush=True)", "it said nothing"),
    ],
)
async def test_a_worker_that_does_not_start(tmp_path: Path, script: str, message: str) -> None:
    """The reason is in the error, and no process is left."""
    async with process(tmp_path, script, seconds=0.5) as engine:
        with pytest.raises(EngineError, match=f"does not start: {message}"):
            await engine.start()
        assert engine._process is None

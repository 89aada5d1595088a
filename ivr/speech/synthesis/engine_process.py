"""A supervised synthesiser process: killed when it does not answer in time, restarted when it exits.

Knows the line protocol of the workers (see ``pyttsx3_worker.py``), nothing of any engine.
"""

import asyncio
import json
import math
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ivr.errors import EngineError

ATTEMPTS = 2
"""A text is given to a second process when the first died of it or beside it, never to a third."""


class EngineProcess:
    """Runs a worker script and puts one request after the other to it."""

    def __init__(
        self, script: Path, arguments: Sequence[str], timeout: float, idle: float | None = None
    ) -> None:
        """After *idle* seconds without a request the process ends; the next request starts it again."""
        self.restarts = 0
        """How often a process had to be replaced: a metric."""
        self.version = ""
        """What the engine says of itself; known once it has started."""
        # The worker's own alarm comes later than our deadline: it is for a worker whose parent was killed.
        self._argv = [sys.executable, "-P", str(script), *arguments, str(math.ceil(timeout) + 1)]
        self._timeout = timeout
        self._idle = idle
        self._resting: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._directory = tempfile.TemporaryDirectory(prefix="ivr-speech-")
        self._process: Process | None = None
        self._requests = 0
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Start the process. Raises EngineError with what it said."""
        async with self._turn:
            await self._started()

    async def ask(self, text: str, rate: int) -> bytes:
        """Return the audio file made of *text* at *rate* percent.

        Raises:
            EngineError: the engine refused the text, or two processes in a row died or hung.
        """
        self._stay()
        async with self._turn:
            for _ in range(ATTEMPTS):
                try:
                    async with asyncio.timeout(self._timeout):
                        await self._started()
                        sound = await self._exchange(text, rate)
                    self._rest_later()
                    return sound
                except (TimeoutError, ConnectionError) as error:
                    trouble = error
                    await self._stop()
                    self.restarts += 1
        raise EngineError(
            f"the speech engine gave no answer: {str(trouble) or 'too slow'}; {self._last_words()}"
        )

    async def aclose(self) -> None:
        """End the process and remove its files."""
        self._stay()
        try:
            await self._stop()
        finally:
            self._directory.cleanup()

    def _stay(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    def _rest_later(self) -> None:
        if self._idle is not None:
            self._stay()
            self._resting = asyncio.get_running_loop().call_later(self._idle, self._rest)

    def _rest(self) -> None:
        self._resting = None
        self._ending = asyncio.create_task(self._end_in_turn(), name="speech-engine-rest")

    async def _end_in_turn(self) -> None:
        async with self._turn:
            if self._resting is None:  # nobody asked meanwhile
                await self._stop()

    async def _started(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        with (Path(self._directory.name) / "stderr").open("wb") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=PIPE,
                stdout=PIPE,
                stderr=errors,
                cwd=self._directory.name,
                start_new_session=True,  # Ctrl-C on our terminal is ours alone: calls are still to be ended
            )
        try:
            async with asyncio.timeout(self._timeout):
                hello = await self._reply()
            if "error" in hello:
                raise EngineError(f"the speech engine does not start: {hello['error']}")
        except (TimeoutError, ConnectionError):
            await self._stop()
            raise EngineError(f"the speech engine does not start: {self._last_words()}") from None
        except (asyncio.CancelledError, EngineError):
            # Half started, its greeting unread: the next one to ask must not take that for an answer.
            await self._stop()
            raise
        self.version = str(hello["version"])

    async def _exchange(self, text: str, rate: int) -> bytes:
        assert self._process is not None
        assert self._process.stdin is not None
        self._requests += 1
        request = {"id": self._requests, "text": text, "rate": rate}
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        await self._process.stdin.drain()
        while (reply := await self._reply()).get("id") != self._requests:
            if "path" in reply:  # the answer to someone who no longer waited for it
                await asyncio.to_thread(os.unlink, reply["path"])
        if "error" in reply:
            raise EngineError(f"the speech engine refused a text: {reply['error']}")
        if "path" not in reply:
            raise ConnectionError("it answered nonsense")
        return await asyncio.to_thread(_taken, Path(reply["path"]))

    async def _reply(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            line = await self._process.stdout.readline()
        except ValueError:  # longer than a stream reads: 64 KiB
            raise ConnectionError("its answer does not end") from None
        try:
            return dict(json.loads(line))
        except (ValueError, TypeError):
            raise ConnectionError("it answered nonsense" if line else "its process ended") from None

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()

    def _last_words(self) -> str:
        stderr = Path(self._directory.name) / "stderr"
        lines = stderr.read_text(errors="replace").split("\n") if stderr.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _taken(path: Path) -> bytes:
    content = path.read_bytes()
    path.unlink()
    return content

"""Recognition the way alphacep's vosk-server works: each frame decoded on a thread pool as it comes.

One recogniser per call, one thread per core, results and partial results asked for at every frame; no voice
detection, no batches. Frames are echoed meanwhile, so that only the recognition differs from the floor.
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import vosk

from bench.echo_server import Echo, serve
from ivr.tasks import Tasks

LINE_RATE = 8000


class Decoded(Echo):
    """An echo that is also recognised."""

    def __init__(self, model: vosk.Model, pool: ThreadPoolExecutor, lags: list[float]) -> None:
        self._recognizer = vosk.KaldiRecognizer(model, LINE_RATE)
        self._recognizer.SetWords(True)
        self._pool, self._lags = pool, lags
        self._waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._tasks = Tasks()
        self._decoder = self._tasks.start(self._decode_forever(), "decode")

    def connection_lost(self, error: Exception | None) -> None:
        self._decoder.cancel()

    def hear(self, samples: bytes) -> None:
        self._waiting.put_nowait((asyncio.get_running_loop().time(), samples))

    async def _decode_forever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            came, samples = await self._waiting.get()
            await loop.run_in_executor(self._pool, self._decode, samples)
            self._lags.append(loop.time() - came)

    def _decode(self, samples: bytes) -> str:
        if self._recognizer.AcceptWaveform(samples):
            return str(self._recognizer.Result())
        return str(self._recognizer.PartialResult())


def serve_decoding(pipe: Connection, model: Path) -> None:
    """Run it; the entry of the process."""
    vosk.SetLogLevel(-3)
    loaded, lags = vosk.Model(model_path=str(model)), list[float]()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        asyncio.run(serve(pipe, lambda: Decoded(loaded, pool, lags), lags))

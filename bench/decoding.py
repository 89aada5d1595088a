"""Where to decode: threads of the server or processes beside it, by what the media ticker suffers.

Live callers on a 20 ms ticker, as the channel has it. Same audio, same ears; one run after the other.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Protocol

from bench.report import percentile, publish
from ivr.config import ListeningSettings
from ivr.dialogue.actions import Expecting
from ivr.dialogue.events import Event, Utterance
from ivr.speech.recognition.decoding_threads import Decoding
from ivr.speech.recognition.ear import Ears
from ivr.speech.recognition.recognizers import RecognizerPool
from ivr.speech.recognition.turn_detector import TurnDetector
from ivr.speech.recognition.vad import SileroModel, silero
from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.speech import clips

REPLIES = Expecting(("oui", "non", "suite", "un conseiller"))
TICK = 0.02
PAUSE = 4.0
"""Seconds of silence between questions: callers listen more than they speak."""


class Ear(Protocol):
    """What the ticker feeds."""

    def expect(self, turn: int, expecting: Expecting, *, during_prompt: bool) -> None: ...
    def hear(self, received: bytes | None, playing: bytes | None) -> None: ...


@dataclass(slots=True)
class Measures:
    """Of one run."""

    late: list[float] = field(default_factory=list)
    """How late each tick began, in ms."""
    hearing: list[float] = field(default_factory=list)
    """What one ``hear`` cost the ticker, in µs."""
    answers: list[float] = field(default_factory=list)
    """From the frame that ends a turn, by audio time alone, to its Utterance on the loop, in ms."""


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", help="levels (1 10 20 40)")
    parser.add_argument("--seconds", type=float, help="per run (10)")
    parser.add_argument("--quick", action="store_true", help="measure less, to see that everything works")
    options = parser.parse_args()
    levels = options.calls or ([10] if options.quick else [1, 10, 20, 40])
    seconds = options.seconds or (5.0 if options.quick else 10.0)
    rows = [way(calls, seconds) for calls in levels for way in (threads, processes)]
    publish("decoding", rows)


def threads(calls: int, seconds: float) -> dict[str, object]:
    """The server's own way: two decoding threads."""
    pool, vad = RecognizerPool(VoskRecognizer(clips.model_path())), silero(SileroModel())
    with Decoding(2) as decoding:
        ears = Ears(pool, decoding, ListeningSettings(), vad=vad)
        return run("threads", calls, seconds, ears)


def processes(calls: int, seconds: float) -> dict[str, object]:
    """Two worker processes, frames through pipes."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(2)]
    workers = [context.Process(target=serve, args=(theirs,), daemon=True) for _, theirs in pipes]
    for worker in workers:
        worker.start()
    for ours, _ in pipes:
        ours.recv()
    farm = Farm([ours for ours, _ in pipes])
    try:
        return run("processes", calls, seconds, farm)
    finally:
        for ours, _ in pipes:
            ours.send(None)
        for worker in workers:
            worker.join()


def run(
    way: str, calls: int, seconds: float, ears: Callable[[Callable[[Event], None]], Ear]
) -> dict[str, object]:
    """Run the ticker over live callers."""
    question = clips.say("je voudrais changer l'adresse mac de mon téléphone")
    clip = clips.join(question, clips.silence(PAUSE))
    line = clips.mix(clip, clips.noise(len(clip) / clips.RATE, -58.0))
    began = _cpu()
    measures = asyncio.run(tick(calls, seconds, ears, clips.frames(clips.slin(line))))
    spent = _cpu() - began
    return {
        "way": way, "calls": calls, "tick late p99 ms": round(percentile(measures.late, 99), 2),
        "tick late max ms": round(max(measures.late), 1),
        "hear p50 µs": round(percentile(measures.hearing, 50), 1),
        "hear p99 µs": round(percentile(measures.hearing, 99), 1), "utterances": len(measures.answers),
        "answer p95 ms": round(percentile(measures.answers or [0], 95)),
        "own cpu %/call": round(100 * spent / seconds / calls, 2), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


async def tick(
    calls: int, seconds: float, ears: Callable[[Callable[[Event], None]], Ear], frames: list[bytes]
) -> Measures:
    """Give every caller's ear a frame each 20 ms; callers begin one after the other."""
    measures = Measures()
    loop = asyncio.get_running_loop()
    reference = [0.0] * calls

    def listen(call: int) -> Callable[[Event], None]:
        def post(event: Event) -> None:
            if isinstance(event, Utterance):
                measures.answers.append((loop.time() - reference[call]) * 1000)
                line[call].expect(event.turn + 1, REPLIES, during_prompt=False)

        return post

    line = [ears(listen(call)) for call in range(calls)]
    for ear in line:
        ear.expect(1, REPLIES, during_prompt=False)
    ending = _ending(frames)
    start = loop.time() + 0.5
    for number in range(round(seconds / TICK)):
        due = start + number * TICK
        await asyncio.sleep(max(0.0, due - loop.time()))
        measures.late.append((loop.time() - due) * 1000)
        for call, ear in enumerate(line):
            index = (number + call * len(frames) // calls) % len(frames)
            if index == ending:
                reference[call] = due
            before = time.perf_counter()
            ear.hear(frames[index], None)
            measures.hearing.append((time.perf_counter() - before) * 1e6)
    await asyncio.sleep(0.5)
    return measures


def _ending(frames: list[bytes]) -> int:
    """Return the frame at which a turn ends when decoding takes no time."""
    ear = TurnDetector(VoskRecognizer(clips.model_path()), silero(SileroModel())(), ListeningSettings())
    ear.expect(1, REPLIES, during_prompt=False)
    return next(
        i % len(frames)
        for i, frame in enumerate(frames * 2)
        if any(isinstance(event, Utterance) for event in ear.hear(frame, None))
    )


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Farm:
    """Makes ears whose listener lives in a worker process."""

    def __init__(self, pipes: list[Connection]) -> None:
        self._pipes = pipes
        self._posts: list[Callable[[Event], None]] = []
        self._made = 0

    def __call__(self, post: Callable[[Event], None]) -> "RemoteEar":
        if not self._posts:
            loop = asyncio.get_running_loop()
            for pipe in self._pipes:
                threading.Thread(target=self._receive, args=(pipe, loop), daemon=True).start()
        self._posts.append(post)
        call = len(self._posts) - 1
        return RemoteEar(self._pipes[call % len(self._pipes)], call)

    def _receive(self, pipe: Connection, loop: asyncio.AbstractEventLoop) -> None:
        while (message := pipe.recv()) is not None:
            call, event = message
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._posts[call], event)


class RemoteEar:
    """Sends what it hears to a worker."""

    def __init__(self, pipe: Connection, call: int) -> None:
        self._pipe = pipe
        self._call = call

    def expect(self, turn: int, expecting: Expecting, *, during_prompt: bool) -> None:
        self._pipe.send((self._call, turn, expecting))

    def hear(self, received: bytes | None, playing: bytes | None) -> None:
        self._pipe.send((self._call, received, playing))


def serve(pipe: Connection) -> None:
    """The worker: one listener per call, events back."""
    recognizer, vad = VoskRecognizer(clips.model_path()), silero(SileroModel())
    listeners: dict[int, TurnDetector] = {}
    pipe.send("ready")
    while (message := pipe.recv()) is not None:
        call, first, second = message
        listener = listeners.setdefault(call, TurnDetector(recognizer, vad(), ListeningSettings()))
        if isinstance(second, Expecting):
            listener.expect(first, second, during_prompt=False)
            continue
        for event in listener.hear(first, second):
            pipe.send((call, event))
    pipe.send(None)


if __name__ == "__main__":
    main()

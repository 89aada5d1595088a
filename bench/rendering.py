"""How long prompts take to render, how loud they come out, and how much the event loop feels of it.

One text at a time per engine, then everything that is spoken with the configured one, in the same run.
"""

import asyncio
import io
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from bench.report import asked_for_quick, percentile, publish
from ivr.audio.frame import duration, to_floats
from ivr.audio.loudness import loudness
from ivr.config import Settings, SpeechSettings, load_settings
from ivr.dialogue.actions import Line, Rate
from ivr.french.spoken import spoken
from ivr.knowledge.published import load_content
from ivr.speech.synthesis.prompts import PromptStore, open_prompts
from ivr.speech.synthesis.rendering import Chain
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.synthesizers import create, start_synthesizer

TICK = 0.02
SAMPLE = 40
"""Texts per engine."""
NOTHING = ShippedPrompts(Path("nothing-ships"))
"""Everything is made here."""
PROGRAMS = {"pyttsx3": "espeak-ng", "espeak": "espeak-ng", "mbrola": "mbrola", "pico": "pico2wave"}


async def main() -> None:
    """Print and keep both tables."""
    quick = asked_for_quick(__doc__)
    settings = load_settings()
    lines = [
        Line(name, text) for name, text in load_content(settings.prompts).spoken().items() if "{" not in text
    ]
    engines = [engine for engine, program in PROGRAMS.items() if shutil.which(program)]
    if not create(SpeechSettings(engine="kokoro")).absent:
        engines.append("kokoro")
    lines = lines[::8] if quick else lines
    texts = [spoken(line.text) for line in lines[:: max(1, len(lines) // SAMPLE)]]
    publish("rendering-engines", [await one_by_one(engine, texts) for engine in engines])
    print()
    publish("rendering", await everything(settings, lines))


async def one_by_one(engine: str, texts: list[str]) -> dict[str, object]:
    """Synthesis and chain, one text after the other."""
    synthesizer = await start_synthesizer(SpeechSettings.model_validate({"engine": engine}))
    chain, synthesis, rendering, raw = Chain(), [], [], []
    for text in texts:
        began = time.perf_counter()
        sound = await synthesizer.synthesize(text, 100)
        synthesis.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        chain.render(sound)
        rendering.append(1000 * (time.perf_counter() - began))
        samples, rate = soundfile.read(io.BytesIO(sound))
        raw.append(len(samples) / rate)
    await synthesizer.aclose()
    return {
        "engine": engine,
        "texts": len(texts),
        "synthesis p50 ms": percentile(synthesis, 50),
        "synthesis p95 ms": percentile(synthesis, 95),
        "chain p50 ms": percentile(rendering, 50),
        "chain p95 ms": percentile(rendering, 95),
        "share of audio %": (sum(synthesis) + sum(rendering)) / sum(raw) / 10,
    }


async def everything(settings: Settings, lines: list[Line]) -> list[dict[str, object]]:
    """All lines made, read from disk, found in memory; with a 20 ms ticker beside, alone at first."""
    with tempfile.TemporaryDirectory() as folder:
        speech = settings.speech.model_copy(update={"cache": Path(folder)})
        first, second = [await open_prompts(settings.prompts, speech, NOTHING) for _ in range(2)]
        rows = [await timed("nothing", first, []), await timed("made", first, lines)]
        rows.append(await timed("from disk", second, lines))
        rows.append(await timed("in memory", second, lines))
        await check(first, lines, rows[1])
        await first.aclose()
        await second.aclose()
    return rows


async def timed(what: str, prompts: PromptStore, lines: list[Line]) -> dict[str, object]:
    """Render everything ahead while a ticker measures how late it is called."""
    late: list[float] = []
    ticker = asyncio.ensure_future(tick(late))
    began, cpu = time.perf_counter(), os.times()
    failures = await prompts.render_ahead(lines)
    if not lines:
        await asyncio.sleep(3)
    seconds, now = time.perf_counter() - began, os.times()
    ticker.cancel()
    return {
        "prompts": what,
        "number": len(lines),
        "failed": len(failures),
        "seconds": seconds,
        "ms each": 1000 * seconds / max(1, len(lines)),
        "our CPU s": now.user + now.system - cpu.user - cpu.system,
        "ticker late p99 ms": percentile(late, 99) if late else 0.0,
        "ticker late max ms": max(late, default=0.0),
    }


async def tick(late: list[float]) -> None:
    """A frame every 20 ms, as the media ticker has it."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += TICK
        await asyncio.sleep(due - loop.time())
        late.append(1000 * (loop.time() - due))


async def check(prompts: PromptStore, lines: list[Line], row: dict[str, object]) -> None:
    """Add what came out: loudness, peaks, and audio seconds."""
    sounds = [slin for line in lines for slin in await prompts.render((line,), Rate.NORMAL)]
    levels = [loudness(to_floats(sound)) for sound in sounds]
    peak = max(float(np.abs(to_floats(sound)).max()) for sound in sounds)
    print(
        f"{sum(map(duration, sounds)):.0f} s of audio, {min(levels):.2f} to {max(levels):.2f} LUFS, "
        f"peak {20 * np.log10(peak):.2f} dBFS; {row['number']} prompts"
    )


if __name__ == "__main__":
    asyncio.run(main())

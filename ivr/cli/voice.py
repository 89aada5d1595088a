"""``ivr voice``: the voices that this machine has, others to install, and the sounds that ship.

Prints and starts what does the work; knows no engine.
"""

import asyncio

import click

from ivr.config import SpeechSettings
from ivr.errors import EngineError
from ivr.knowledge.lexicon import load_lexicon
from ivr.knowledge.published import load_content
from ivr.knowledge.spoken_pieces import texts_to_render
from ivr.places import shared
from ivr.progress import Progress
from ivr.speech.synthesis.prompts import SHIPPED
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.shipping import compare, ship, wanted_keys
from ivr.speech.synthesis.synthesizers import create

SHIPPED_VOICE = SpeechSettings(engine="kokoro")
SAMPLE = "Bonjour. Votre poste est-il allumé, et branché sur un switch PoE ?"


@click.group("voice")
def command() -> None:
    """Voices, and the sounds that ship."""


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

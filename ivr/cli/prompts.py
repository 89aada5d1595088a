"""``ivr prompts``: render everything that is spoken, or hear one text as callers hear it.

Prints; the work is ``ivr.speech.synthesis.prompts``'s.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import click

from ivr.audio import g711
from ivr.audio.frame import duration, wav
from ivr.config import Settings, load_settings
from ivr.dialogue.actions import Line, Rate
from ivr.errors import EngineError
from ivr.french.spoken import spoken
from ivr.knowledge.published import load_content
from ivr.progress import Progress
from ivr.speech.synthesis.prompts import open_prompts

UNUSED_DAYS = 7
"""Renderings of former texts are kept so long, for those who take an edit back."""
CODECS: dict[str, Callable[[bytes], bytes]] = {
    "slin": lambda slin: slin,
    "alaw": lambda slin: g711.from_alaw(g711.to_alaw(slin)),
    "ulaw": lambda slin: g711.from_ulaw(g711.to_ulaw(slin)),
}
RATES = {rate.name.lower(): rate for rate in Rate}


@click.group("prompts")
def command() -> None:
    """What callers hear."""


@command.command("render")
@click.option("--every-rate", is_flag=True, help="Also the slower ones, which are else made when asked for.")
def render(every_rate: bool) -> None:
    """Render every prompt and answer ahead, as the server does when it starts."""
    print(asyncio.run(_render(load_settings(), tuple(Rate) if every_rate else (Rate.NORMAL,))))


@command.command("say")
@click.argument("text")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="WAV file to write.")
@click.option("--rate", type=click.Choice(list(RATES)), default="normal", show_default=True)
@click.option(
    "--codec",
    type=click.Choice(list(CODECS)),
    default="alaw",
    show_default=True,
    help="Telephone line's codec.",
)
def say(text: str, output: Path, rate: str, codec: str) -> None:
    """Write TEXT to a WAV file as a caller would hear it."""
    slin, read = asyncio.run(_say(load_settings(), text, RATES[rate]))
    if not slin:
        raise click.ClickException(f"nothing in {text!r} can be said")
    try:
        output.write_bytes(wav(CODECS[codec](slin)))
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None
    print(f"{output}: {duration(slin):.1f} s, read as: {read}")


async def _render(settings: Settings, rates: tuple[Rate, ...]) -> str:
    lines = [Line(prompt, text) for prompt, text in load_content(settings.prompts).spoken().items()]
    total = len(rates) * sum("{" not in line.text for line in lines)
    prompts = await open_prompts(settings.prompts, settings.speech)
    try:
        with Progress().bar("Prompts", total) as advance:
            failures = await prompts.render_ahead(lines, rates, lambda done, _: advance(done))
        removed = await prompts.prune(time.time() - UNUSED_DAYS * 86400)
    finally:
        await prompts.aclose()
    if failures:
        raise EngineError(f"{len(failures)} of {total}: {failures[0].prompt}: {failures[0].reason}")
    return f"{total} prompts in {settings.speech.cache}: {prompts.rendered} rendered, {removed} old removed"


async def _say(settings: Settings, text: str, rate: Rate) -> tuple[bytes, str]:
    prompts = await open_prompts(settings.prompts, settings.speech)
    try:
        (slin,) = await prompts.render((Line("say", text),), rate)
        return slin, spoken(text, prompts.lexicon)
    finally:
        await prompts.aclose()

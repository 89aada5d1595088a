"""Rendering what ships: every text of the shipped prompts, by one voice, into the repository.

Renders what is not there yet and removes what nothing says any more; does not know where the texts are from.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.french.spoken import Lexicon, spoken
from ivr.speech.synthesis.shipped_prompts import ShippedPrompts
from ivr.speech.synthesis.sources import STANDARD, rendered_key
from ivr.speech.synthesis.synthesizers import Synthesizer


@dataclass(frozen=True, slots=True)
class Stale:
    """How the shipped sounds differ from the texts."""

    missing: dict[str, str]
    """Key → text, as the voice is given it."""
    surplus: tuple[str, ...]
    """Texts that nothing says any more."""


def compare(texts: Iterable[str], lexicon: Lexicon, version: str, shipped: ShippedPrompts) -> Stale:
    """Return what is to be rendered and removed for *texts* said by the voice of that *version*."""
    wanted = wanted_keys(texts, lexicon, version)
    missing = {key: said for key, said in wanted.items() if key not in shipped}
    return Stale(missing, tuple(shipped.others(wanted)))


def wanted_keys(texts: Iterable[str], lexicon: Lexicon, version: str) -> dict[str, str]:
    """Return key → text, as the voice is given it, for all of *texts* that can be said."""
    said = (spoken(text, lexicon) for text in texts)
    return {rendered_key(version, text): text for text in said if text}


async def ship(
    wanted: dict[str, str],
    voice: Synthesizer,
    shipped: ShippedPrompts,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[int, int]:
    """Render what is missing of *wanted* and remove the rest; return how many of each.

    What was rendered before a failure or Ctrl-C is kept.

    Raises:
        EngineError: the voice cannot say a text.
        OSError: a file cannot be written.
    """
    missing = {key: text for key, text in wanted.items() if key not in shipped}
    try:
        for done, (key, text) in enumerate(missing.items(), 1):
            sound = await voice.synthesize(text, 100)
            slin = await asyncio.to_thread(STANDARD.render, sound)
            await asyncio.to_thread(shipped.save, key, slin, text)
            progress(done)
    finally:
        removed = await asyncio.to_thread(shipped.keep, set(wanted))
    return len(missing), removed

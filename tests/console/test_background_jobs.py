"""Learning and comparing in a process of its own, the real one."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.content.background_jobs import BackgroundJobs
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Outcome
from ivr.knowledge.matcher_factory import MatcherFactory
from ivr.knowledge.matching import Thresholds
from tests.console_site import copy_prompts

pytestmark = pytest.mark.console


async def said() -> Sequence[str]:
    """What callers said."""
    return ("le petit code collé sous le bidule", "Quel est le prix d'un appel vers l'étranger ?")


async def test_the_process_hands_over_what_it_learned(tmp_path: Path) -> None:
    """A matcher that understands, and a comparison that finds what an edit changes; a second time at once."""
    before, after = tmp_path / "before", tmp_path / "after"
    copy_prompts(before)
    copy_prompts(after)
    taught = after / "phrasings" / "adresse-mac.yaml"
    taught.write_text(
        taught.read_text(encoding="utf-8") + "  - le petit code collé sous le bidule\n", "utf-8"
    )
    workshop = BackgroundJobs(MatcherFactory(tmp_path / "learned", Thresholds()))
    try:
        matcher = await workshop.matcher(before)
        understood = matcher.understand((Hypothesis("Quel est le prix d'un appel vers l'étranger ?"),))
        assert (understood.outcome, understood.intents[0].intent) == (Outcome.ANSWER, "tarifs-etranger")
        (difference,) = await workshop.comparing("k", before, after, lambda: asyncio.ensure_future(said()))
        assert difference.after.what == ("adresse-mac",)
    finally:
        await workshop.aclose()

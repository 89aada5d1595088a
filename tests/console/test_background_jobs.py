"""Learning and comparing in a process of its own, the real one."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.content.background_jobs import BackgroundJobs
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.understanding import Outcome
from ivr.errors import ConfigurationError
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


def die(mark: Path, times: int) -> str:
    """Kill the process that this runs in, so often."""
    died = len(mark.read_text()) if mark.exists() else 0
    if died < times:
        mark.write_text("x" * (died + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


async def test_a_process_that_is_killed_is_replaced(tmp_path: Path) -> None:
    """Nobody has to restart the server to publish; a job that kills every process is given up in words."""
    workshop = BackgroundJobs(MatcherFactory(tmp_path / "learned", Thresholds()))
    try:
        assert await workshop._run(die, tmp_path / "once", 1) == "done"
        with pytest.raises(ConfigurationError, match="memory"):
            await workshop._run(die, tmp_path / "always", 99)
        assert await workshop._run(die, tmp_path / "never", 0) == "done"
    finally:
        await workshop.aclose()


async def test_a_folder_that_is_gone_is_said_in_one_line(tmp_path: Path) -> None:
    """At SIGHUP what calls hear stays, and the log names the folder; nothing is « a bug »."""
    workshop = BackgroundJobs(MatcherFactory(tmp_path / "learned", Thresholds()))
    try:
        with pytest.raises(ConfigurationError, match="gone"):
            await workshop.matcher(tmp_path / "gone")
    finally:
        await workshop.aclose()

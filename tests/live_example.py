"""A call in progress for the console's tests, told to the board as the recorder tells it."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ivr.dialogue.actions import Line, Listen, Say
from ivr.dialogue.events import CallerHungUp, Hypothesis, PromptFinished, SpeechStarted, Utterance
from ivr.store.assembly import CallAssembly, CallFacts, Content, Observed
from tests.console_site import Site


class LiveExample:
    """One call as the recorder tells the board of it."""

    def __init__(self, console: Site) -> None:
        self._board, self._now = console.parts.live, asyncio.get_running_loop().time
        facts = CallFacts("0123456789ab", "test", "pseudonym", None, False)
        content = Content("sample", frozenset({"adresse-mac"}))
        epoch = datetime.now(UTC).timestamp()
        self._call = CallAssembly(facts, lambda: content, self._now(), epoch, ZoneInfo("Europe/Paris"))
        self._call.begin()
        self._turn = 0

    def says(self, prompt: str, text: str) -> None:
        """The line says *text*."""
        self._turn += 1
        self.take(Say(self._turn, (Line(prompt, text),)), PromptFinished(self._turn), Listen(self._turn))

    def hears(self, text: str) -> None:
        """The caller says *text*."""
        self.take(SpeechStarted(self._turn), Utterance(self._turn, (Hypothesis(text, 0.92),)))

    def ends(self) -> None:
        """The caller hangs up."""
        self.take(CallerHungUp())

    def take(self, *observed: Observed) -> None:
        """Whatever else happens."""
        for each in observed:
            self._call.take(self._now(), each)
        self._board.changed(self._call)

"""Scripted calls told as they unfold: who says what, what was recognised and understood, how long it took.

Turns what was observed into lines of text; decides and measures nothing.
"""

from collections.abc import Callable

from ivr.call.driver import Observed
from ivr.dialogue.actions import HangUp, LeaveMessage, Say, StopPrompt, Transfer
from ivr.dialogue.events import CallerHungUp, KeyPressed, Utterance
from ivr.dialogue.understanding import Understanding

LABEL_WIDTH = 10


class Narration:
    """Tells one call, each line with the call's name in front."""

    def __init__(self, name: str, write: Callable[[str], None]) -> None:
        self._name, self._write = name, write

    def tell(self, actor: str, words: str) -> None:
        """One line: who, and what; the runner's narrator."""
        shown = f"« {words} »" if actor in ("says", "interrupts") else words
        self._line({"says": "CALLER", "interrupts": "CALLER ✂"}.get(actor, actor), shown)

    def observe(self, now: float, what: Observed) -> None:
        """Tell what the server did."""
        match what:
            case Say(lines=lines):
                for line in lines:
                    self._line("LINE", f"{line.text}  [{line.prompt}]")
            case StopPrompt():
                self._line("", "(the prompt stops)")
            case Utterance():
                self._line("heard", _heard(what))
            case KeyPressed(key):
                self._line("key", key)
            case Understanding():
                self._line("understood", describe(what))
            case Transfer():
                self._line("END", f"handed off to « {what.queue} » ({what.reason}) {what.intent}".rstrip())
            case LeaveMessage():
                self._line("END", "given to voicemail")
            case HangUp():
                self._line("END", "the line hangs up")
            case CallerHungUp():
                self._line("END", "the caller hung up")
            case _:
                pass

    def _line(self, label: str, words: str) -> None:
        self._write(f"{self._name}  {label:<{LABEL_WIDTH}} {words}")


def _heard(utterance: Utterance) -> str:
    if not utterance.hypotheses:
        return "no words"
    best = utterance.hypotheses[0]
    closed = f", as a command « {utterance.closed.text} »" if utterance.closed else ""
    return f"« {best.text} » ({best.confidence:.2f}){closed}"


def describe(understanding: Understanding) -> str:
    """Say a decision in a few words."""
    what = (
        understanding.command
        or understanding.guard
        or understanding.reject
        or ", ".join(f"{candidate.intent} {candidate.score:.2f}" for candidate in understanding.intents)
    )
    return f"{what} → {understanding.outcome}"

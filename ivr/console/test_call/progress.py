"""A test call as the page shows it while it unfolds: what was heard, understood and said.

Tells in French what the call's observer sees; changes nothing of the call.
"""

from collections.abc import Callable, Mapping

from ivr.call.driver import Observed
from ivr.console.test_call.typed import told_of, understood_as
from ivr.console.typography import percent, spaced
from ivr.dialogue.actions import HangUp, LeaveMessage, Listen, Perform, Say, StopPrompt, Transfer
from ivr.dialogue.events import (
    DeadlineReached,
    Event,
    KeyPressed,
    PromptFailed,
    RecognitionFailed,
    SpeechStarted,
    Utterance,
)
from ivr.dialogue.understanding import Understanding


class Unfolding:
    """Tells the page of one call.

    ``state`` is who has the floor, ``partial`` what is being said, ``said`` one line more, ``understood``
    what that was taken for.
    """

    def __init__(self, tell: Callable[..., None], labels: Callable[[], Mapping[str, str]]) -> None:
        """*labels* are the questions' subjects, by intent."""
        self._tell, self._labels = tell, labels
        self._state = ""

    def hear(self, words: str) -> None:
        """Tell the words of an utterance that goes on; the next ones replace them."""
        self._tell(partial=spaced(words))

    def observe(self, now: float, what: Observed) -> None:
        """Tell of one event or action; the call's observer."""
        match what:
            case Say(lines=lines):
                for line in lines:
                    self._say("line", line.text)
                self._enter("speaking")
            case StopPrompt():
                self._tell(cut=True)
            case Listen():
                self._enter("listening")
            case Perform() | Transfer() | LeaveMessage() | HangUp():
                for text in told_of(what):
                    self._say("event", text)
            case Understanding():
                self._tell(understood=spaced(understood_as(what, self._labels())))
            case _:
                self._happened(what)

    def _happened(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self._enter("hearing")
            case Utterance(closed=None, hypotheses=()):
                self._say("event", "Un bruit, sans paroles.")
            case Utterance():
                heard = event.closed or event.hypotheses[0]
                self._say("caller", heard.text, f"sûr à {percent(heard.confidence)}")
            case KeyPressed(key):
                self._say("caller", f"touche {key}")
            case DeadlineReached() if self._state == "listening":
                self._say("event", "L'appelant ne dit rien.")
            case PromptFailed() | RecognitionFailed():
                self._say("event", "La voix ou l'oreille de la ligne a failli : le journal dit pourquoi.")
            case _:
                pass

    def _enter(self, state: str) -> None:
        self._state = state
        self._tell(state=state)

    def _say(self, by: str, text: str, meta: str = "") -> None:
        self._tell(said={"by": by, "text": spaced(text), "meta": meta})

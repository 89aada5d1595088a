"""A call that is typed instead of spoken, in virtual time: a whole conversation takes milliseconds.

Plays the world for one dialogue: prompts last as long as their words, effects end when told. Decides nothing.
"""

from collections.abc import Callable

from ivr.dialogue import events
from ivr.dialogue.actions import Action, Effect, Expecting, Listen, Perform, Say, StopPrompt
from ivr.dialogue.dialogue import Dialogue, State
from ivr.dialogue.events import Event, Hypothesis
from ivr.dialogue.prompt_segments import spoken_seconds
from ivr.french.phrases import fold

WAITING = (State.LISTENING, State.HEARING, State.ENDED)
REACTION_SECONDS = 1.0
"""Between the end of a prompt, or its beginning when interrupting, and what the caller does."""

Outcome = tuple[bool, float]
"""Whether an effect succeeded, and after how many seconds."""


def succeed(effect: Effect) -> Outcome:
    """Every effect works, at once."""
    return True, 0.1


class TextCall:
    """One call. Every method returns what the dialogue did about it, prompts included."""

    def __init__(self, dialogue: Dialogue, effects: Callable[[Effect], Outcome] = succeed) -> None:
        self.dialogue = dialogue
        self.now = 0.0
        self._effects = effects
        self._turn = 0
        self._expecting = Expecting()
        self._coming: dict[str, tuple[float, Event]] = {}
        """Events still due: the end of a prompt or of an effect, with its time."""

    @property
    def ended(self) -> bool:
        """Whether the conversation is over."""
        return self.dialogue.state is State.ENDED

    def answer(self) -> list[Action]:
        """Take the call."""
        return self.send(events.CallAnswered())

    def listen(self) -> list[Action]:
        """Hear everything out until it is the caller's turn."""
        actions: list[Action] = []
        while self.dialogue.state not in WAITING:
            actions += self._let_time_pass()
        return actions

    def say(self, text: str) -> list[Action]:
        """Say *text* once the line listens."""
        return self.listen() + self._speak(text)

    def interrupt(self, text: str) -> list[Action]:
        """Say *text* into the prompt; nothing but a noise when it is empty."""
        return self._speak(text)

    def press(self, key: str) -> list[Action]:
        """Press one key, now."""
        self.now += REACTION_SECONDS
        return self.send(events.KeyPressed(key))

    def stay_silent(self) -> list[Action]:
        """Say nothing for as long as the line is patient."""
        actions = self.listen()
        return actions if self.ended else actions + self._let_time_pass()

    def lose_voice(self) -> list[Action]:
        """The prompt that should be playing cannot be played."""
        self._coming.pop("prompt", None)
        return self.send(events.PromptFailed(self._turn, "lost"))

    def lose_ear(self) -> list[Action]:
        """Recognition fails while the caller speaks."""
        return self.listen() + self.send(events.RecognitionFailed(self._turn, "lost"))

    def send(self, event: Event) -> list[Action]:
        """Let *event* happen now."""
        actions = self.dialogue.handle(event, self.now)
        for action in actions:
            self._play(action)
        return actions

    def _speak(self, text: str) -> list[Action]:
        self.now += REACTION_SECONDS
        actions = self.send(events.SpeechStarted(self._turn))
        self.now += 0.4 * len(text.split())
        said = (Hypothesis(text),) if text else ()
        phrases = {fold(phrase) for phrase in self._expecting.phrases}
        closed = Hypothesis(text) if text and fold(text) in phrases else None
        return actions + self.send(events.Utterance(self._turn, said, closed))

    def _let_time_pass(self) -> list[Action]:
        """Let the next thing happen: a prompt or an effect ends, or the dialogue's patience does."""
        coming = dict(self._coming)
        if self.dialogue.deadline is not None:
            coming["deadline"] = (self.dialogue.deadline, events.DeadlineReached())
        what = min(coming, key=lambda what: coming[what][0])
        self._coming.pop(what, None)
        self.now, event = max(self.now, coming[what][0]), coming[what][1]
        return self.send(event)

    def _play(self, action: Action) -> None:
        match action:
            case Say(turn, lines, _, rate, expecting):
                self._turn, self._expecting = turn, expecting
                ends = self.now + spoken_seconds(lines, rate)
                self._coming["prompt"] = (ends, events.PromptFinished(turn))
            case StopPrompt():
                self._coming.pop("prompt", None)
            case Listen(turn, expecting):
                self._turn, self._expecting = turn, expecting
            case Perform(turn, effect):
                self._turn = turn
                succeeded, seconds = self._effects(effect)
                self._coming["effect"] = (self.now + seconds, events.EffectDone(turn, succeeded))

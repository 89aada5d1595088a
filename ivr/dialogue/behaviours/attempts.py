"""How often a question was missed, and what to say next: silence, noise, misunderstanding, our failures.

Counts per question; makes no detour itself.
"""

from dataclasses import dataclass

from ivr.dialogue.actions import Line, Rate
from ivr.dialogue.behaviours.conversation import (
    Conversation,
    EarLost,
    NotUnderstood,
    SilentLine,
    SubjectNamed,
    VoiceLost,
)
from ivr.dialogue.behaviours.questions import PATIENCE, Kind, Question, Reply, interpret
from ivr.dialogue.steps import Ask, Heard, Key, Spoken, Trouble
from ivr.dialogue.understanding import Command, Outcome, Reject

HANDS_PATIENCE = (25.0, 40.0)
"""For something to do on the phone set: before the first reminder, and before the second."""
LAST_PATIENCE = 5.0
"""Between the last call for a sign of life and the end."""
STRAYS = 2
"""Times in a row that a caller is told what this line is about, before a person is offered."""
NOISES = 3
"""Side talk is forgiven this often per question, then it counts as not understood."""
EXPLANATIONS = 1
"""The difference between the options of a choice is told this often."""

INVITING = frozenset({
    "menu.autre", "nav.plus-rien", "tr.refus", "lien.envoye", "hs.1", "nav.stop", "hs.encore",
})  # fmt: skip
"""« Avez-vous une autre question ? »: only to these a « non » ends the call."""

Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer a person with these lines."""

    lines: Lines
    reason: str


class Attempts:
    """One question being asked."""

    def __init__(self, talk: Conversation, question: Question) -> None:
        self.talk = talk
        self.question = question
        self.said: Lines = ()
        """What « répétez » repeats."""
        self.last = question.lines[-1]
        """What the caller heard last, unless he interrupted."""
        self.calls = 0
        """How often he asked whether we are there."""
        self.silences = self.misses = self.noises = self.strays = self.repeats = self.explained = 0
        self.gave_up = False
        """A person was offered because nothing was understood."""
        self.waits = False
        """The caller asked us to wait."""

    def step(self, lines: Lines) -> Ask:
        """Return the step that says *lines* and waits for a reply."""
        self.last = lines[-1] if lines else self.last
        rate = min(self.talk.rate, Rate.SLOW) if self.repeats > 1 else self.talk.rate
        expecting = self.question.expecting(self.talk.is_private)
        return Ask(lines, self._patience(), expecting, rate, not self.talk.deaf, self.talk.louder)

    def _patience(self) -> float:
        if self.silences == 3:
            return LAST_PATIENCE
        busy = self.waits or self.question.kind is Kind.HANDS
        if busy and self.silences < len(HANDS_PATIENCE):
            return HANDS_PATIENCE[self.silences]
        return PATIENCE if self.silences and self.question.kind is Kind.OPEN else self.question.patience

    def interpret(self, heard: Spoken | Key) -> Reply:
        """Decide what the caller means; a bare subject (« le poste ») is narrowed down, not misunderstood."""
        self.talk.voice_troubles = 0
        self.talk.ear_troubles = 0 if isinstance(heard, Spoken) else self.talk.ear_troubles
        reply = interpret(self.talk, self.question, heard)
        if reply.understanding.guard or reply.wanted:
            return reply  # nothing comes before a danger
        torn = reply.understanding.outcome is Outcome.CHOOSE  # a closer question than the subject's
        if self.question.kind is Kind.OPEN and (self.misses == 2 or not torn):
            subject = self.talk.knowledge.family(reply.understanding.text)
            if subject is not None:
                raise SubjectNamed(subject)
        return reply

    def heard(self, reply: Reply) -> None:
        """Note that *reply* was heard: two « répétez » in a row slow the voice."""
        self.repeats = self.repeats + 1 if reply.command is Command.REPEAT else 0

    @property
    def listens(self) -> bool:
        """Whether the caller was only told that we listen: « non » there may end the call, or not."""
        return self.question.kind is Kind.OPEN and self.last.prompt in ("menu.court", "menu.retour")

    def refuses_nothing(self, reply: Reply) -> bool:
        """« Non », or key 2, to what was no offer: not understood, rather than the end of the call."""
        is_open = self.question.kind is Kind.OPEN
        return reply.command is Command.NO and is_open and self.last.prompt not in INVITING

    def bear(self, heard: Heard) -> Lines | Offer:
        """Return what to say when nothing was said, or the machine failed."""
        talk = self.talk
        match heard:
            case Trouble.EAR:
                talk.ear_troubles += 1
                if talk.ear_troubles > 1:
                    raise EarLost
            case Trouble.VOICE:
                talk.voice_troubles += 1
                if talk.voice_troubles > 2:
                    raise VoiceLost
                if talk.voice_troubles > 1:
                    return Offer((talk.line("err.2"),), "failure")
            case _:
                return self._silence()
        return (talk.line("err.1"), *self.said)

    def say(self, *lines: Line) -> Lines:
        """Return *lines*, to be repeated on request."""
        self.said = lines
        return lines

    def resumed(self, open_prompt: str, prompt: str) -> Lines:
        """Return what goes on with the question after a detour; an open one is asked with *open_prompt*."""
        if self.question.kind is Kind.OPEN:
            return self.say(self.talk.line(open_prompt))
        return self.say(self.talk.line(prompt), self.question.lines[-1])

    def help(self) -> Lines:
        """Return what one can say here, more of it the second time."""
        self.talk.helped += 1
        first = self.talk.helped == 1
        if self.question.kind is Kind.OPEN:
            return self.say(*(self._lines("aide.1") if first else self._lines("aide.2", "aide.touches")))
        prompts = ("aide.2",) if first else ("aide.2", "aide.touches")
        return self.say(*self._lines(*prompts), self.question.lines[-1])

    def explain(self) -> Lines | Offer:
        """Return how the options of a choice differ; the second time, a person can tell better."""
        self.explained += 1
        if self.explained > EXPLANATIONS:
            return Offer((self.talk.line("conf.non.2"),), "missing")
        explains = (self.question.explains,) if self.question.explains else ()
        return self.say(*explains, self.question.lines[-1])

    def reject(self, why: Reject) -> Lines | Offer:
        """Return what to say when nothing was asked for."""
        is_open = self.question.kind is Kind.OPEN
        if why is Reject.NEAR_MISS:
            return self._near_miss()
        if why is Reject.OUT_OF_SCOPE and is_open:
            self.strays += 1
            if self.strays > STRAYS:
                return Offer(self._lines("hs.proche"), "missing")
            return self._lines("hs.1")
        if why in (Reject.NOISE, Reject.WAIT) and self.noises < NOISES:
            self.noises += 1
            if self.question.kind is Kind.HANDS:
                return ()
            if why is Reject.WAIT:
                return self._wait()
            return self._lines("hs.bruit") if is_open else self._again()
        return self.miss()

    def _near_miss(self) -> Lines | Offer:
        """Telephony, but not in the FAQ: a person may know; said once, then in few words."""
        self.talk.near_misses += 1
        if self.talk.near_misses == 1:
            return Offer(self._lines("hs.proche"), "missing")
        if self.question.kind is Kind.OPEN:
            self.strays += 1
            return (
                Offer(self._lines("hs.proche"), "missing")
                if self.strays > STRAYS
                else self._lines("hs.encore")
            )
        return (self.talk.line("hs.court"), self.question.lines[-1])

    def miss(self) -> Lines | Offer:
        """Return what to say to what was not understood.

        Raises:
            NotUnderstood: the third time; in the middle of an answer a person is offered first.
        """
        self.misses += 1
        if self.misses > 2 and (self.talk.place is None or self.gave_up):
            raise NotUnderstood
        if self.misses > 2:
            self.gave_up, self.misses = True, 0
            return Offer(self._lines("nm.3"), "no-match")
        match self.question.kind, self.misses:
            case Kind.OPEN, 2:
                return self._lines("nm.2")
            case ((Kind.MORE | Kind.HANDS), 2):
                return self._lines("aide.touches", "nav.attente")
            case ((Kind.CHOICE | Kind.TIME), _) | (Kind.YES_NO, 2):
                return self._again()
        return self._lines("nm.1")

    def _silence(self) -> Lines:
        self.silences += 1
        if self.silences > 3:
            raise SilentLine
        if self.silences == 3:
            return self._lines("ni.3")
        if self.waits:
            return (self.talk.line("nav.toujours-la"), self.question.lines[-1])
        if self.silences == 2 and self.question.kind not in (Kind.YES_NO, Kind.NUMBER) and not self.talk.deaf:
            return self._lines("ni.2")
        return self._no_input()

    def _no_input(self) -> Lines:
        match self.question.kind:
            case Kind.OPEN:
                return self._lines("ni.1")
            case Kind.YES_NO:
                return (self.talk.line("ni.ouinon", question_en_attente=self.question.pending),)
            case Kind.CHOICE | Kind.NUMBER | Kind.TIME:
                return self._again()
            case Kind.MORE | Kind.HANDS:
                return self._lines("nav.attente")

    def _wait(self) -> Lines:
        self.waits, self.silences = True, 0
        return self._lines("nav.patiente")

    def _again(self) -> Lines:
        return (self.question.rephrase,) if self.question.rephrase else self.question.lines

    def _lines(self, *prompts: str) -> Lines:
        return tuple(self.talk.line(prompt) for prompt in prompts)

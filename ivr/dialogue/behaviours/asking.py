"""Asking one question until it is answered: repeat, slower, help, silence and misunderstanding live here.

Returns what the asker alone can judge; everything that any question must obey is done before that.
"""

from dataclasses import replace

from ivr.dialogue.actions import Effect, Line, Rate, RefuseRecording
from ivr.dialogue.behaviours.conversation import (
    AgentOffered,
    AgentWanted,
    Behaving,
    CallerDone,
    Conversation,
    EarLost,
    NewQuestion,
    NotUnderstood,
    SilentLine,
    SubjectNamed,
    VoiceLost,
)
from ivr.dialogue.behaviours.line_remarks import ABOUT_US, HELPLESS, aside
from ivr.dialogue.behaviours.questions import PATIENCE, UNANSWERED, Kind, Question, Reply, interpret
from ivr.dialogue.steps import Ask, Do, Done, Heard, Key, Spoken, Trouble
from ivr.dialogue.understanding import Command, Guard, Outcome, Reject, Understanding
from ivr.french.passwords import tells_a_password

HANDS_PATIENCE = (25.0, 40.0)
"""For something to do on the phone set: before the first reminder, and before the second."""
LAST_PATIENCE = 5.0
"""Between the last call for a sign of life and the end."""
STRAYS = 2
"""Times in a row that a caller is told what this line is about, before a person is offered."""
NOISES = 3
"""Side talk is forgiven this often per question, then it counts as not understood."""
ANYWHERE = frozenset(Command) - {Command.YES, Command.NO, Command.NEXT, Command.BACK}
"""Commands that mean the same at any question."""
INVITING = frozenset({"menu.autre", "nav.plus-rien", "tr.refus", "lien.envoye", "hs.1"})
"""« Avez-vous une autre question ? »: only to these a « non » ends the call."""


def ask(talk: Conversation, question: Question) -> Behaving[Reply]:
    """Ask until there is a reply that only the asker can judge.

    Raises:
        Leaving: The caller wants something else, or nothing is heard or understood any more.
    """
    asking = _Asking(talk, question)
    lines = asking.said = talk.turn(*question.lines)
    while True:
        heard = yield asking.step(lines)
        if isinstance(heard, Spoken | Key):
            talk.voice_troubles = 0
            talk.ear_troubles = 0 if isinstance(heard, Spoken) else talk.ear_troubles
            reply = asking.interpret(heard)
            told = tells_a_password(reply.understanding.text)
            if told:
                talk.forget()
            if told and reply.command is None:
                lines = asking.warn()
            elif not asking.concerns_everyone(reply):
                return reply
            elif reply.understanding.guard is Guard.NO_RECORDING:
                lines = yield from _refuse_recording(talk, question)
            else:
                lines = asking.obey(reply)
                if lines and lines[0].prompt in HELPLESS and not talk.refused_agent:
                    lines = yield from _offer_agent(talk, lines)
        else:
            lines = asking.bear(heard)


def yes_or_no(talk: Conversation, question: Question) -> Behaving[bool]:
    """Ask until the caller agrees or not; whoever does not know does not agree.

    Raises:
        NewQuestion: The caller asked something instead.
    """
    reply = yield from ask(talk, question)
    if reply.is_question and reply.command is None:
        raise NewQuestion(replace(reply.understanding, corrects=False))  # « non mais… »: nothing to correct
    return reply.command in (Command.YES, Command.NEXT)


def perform(talk: Conversation, effect: Effect) -> Behaving[bool]:
    """Have *effect* done and return whether it worked."""
    done = yield Do(effect, talk.line("nav.instant"))
    if isinstance(done, Key):
        raise AgentWanted("requested")
    return isinstance(done, Done) and done.succeeded


def _offer_agent(talk: Conversation, lines: tuple[Line, ...]) -> Behaving[tuple[Line, ...]]:
    """Offer a person after the first of *lines*; return the rest for who would rather go on here."""
    talk.refused_agent = True  # whatever he says but yes
    if (yield from yes_or_no(talk, Question((lines[0], talk.line("tr.proposer")), Kind.YES_NO))):
        raise AgentWanted("requested")
    return lines[1:]


def _refuse_recording(talk: Conversation, question: Question) -> Behaving[tuple[Line, ...]]:
    if not (yield from perform(talk, RefuseRecording())):
        raise AgentOffered(talk.line("err.2"), "failure")
    talk.refused_recording = True
    return (talk.line("enreg.refus"), question.lines[-1])


class _Asking:
    """One question being asked: how often it was missed, and what to say next."""

    def __init__(self, talk: Conversation, question: Question) -> None:
        self.talk = talk
        self.question = question
        self.said: tuple[Line, ...] = ()
        self.last = question.lines[-1]
        """What the caller heard last, unless he interrupted."""
        self.silences = self.misses = self.noises = self.strays = self.repeats = 0
        self.waits = False
        """The caller asked us to wait."""

    def step(self, lines: tuple[Line, ...]) -> Ask:
        """Return the step that says *lines* and waits for a reply."""
        self.last = lines[-1] if lines else self.last
        rate = min(self.talk.rate, Rate.SLOW) if self.repeats > 1 else self.talk.rate
        expecting = self.question.expecting(self.talk.is_private)
        return Ask(lines, self._patience(), expecting, rate, by_ear=not self.talk.deaf)

    def _patience(self) -> float:
        if self.silences == 3:
            return LAST_PATIENCE
        busy = self.waits or self.question.kind is Kind.HANDS
        if busy and self.silences < len(HANDS_PATIENCE):
            return HANDS_PATIENCE[self.silences]
        return PATIENCE if self.silences and self.question.kind is Kind.OPEN else self.question.patience

    def interpret(self, heard: Spoken | Key) -> Reply:
        """Decide what the caller means; a bare subject (« le poste ») is narrowed down, not misunderstood."""
        reply = interpret(self.talk, self.question, heard)
        if reply.understanding.guard:
            return reply  # nothing comes before a danger
        torn = reply.understanding.outcome is Outcome.CHOOSE  # a closer question than the subject's
        if self.question.kind is Kind.OPEN and (self.misses == 2 or not torn):
            subject = self.talk.knowledge.family(reply.understanding.text)
            if subject is not None:
                raise SubjectNamed(subject)
        return reply

    def concerns_everyone(self, reply: Reply) -> bool:
        """Return whether *reply* is handled the same way whatever the question."""
        understood = reply.understanding
        if understood.guard or self._refuses_nothing(reply):
            return True
        if reply.word or (reply.unknown and self.question.kind is Kind.YES_NO):
            return False
        return (
            understood.command in ANYWHERE
            or self._is_missed(understood)
            or aside(self.talk, understood) is not None
        )

    def _is_missed(self, understood: Understanding) -> bool:
        """Whether nothing was asked for; what is no number is a failure for who takes it down."""
        taken_for_one = self.question.kind is Kind.NUMBER and understood.reject in UNANSWERED
        return understood.outcome is Outcome.REJECT and not taken_for_one

    def _refuses_nothing(self, reply: Reply) -> bool:
        """« Non », or key 2, to what was no offer: not understood, rather than the end of the call."""
        return (
            reply.command is Command.NO
            and self.question.kind is Kind.OPEN
            and self.last.prompt not in INVITING
        )

    def warn(self) -> tuple[Line, ...]:
        """Return the warning for whoever says a password unasked."""
        self.talk.warned_of_passwords = True
        return (self.talk.line("secu.mdp"), self.question.lines[-1])

    def obey(self, reply: Reply) -> tuple[Line, ...]:
        """Return what to say to a reply that concerns everyone."""
        command, talk = reply.command, self.talk
        self.repeats = self.repeats + 1 if command is Command.REPEAT else 0
        if reply.understanding.guard is Guard.EMERGENCY:
            return (talk.line("urgence.1"), talk.line("menu.court"))
        if remark := aside(talk, reply.understanding):
            return self._remark(remark)
        match command:
            case Command.AGENT:
                raise AgentWanted("requested")
            case Command.GOODBYE:
                raise CallerDone
            case Command.REPEAT | Command.LOUDER | Command.RESTART:
                return self.said
            case Command.STOP:
                return ()
            case Command.SLOWER:
                talk.rate = Rate.SLOWER if talk.rate is Rate.SLOW else Rate.SLOW
                return (talk.line("nav.lent"), *self.said)
            case Command.HELP | Command.MENU:
                return self._help()
        return self._reject(reply.understanding.reject or Reject.NO_MATCH)

    def bear(self, heard: Heard) -> tuple[Line, ...]:
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
                    raise AgentOffered(talk.line("err.2"), "failure")
            case _:
                return self._silence()
        return (talk.line("err.1"), *self.said)

    def _silence(self) -> tuple[Line, ...]:
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

    def _no_input(self) -> tuple[Line, ...]:
        match self.question.kind:
            case Kind.OPEN:
                return self._lines("ni.1")
            case Kind.YES_NO:
                return (self.talk.line("ni.ouinon", question_en_attente=self.question.pending),)
            case Kind.CHOICE | Kind.NUMBER:
                return self._again()
            case Kind.MORE | Kind.HANDS:
                return self._lines("nav.attente")

    def _reject(self, why: Reject) -> tuple[Line, ...]:
        is_open = self.question.kind is Kind.OPEN
        if why is Reject.NEAR_MISS and not self.talk.near_misses:
            self.talk.near_misses += 1
            raise AgentOffered(self.talk.line("hs.proche"))
        if why in (Reject.NEAR_MISS, Reject.OUT_OF_SCOPE) and is_open:
            self.strays += 1
            if self.strays > STRAYS:
                raise AgentOffered(self.talk.line("hs.proche"))
            return self._lines("hs.1")
        if why in (Reject.NOISE, Reject.WAIT) and self.noises < NOISES:
            self.noises += 1
            if self.question.kind is Kind.HANDS:
                return ()
            if why is Reject.WAIT:
                return self._wait()
            return self._lines("hs.bruit") if is_open else self._again()
        return self._miss()

    def _wait(self) -> tuple[Line, ...]:
        self.waits, self.silences = True, 0
        return self._lines("nav.patiente")

    def _miss(self) -> tuple[Line, ...]:
        self.misses += 1
        if self.misses > 2:
            raise NotUnderstood
        match self.question.kind, self.misses:
            case Kind.OPEN, 2:
                return self._lines("nm.2")
            case ((Kind.MORE | Kind.HANDS), 2):
                return self._lines("aide.touches", "nav.attente")
            case (Kind.CHOICE, _) | (Kind.YES_NO, 2):
                return self._again()
        return self._lines("nm.1")

    def _again(self) -> tuple[Line, ...]:
        return (self.question.rephrase,) if self.question.rephrase else self.question.lines

    def _help(self) -> tuple[Line, ...]:
        self.talk.helped += 1
        if self.question.kind is Kind.OPEN:
            self.said = (
                self._lines("aide.1") if self.talk.helped == 1 else self._lines("aide.2", "aide.touches")
            )
        else:
            prompts = ("aide.2",) if self.talk.helped == 1 else ("aide.2", "aide.touches")
            self.said = (*self._lines(*prompts), self.question.lines[-1])
        return self.said

    def _remark(self, remark: Line) -> tuple[Line, ...]:
        if remark.prompt == "glose.inconnu":
            raise AgentOffered(remark)  # the FAQ uses the term without explaining it
        answers = self.question.kind is Kind.OPEN and remark.prompt not in ABOUT_US.values()
        self.said = (remark, self.talk.line("menu.autre") if answers else self.question.lines[-1])
        return self.said

    def _lines(self, *prompts: str) -> tuple[Line, ...]:
        return tuple(self.talk.line(prompt) for prompt in prompts)

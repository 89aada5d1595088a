"""Stand-ins shared by the tests: a channel without a telephone, a knowledge of three answers."""

import asyncio
from collections.abc import Sequence

from ivr.dialogue.actions import Line, Listen, Say
from ivr.dialogue.answers import Answer, AnswerLine, Branch, Tail
from ivr.dialogue.events import Event, Hypothesis, PromptFinished
from ivr.dialogue.ports import Appointment, Availability, Choice, Context, DayHours, Disambiguation, Link
from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding


class FakeChannel:
    """A channel that plays every prompt in no time and keeps a log of what it was asked."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.log: list[str] = []
        self.closed = 0

    async def answer(self) -> None:
        self.log.append("answer")

    async def say(self, say: Say) -> None:
        self.log.append(f"say {' '.join(line.prompt for line in say.lines)}")
        await self.events.put(PromptFinished(say.turn))

    async def stop_prompt(self) -> None:
        self.log.append("stop")

    async def listen(self, listen: Listen) -> None:
        self.log.append("listen")

    async def transfer(self, transfer: object) -> None:
        self.log.append("transfer")

    async def leave_message(self, leave: object) -> None:
        self.log.append("leave message")

    async def hang_up(self) -> None:
        self.log.append("hang up")

    async def aclose(self) -> None:
        self.closed += 1


class FakeEffects:
    """Effects that succeed, or fail as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.performed: list[object] = []

    async def perform(self, effect: object) -> tuple[bool, str]:
        self.performed.append(effect)
        if self.error:
            raise self.error
        return True, ""


class FakeDesk:
    """A desk whose state the test decides."""

    def __init__(self, availability: Availability | None = None) -> None:
        self.state = availability or Availability()

    def availability(self, queue: str) -> Availability:
        return self.state

    def appointment(self, text: str) -> Appointment | None:
        return Appointment("demain", None, "matin") if "demain" in text or "matin" in text else None

    def hours_on(self, text: str) -> DayHours | None:
        return DayHours("demain", None) if "demain" in text else None


def small_answer(intent: str, *lines: AnswerLine, **extra: object) -> Answer:
    """An answer made of *lines*."""
    known = {line.name: line for line in lines}
    label = f"la question {intent}"
    return Answer(intent, extra.pop("category", "DIVERS"), f"{intent} ?", label, intent, known, **extra)  # type: ignore[arg-type]


ANSWERS = (
    small_answer(
        "mac",
        AnswerLine("r", "L'adresse MAC se lit sur l'écran.", Tail.NEXT, "e1"),
        AnswerLine("e1", "Appuyez sur menu.", Tail.HANDS, "e2"),
        AnswerLine("e2", "C'est l'écran qui compte.", Tail.END),
        category="POSTES",
        choice_word="adresse",
    ),
    small_answer(
        "depart",
        AnswerLine("r", "Vous pouvez garder son numéro.", Tail.CHAIN, "q"),
        AnswerLine(
            "q",
            "Êtes-vous engagé ?",
            Tail.QUESTION,
            branches=(Branch("yes", "oui"), Branch("no", "mac-d-abord"), Branch("unknown", "transfer")),
        ),
        AnswerLine("oui", "Mettez-le en sommeil.", Tail.END),
        AnswerLine("mac-d-abord", "Il faut son adresse MAC.", Tail.NEXT, "oui"),
        category="UTILISATEURS",
        choice_word="départ",
    ),
    small_answer(
        "site",
        AnswerLine("r", "Le support s'en occupe.", Tail.TRANSFER),
        category="UTILISATEURS",
        choice_word="site",
        transfer="always",
    ),
)


class FakeKnowledge:
    """Three answers; understands an utterance that names an intent, a command or a reject."""

    def __init__(self, answers: Sequence[Answer] = ANSWERS) -> None:
        self._answers = {answer.intent: answer for answer in answers}

    def understand(
        self, hypotheses: Sequence[Hypothesis], closed: Hypothesis | None, context: Context
    ) -> Understanding:
        text = closed.text if closed else hypotheses[0].text
        intents = tuple(Candidate(word, 1.0) for word in text.split() if word in self._answers)
        if intents:
            outcome = Outcome.CONFIRM if "peut-être" in text else Outcome.ANSWER
            outcome = Outcome.CHOOSE if " ou " in text else outcome
            return Understanding(text, outcome, intents, corrects=text.startswith("non, c'est"))
        if text in set(Command):
            return Understanding(text, Outcome.COMMAND, command=Command(text))
        reject = Reject(text) if text in set(Reject) else Reject.NO_MATCH
        return Understanding(text, Outcome.REJECT, reject=reject)

    def answer(self, intent: str) -> Answer:
        return self._answers[intent]

    def intents(self) -> Sequence[str]:
        return tuple(self._answers)

    def line(self, prompt: str, /, **values: str) -> Line:
        return Line(prompt, " ".join([prompt, *values.values()]))

    def incidents(self) -> Sequence[Line]:
        return ()

    def disambiguation(self, intents: Sequence[str]) -> Disambiguation | None:
        return None

    def choice(self, prompt: str, /) -> Disambiguation:
        return Disambiguation(prompt, tuple(Choice(i, i) for i in self._answers))

    def family(self, text: str) -> Disambiguation | None:
        return self.choice("amb.famille") if text == "poste" else None

    def link(self, key: str) -> Link | None:
        return None

    def gloss(self, text: str) -> Line | None:
        return Line("glose.poe", "glose.poe") if text == "c'est quoi le poe" else None

"""Plausible calls for benches and tests: what callers ask, mumble and refuse, and when.

Made by chance from a seed, never from real calls.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.dialogue import events
from ivr.dialogue.actions import (
    Action,
    BookCallback,
    HangUp,
    LeaveMessage,
    Line,
    Listen,
    Perform,
    Say,
    StopPrompt,
    Transfer,
)
from ivr.dialogue.understanding import Candidate, Command, Outcome, Reject, Understanding
from ivr.store.assembly import CallAssembly, CallFacts, Content, Observed
from ivr.store.database import Database
from ivr.store.privacy import Pseudonyms
from ivr.store.records import Record
from ivr.store.writing import write

INTENTS = (
    "adresse-mac", "acces-espace-client", "appels-simultanes", "demenagement-site", "depart-collaborateur",
    "fonctionnalites-incluses", "limiter-appels-international", "mot-de-passe-collaborateur",
    "offre-evolutive", "poste-ne-s-allume-pas", "poste-ne-s-enregistre-pas", "tarifs-etranger",
    "version-firmware",
)  # fmt: skip
ASKED = (
    "où est l'adresse mac de mon poste",
    "je n'arrive plus à entrer dans l'espace client",
    "mon téléphone ne s'allume plus du tout",
    "combien ça coûte d'appeler en Espagne",
    "on déménage le mois prochain",
    "j'ai un salarié qui s'en va",
)
UNKNOWN = (
    "je voudrais parler de ma facture de mars",
    "la musique d'attente est trop forte",
    "est-ce que vous vendez des imprimantes",
    "le fax ne part plus",
    "bonjour c'est pour le technicien de ce matin",
    "je veux changer de banque",
)
CONTENT = Content("sample", frozenset(INTENTS))
EVENINGS, DAY_HOURS = 0.05, (9, 18)
SOUND_RATE = 8000
BATCH = 2000


async def fill(database: Database, count: int, *, until: datetime, seed: int = 1, days: int = 60) -> None:
    """Write *count* calls that began in the *days* before *until*."""
    batch: list[Record] = []
    for records in sample_calls(count, until=until, seed=seed, days=days):
        batch += records
        if len(batch) >= BATCH:
            await write(database, batch)
            batch = []
    await write(database, batch)


def sample_calls(
    count: int, *, until: datetime, seed: int = 1, days: int = 60, zone: str = "Europe/Paris"
) -> Iterator[list[Record]]:
    """Yield the records of each call."""
    chance = random.Random(seed)
    numbers = [f"06{chance.randrange(10**8):08}" for _ in range(max(1, count // 3))]
    pseudonyms = Pseudonyms(f"sample of {seed}".encode())
    for number in range(count):
        caller = pseudonyms.of(chance.choice(numbers)) if chance.random() < 0.9 else None
        facts = CallFacts(f"{seed:04x}{number:08x}", "sample", caller)
        wall = _opening(chance, until, days, ZoneInfo(zone))
        yield records_of(facts, sample_call(chance), wall, ZoneInfo(zone))


def records_of(
    facts: CallFacts, observed: Sequence[tuple[float, Observed]], wall: datetime, zone: ZoneInfo
) -> list[Record]:
    """Return what the recorder would keep of *observed*, a call answered at *wall*."""
    assembly = CallAssembly(facts, lambda: CONTENT, 0.0, wall.timestamp(), zone)
    records = assembly.begin()
    for now, what in observed:
        records += assembly.take(now, what)
    return records


def sample_call(chance: random.Random, *, aloud: bool = False) -> list[tuple[float, Observed]]:
    """Return everything observed on one call, with seconds since its answer.

    *aloud*: the caller is told that he may be recorded, and what he says has sound.
    """
    call = _Script(chance, aloud=aloud)
    if aloud:
        call.tell("enreg.avis")
    call.say("accueil.1", "menu.1")
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        call.question()
    call.end()
    return call.observed


def _opening(chance: random.Random, until: datetime, days: int, zone: ZoneInfo) -> datetime:
    day = (until.astimezone(zone) - timedelta(days=1 + chance.randrange(days))).date()
    if day.weekday() > 4 and chance.random() < 0.9:
        day -= timedelta(days=2)
    hour = chance.randrange(24) if chance.random() < EVENINGS else chance.randrange(*DAY_HOURS)
    local = datetime(
        day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=zone
    )
    return local.astimezone(UTC)


class _Script:
    """One caller, played by chance."""

    def __init__(self, chance: random.Random, *, aloud: bool = False) -> None:
        self.observed: list[tuple[float, Observed]] = [(0.0, events.CallAnswered())]
        self.chance, self.aloud = chance, aloud
        self._now = 0.0
        self._turn = 0

    def tell(self, prompt: str) -> None:
        """Play one prompt that nothing can cut."""
        self._turn += 1
        self._add(0.0, Say(self._turn, (Line(prompt, f"Texte du message {prompt}."),), interruptible=False))
        self._add(4.0, events.PromptFinished(self._turn))

    def say(self, *prompts: str) -> None:
        """Play prompts to their end, or to a barge-in."""
        self._turn += 1
        lines = tuple(Line(prompt, f"Texte du message {prompt}, tel qu'il est dit.") for prompt in prompts)
        self._add(0.0, Say(self._turn, lines))
        if self.chance.random() < 0.2:
            self._add(self.chance.uniform(0.5, 3), events.SpeechStarted())
            self._add(0.01, StopPrompt())
        else:
            self._add(self.chance.uniform(1, 7), events.PromptFinished(self._turn))
        self._add(0.0, Listen(self._turn))

    def reply(self, text: str, understanding: Understanding) -> None:
        """Speak, and be understood so."""
        self._add(self.chance.uniform(0.3, 2), events.SpeechStarted())
        confidence = round(self.chance.betavariate(8, 2), 3)
        readings = (events.Hypothesis(text, confidence), events.Hypothesis(text[:-2], confidence / 2))
        seconds = self.chance.uniform(0.5, 4)
        sound = bytes(2 * round(seconds * SOUND_RATE)) if self.aloud else b""
        heard = events.Utterance(self._turn, readings, seconds=seconds, sound=sound)
        self._add(self.chance.uniform(1, 5), heard)
        self._add(self.chance.lognormvariate(-6.5, 0.5), understanding)
        self._now += self.chance.lognormvariate(-4.6, 0.6)

    def question(self) -> None:
        """Ask something: answered, confirmed, chosen from, or not understood."""
        intent = self.chance.choices(INTENTS, range(len(INTENTS), 0, -1))[0]
        others = tuple(Candidate(other, 0.2) for other in self.chance.sample(INTENTS, 2))
        match self.chance.choices(("sure", "fairly", "lost", "silent"), (70, 14, 13, 3))[0]:
            case "sure":
                self._ask(Outcome.ANSWER, Candidate(intent, 0.95), *others)
                self.say(f"{intent}.e1")
                self._command("oui", Command.YES)
                self.say(f"{intent}.e2", "menu.autre")
            case "fairly":
                self._ask(Outcome.CONFIRM, Candidate(intent, 0.6), *others)
                self.say("conf.1")
                agreed = self.chance.random() < 0.8
                self._command("oui" if agreed else "non", Command.YES if agreed else Command.NO)
                self.say(f"{intent}.e1" if agreed else "conf.non")
            case "lost":
                reject = self.chance.choice((Reject.NO_MATCH, Reject.OUT_OF_SCOPE, Reject.NEAR_MISS))
                text = f"{self.chance.choice(UNKNOWN)} {self.chance.randrange(40)}"
                self.reply(text, Understanding(text, Outcome.REJECT, others, reject=reject))
                self.say("nm.1")
            case _:
                self._add(8.0, events.DeadlineReached())
                self.say("ni.1")

    def end(self) -> None:
        """Take leave, ask for a person, or hang up."""
        match self.chance.choices(("bye", "left", "agent", "message", "callback"), (45, 22, 24, 4, 5))[0]:
            case "bye":
                self._command("non merci", Command.NO)
                self._leave("fin.2", HangUp())
            case "left":
                self._add(1.0, events.CallerHungUp())
            case "agent":
                reason = self.chance.choice(("requested", "requested", "no-match", "faq", "missing"))
                self._command("un conseiller", Command.AGENT)
                self._leave("tr.libre", Transfer("support", reason))
            case "message":
                self._leave("msg.1", LeaveMessage("requested"))
            case _:
                self._add(0.1, Perform(self._turn, BookCallback("0600000000", "matin", "")))
                self._add(0.1, events.EffectDone(self._turn, True))
                self._leave("fin.rappel", HangUp())

    def _ask(self, outcome: Outcome, *candidates: Candidate) -> None:
        text = self.chance.choice(ASKED)
        self.reply(text, Understanding(text, outcome, candidates))

    def _command(self, text: str, command: Command) -> None:
        self.reply(text, Understanding(text, Outcome.COMMAND, command=command))

    def _leave(self, prompt: str, exit: Action) -> None:
        self._turn += 1
        self._add(0.0, Say(self._turn, (Line(prompt, "Au revoir."),)))
        self._add(2.0, events.PromptFinished(self._turn))
        self._add(0.0, exit)

    def _add(self, seconds: float, what: Observed) -> None:
        self._now += seconds
        self.observed.append((self._now, what))

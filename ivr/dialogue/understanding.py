"""What an utterance means: the vocabulary shared by the matcher, which decides, and the dialogue, which acts.

No decision is taken here.
"""

import enum
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """What to do about an utterance."""

    ANSWER = "answer"
    """Sure: answer at once. Several intents mean several questions in one utterance."""
    CONFIRM = "confirm"
    """Fairly sure: ask before answering."""
    CHOOSE = "choose"
    """Torn between two or three intents: offer them."""
    COMMAND = "command"
    REJECT = "reject"


class Command(enum.StrEnum):
    """What callers say to steer the conversation."""

    AGENT = "agent"
    REPEAT = "repeat"
    SLOWER = "slower"
    LOUDER = "louder"
    NEXT = "next"
    BACK = "back"
    YES = "yes"
    NO = "no"
    GOODBYE = "goodbye"
    HELP = "help"
    MENU = "menu"
    """Back to « quelle est votre question ? »."""
    RESTART = "restart"
    """The answer in progress from its beginning."""
    STOP = "stop"
    """Be silent, and listen."""


class Reject(enum.StrEnum):
    """Not for the FAQ: not understood, another line's affair, or a remark; each is met in its own way."""

    NO_MATCH = "no-match"
    """Heard, not understood: asking to rephrase makes sense."""
    OUT_OF_SCOPE = "out-of-scope"
    """Understood, but nothing to do with this line."""
    NEAR_MISS = "near-miss"
    """Telephony or contract, but the FAQ has no answer."""
    NOISE = "noise"
    """Side talk, hesitation, nothing said to us."""
    WAIT = "wait"
    """« Un instant »: we are asked to be silent."""
    PRESENCE = "presence"
    """« Allô, vous m'entendez ? »"""
    MACHINE = "machine"
    """« C'est un robot ? »"""
    LANGUAGE = "language"
    """« Do you speak English? »"""
    HOURS = "hours"
    """« Vous êtes ouverts le samedi ? »: when people answer, which the desk knows."""
    STUCK = "stuck"
    """« J'y arrive pas »: what we said is not enough."""
    ANGER = "anger"
    """Insults and exasperation, without a question in it."""
    ANOTHER = "another"
    """« J'ai une autre question »: announced, not asked yet."""
    NOT_MY_QUESTION = "not-my-question"
    """« Ce n'est pas ce que je demandais »: while a reply is pending, ``Command.NO`` as well."""
    HEARING = "hearing"
    """« Je vous entends mal », « ça coupe »."""
    STEP = "step"
    """« Revenez à l'étape deux »."""
    STEPS = "steps"
    """« Il y a combien d'étapes ? »"""
    SPELL = "spell"
    """« Épelez », « dictez-moi l'adresse »."""
    SEND = "send"
    """« Envoyez-moi ça par mail »."""
    UNSURE = "unsure"
    """« Je ne sais pas »."""
    DIFFERENCE = "difference"
    """« C'est quoi la différence ? »"""
    WHY = "why"
    """« Pourquoi ? », about what was just said or asked."""
    COST = "cost"
    """« C'est payant ? », about what was just said or offered."""
    LATER = "later"
    """« Plus tard », « pas maintenant »."""
    IDENTITY = "identity"
    """A customer's or a contract's number, or a name, that nobody asked for."""
    DELAY = "delay"
    """« Combien de temps d'attente ? », for a person or a call back."""


REMARKS = frozenset(Reject) - {Reject.NO_MATCH, Reject.OUT_OF_SCOPE, Reject.NEAR_MISS, Reject.NOISE}
"""Said to the line, about itself or the conversation."""


class Guard(enum.StrEnum):
    """What must be noticed before any question is matched."""

    EMERGENCY = "emergency"
    """The caller reports a danger to life or property (never « c'est urgent »)."""
    NO_RECORDING = "no-recording"
    """« Sans enregistrement »: an objection to being recorded."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One intent and how probable it is (0 to 1, calibrated)."""

    intent: str
    score: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """The decision about one utterance."""

    text: str
    outcome: Outcome
    intents: tuple[Candidate, ...] = ()
    """Best first; for ``ANSWER`` with several questions, in the order of mention."""
    command: Command | None = None
    reject: Reject | None = None
    guard: Guard | None = None
    doubtful: bool = False
    """The command is perhaps not the whole of what was said: ask before doing what cannot be taken back."""
    corrects: bool = False
    """« Non, c'est… »: the caller corrects us and goes on."""

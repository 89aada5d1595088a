"""A question, and what the caller means by his reply to it.

Values and one decision; asks nothing.
"""

import enum
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ivr.dialogue.actions import Expecting, Line
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.entry_points import follow_up
from ivr.dialogue.ports import Appointment, Context
from ivr.dialogue.steps import Key, Spoken
from ivr.dialogue.understanding import Candidate, Command, Guard, Outcome, Reject, Understanding
from ivr.french.assent import assent, takes_leave
from ivr.french.dictation import Dictation
from ivr.french.phone import NUMBER_PHRASES, is_dictation
from ivr.french.phrases import fold, says
from ivr.french.places import hear_place
from ivr.french.wishes import Wanted, Wish, channel, wanted

PATIENCE = 6.0
FIRST_PATIENCE = 8.0
SEARCHING_PATIENCE = 10.0
"""For choosing a channel or finding a number."""

COMMANDS = ("oui", "non", "suite", "retour", "répéter", "moins vite", "conseiller", "aide", "au revoir")
KEYS = {
    "1": Command.YES,
    "2": Command.NO,
    "#": Command.NEXT,
    "*": Command.BACK,
    "9": Command.REPEAT,
    "0": Command.AGENT,
}
UNANSWERED = (Reject.NO_MATCH, Reject.OUT_OF_SCOPE, Reject.NEAR_MISS)
UNKNOWN = ("je ne sais pas", "je sais pas", "aucune idée", "j'en sais rien", "je n'en sais rien", "pas sûr")
DONE = (
    "c'est bon",
    "c'est fait",
    "ça y est",
    "c'est fini",
    "j'ai fini",
    "j'y suis",
    "terminé",
    "voilà",
    "ok",
    "fait",
)
"""What callers say whose hands were busy: « suite »."""
THANKS = ("merci", "je vous remercie", "c'est gentil")
"""Said of an answer, and nothing else: it was enough."""
RECORDING = ("enregistrement", "enregistrements", "enregistrer", "enregistrez", "enregistré", "enregistrée")
REFUSING = ("sans", "pas", "refuse", "arrêtez", "stop")
ABOUT_IT = ("qui", "pourquoi", "combien de temps", "jusqu'à quand", "gardez", "conservez", "supprimez")
"""Together with a word of the above: what becomes of the recording?"""
AROUND = 4
"""Words that may stand around a local answer word (« donnez-moi le lien »); in a longer sentence it decides
only if nothing else does. Outside a choice, leaving commands yield to hardly more than the word itself."""
LEAVING = (Command.AGENT, Command.GOODBYE, Command.HELP)


class Kind(enum.Enum):
    """What sort of reply a question calls for."""

    OPEN = "any question"
    YES_NO = "yes or no"
    CHOICE = "one of a few words"
    MORE = "« suite »"
    HANDS = "« suite », once something is done"
    NUMBER = "a telephone number, said or keyed"
    TIME = "a day, or a time of it"


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and what the caller may reply besides the commands."""

    lines: tuple[Line, ...]
    """The last one is the question itself."""
    kind: Kind = Kind.OPEN
    words: tuple[str, ...] = ()
    """Local answer words; on a choice, the keys 1, 2, 3 stand for :attr:`keyed`."""
    keyed: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    patience: float = PATIENCE
    rephrase: Line | None = None
    """Said instead of « je n'ai pas bien compris »."""
    explains: Line | None = None
    """On a choice: how the options differ; on a number: what it is for."""
    digits: Dictation | None = None
    """The number read back, or refused: other digits put it right; « dièse » agrees to nothing."""
    content: Callable[[str], str | None] = lambda text: None
    """Where in the answer what the caller says leads by its content: a version, an address, a correction."""
    quiet: bool = False
    """Listen first; :attr:`lines` are said after a silence."""

    def expecting(self, private: bool) -> Expecting:
        """Return what the ear listens for; *private*: the reply may be a secret."""
        if self.kind is Kind.NUMBER:
            return Expecting((*NUMBER_PHRASES, "conseiller", "au revoir"), open=False, private=True)
        if self.digits and self.kind is Kind.YES_NO:
            return Expecting((*COMMANDS, *NUMBER_PHRASES), private=True)
        return Expecting(tuple(dict.fromkeys(COMMANDS + self.words)), private=private)

    @property
    def pending(self) -> str:
        """The sentence that asks, without what leads to it."""
        sentence = re.split(r"(?<=[.!?]) ", self.lines[-1].text)[-1]
        return sentence[:1].lower() + sentence[1:]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller replied, for the asker to judge."""

    understanding: Understanding
    word: str | None = None
    """The local answer word; on :attr:`Kind.NUMBER`, the number, or the key that may begin one."""
    unknown: bool = False
    """« Je ne sais pas »."""
    clear: bool = True
    """Whether the ear was sure of the words."""
    target: str | None = None
    """Where in the answer the content of the reply leads."""
    dictation: Dictation | None = None
    """On :attr:`Kind.NUMBER` and a read-back: the digits as they are now."""
    appointment: Appointment | None = None
    """On :attr:`Kind.TIME`: when somebody can call back."""
    wanted: Wanted | None = None
    """What the caller wants of the conversation itself."""

    @property
    def command(self) -> Command | None:
        """The command, if it was one."""
        return self.understanding.command

    @property
    def wish(self) -> Wish | None:
        """The kind of :attr:`wanted`."""
        return self.wanted.wish if self.wanted else None

    @property
    def is_question(self) -> bool:
        """Whether the caller asks for an answer of the FAQ."""
        return self.understanding.outcome in (Outcome.ANSWER, Outcome.CONFIRM, Outcome.CHOOSE)


CLEAR = 0.6
"""Confidence of the ear from which words alone may end a call."""


def interpret(talk: Conversation, question: Question, heard: Spoken | Key) -> Reply:
    """Decide what the caller means, the words of the question itself first."""
    reply = _interpret(talk, question, heard)
    best = heard.closed or heard.hypotheses[0] if isinstance(heard, Spoken) else None
    return reply if best is None or best.confidence >= CLEAR else replace(reply, clear=False)


def _interpret(talk: Conversation, question: Question, heard: Spoken | Key) -> Reply:
    if question.kind is Kind.NUMBER:
        return _number(talk, question, heard)
    if isinstance(heard, Key):
        return _timed(talk, _pressed(question, heard.key))
    if question.digits and (dictation := _dictated(question.digits, _texts(heard))):
        return Reply(Understanding("", Outcome.COMMAND), dictation=dictation)
    context = Context(talk.intent, question.candidates, question.kind in (Kind.YES_NO, Kind.CHOICE))
    understood = _followed_up(talk, talk.knowledge.understand(heard.hypotheses, heard.closed, context))
    talk.hear(understood.text)
    if understood.guard is Guard.NO_RECORDING and talk.offers.notice and asks_about_recording(understood):
        understood = replace(understood, guard=None)
    reply = Reply(understood, unknown=says(understood.text, UNKNOWN) is not None)
    if understood.guard is Guard.EMERGENCY:
        return reply
    if question.kind is Kind.TIME and (timed := _time(talk, heard, understood)):
        return timed  # « fin de journée » is no goodbye, « n'importe quand » no anger
    if word := _word(question, _texts(heard), understood):
        return replace(reply, understanding=replace(understood, guard=None), word=word)
    if not _is_elsewhere(talk, understood) and (target := question.content(understood.text)):
        return replace(reply, target=target, understanding=_nothing(understood.text))
    if wish := _wish(talk, question.kind, understood):
        return replace(reply, wanted=wish, understanding=_nothing(understood.text))
    if command := _politely(question, understood):
        return Reply(Understanding(understood.text, Outcome.COMMAND, command=command))
    return reply


def _is_elsewhere(talk: Conversation, understood: Understanding) -> bool:
    """Whether the caller surely wants something else than to answer the question."""
    if understood.guard or understood.command not in (None, Command.YES, Command.NO, Command.NEXT):
        return True
    about = [candidate.intent for candidate in understood.intents]
    return understood.outcome is Outcome.ANSWER and about != [talk.intent]


def _word(question: Question, texts: list[str], understood: Understanding) -> str | None:
    """Return the local word that was said, or whose place in the choice was (« la deuxième »)."""
    said = next(((text, word) for text in texts if (word := says(text, question.words))), None)
    if said and _around(*said) <= _room(question.kind, understood) * max(1, fold(said[1]).count(" ")):
        return said[1]
    place, options = hear_place(texts[0]) if question.keyed else None, question.keyed
    if place is None or not -len(options) <= place <= len(options):
        return None
    return options[place - 1 if place > 0 else place]


ABOUT_THE_ANSWER = (Wish.PRICE, Wish.WHY, Wish.DURATION)
"""Questions about what was just said; without an answer they are about nothing."""


WISHES = {
    Command.MENU: Wish.MENU,
    Command.RESTART: Wish.RESTART,
    Command.STOP: Wish.STOP,
    Command.LOUDER: Wish.LOUDER,
}
"""Commands that are the matcher's word for a wish."""
REMARKED = {
    Reject.ANOTHER: Wish.ANOTHER,
    Reject.NOT_MY_QUESTION: Wish.CORRECTION,
    Reject.HEARING: Wish.BADLY,
    Reject.STEPS: Wish.STEPS,
    Reject.SPELL: Wish.SPELL,
    Reject.SEND: Wish.SEND,
    Reject.DIFFERENCE: Wish.DIFFERENCE,
    Reject.IDENTITY: Wish.CUSTOMER_NUMBER,
    Reject.WHY: Wish.WHY,
    Reject.COST: Wish.PRICE,
    Reject.DELAY: Wish.DURATION,
}
"""Remarks that are a wish in words that no pattern foresaw."""


def _wish(talk: Conversation, kind: Kind, understood: Understanding) -> Wanted | None:
    """Return what is wanted of the conversation, where that means anything."""
    found = wanted(understood.text)
    if found is None and understood.command in WISHES:
        found = Wanted(WISHES[understood.command])
    if found is None and understood.reject in REMARKED:
        found = Wanted(REMARKED[understood.reject], channel=channel(understood.text))
    if found is None or understood.guard:
        return None
    if found.wish in ABOUT_THE_ANSWER and talk.answer is None and kind is not Kind.NUMBER:
        return None
    if found.wish is Wish.DIFFERENCE and kind is not Kind.CHOICE:
        return None
    refuses = found.wish in (Wish.STOP, Wish.CORRECTION) and kind is Kind.YES_NO
    return None if refuses else found


def _nothing(text: str) -> Understanding:
    """Return the understanding of what is no question of the FAQ: nothing else may act on it."""
    return Understanding(text, Outcome.REJECT, reject=Reject.NO_MATCH)


def asks_about_recording(understood: Understanding) -> bool:
    """Whether the caller wants to know what becomes of the recording; refusing it, or a set that does not
    register, are other matters."""
    asks = says(understood.text, RECORDING) and says(understood.text, ABOUT_IT)
    return bool(asks) and understood.outcome is Outcome.REJECT and not says(understood.text, REFUSING)


def _number(talk: Conversation, question: Question, heard: Spoken | Key) -> Reply:
    """Take digits down; nothing that may be a part of a number is kept among the caller's words."""
    if isinstance(heard, Key):
        return Reply(Understanding("", Outcome.COMMAND), word=heard.key)
    if (refused := question.digits) and PUTS_RIGHT.search(fold(_texts(heard)[0])):
        dictation = _dictated(refused, _texts(heard))
    else:
        dictation = _dictated(talk.dictation, _texts(heard))
    if dictation:
        return Reply(Understanding("", Outcome.COMMAND), dictation=dictation)
    said = tuple(hypothesis for hypothesis in heard.hypotheses if not is_dictation(hypothesis.text))
    understood = talk.knowledge.understand(said or heard.hypotheses, heard.closed, Context(talk.intent))
    if wish := _wish(talk, Kind.NUMBER, understood):
        return Reply(_nothing(understood.text), wanted=wish)
    if assent(understood.text) is False:
        return Reply(Understanding(understood.text, Outcome.COMMAND, command=Command.NO))
    return Reply(understood, unknown=says(understood.text, UNKNOWN) is not None)


def _time(talk: Conversation, heard: Spoken, understood: Understanding) -> Reply | None:
    """Return when the caller wants to be called back, None when he names no time."""
    for text in _texts(heard):
        if appointment := talk.desk.appointment(text):
            if not appointment.spoken and understood.command is Command.AGENT:
                return None  # « quelqu'un, tout de suite »
            return Reply(Understanding(text, Outcome.COMMAND), appointment=appointment)
    return None


def _timed(talk: Conversation, reply: Reply) -> Reply:
    """Take the keys of « le matin, ou l'après-midi ? » for their words."""
    appointment = talk.desk.appointment(reply.word) if reply.word else None
    return replace(reply, appointment=appointment) if appointment else reply


PUTS_RIGHT = re.compile(r"\b(?:fin|debut|derniers?|premiers?|pas|lieu|place|finit|commence)\b")
"""Words of who puts a part of a number right, folded."""


def _dictated(taken: Dictation, texts: Sequence[str]) -> Dictation | None:
    """Return the digits after the first of *texts* that completes a number, else after the best of them."""
    heard = [taken.hear(text) for text in texts]
    return next((dictation for dictation in heard if dictation and dictation.number), heard[0])


def _texts(heard: Spoken) -> list[str]:
    return [h.text for h in ((heard.closed,) if heard.closed else ()) + heard.hypotheses]


def _followed_up(talk: Conversation, understood: Understanding) -> Understanding:
    """Take « et le fax ? », unless it is surely something else, for a question about the list just given."""
    way = follow_up(talk.answer, understood.text) if talk.answer else None
    settled = understood.command or understood.guard or understood.outcome is Outcome.ANSWER
    if talk.intent is None or way is None or settled or not (way.listed or understood.reject in UNANSWERED):
        return understood
    return Understanding(understood.text, Outcome.ANSWER, (Candidate(talk.intent, 1.0),))


def _room(kind: Kind, understood: Understanding) -> float:
    """Return how many words may stand around a local one for it to count for more than *understood*."""
    if kind is not Kind.CHOICE and (understood.guard or understood.command in LEAVING):
        return 1
    return math.inf if understood.reject and not understood.guard else AROUND


def _politely(question: Question, understood: Understanding) -> Command | None:
    """Return what « c'est bon », « merci » and « oui, il est encore là » stand for at this question."""
    kind, text = question.kind, understood.text
    if kind is Kind.YES_NO:
        return _agreeing(understood)
    if kind is Kind.MORE and (understood.reject or understood.command is Command.YES) and assent(text):
        return Command.NEXT
    if kind is Kind.OPEN and understood.command in (None, Command.YES) and not _asks(understood):
        return Command.NO if takes_leave(text) and says(text, THANKS) else None
    for phrases, kinds, command in (
        (DONE, (Kind.HANDS, Kind.MORE), Command.NEXT),
        (THANKS, (Kind.OPEN, Kind.MORE), Command.NO),
    ):
        word = says(text, phrases)
        if word and kind in kinds and understood.reject and _around(text, word) <= AROUND:
            return command
    return None


def _agreeing(understood: Understanding) -> Command | None:
    """Return the yes or no that a whole phrase says, or its first word where nothing else was understood."""
    text = understood.text
    agrees = assent(text)
    found = wanted(text)
    if agrees is None and found and found.wish in (Wish.STOP, Wish.CORRECTION):
        agrees = False
    if agrees is not None:
        return Command.YES if agrees else Command.NO
    if understood.command is Command.YES and ASKS.search(fold(text)):
        return None
    if understood.reject in UNANSWERED and not says(text, UNKNOWN):
        first = fold(text).partition(" ")[0]
        return {"oui": Command.YES, "ouais": Command.YES, "non": Command.NO}.get(first)
    return None


def _asks(understood: Understanding) -> bool:
    return understood.outcome in (Outcome.ANSWER, Outcome.CONFIRM, Outcome.CHOOSE)


ASKS = re.compile(
    r"\b(?:comment|ou (?:est|se|sont|trouver|puis|peut|on|je)|quel(?:le)?s?|combien|pourquoi|qui|"
    r"quand|est ce|quoi|que faire|je (?:veux|voudrais|cherche|souhaite)|"
    r"j aimerais|pouvez|peut on|puis je|savoir|dites moi|expliquez|rappelez|redites|repetez|besoin)\b"
)
"""Words of whoever asks, rather than tells, folded."""


def _around(text: str, word: str) -> int:
    return len(fold(text).split()) - len(fold(word).split())


def _pressed(question: Question, key: str) -> Reply:
    if key.isdigit() and 1 <= int(key) <= len(question.keyed):
        return Reply(Understanding("", Outcome.COMMAND), word=question.keyed[int(key) - 1])
    if key == "#" and question.digits:
        return Reply(Understanding("", Outcome.COMMAND, command=Command.REPEAT))
    if command := KEYS.get(key):
        return Reply(Understanding("", Outcome.COMMAND, command=command))
    return Reply(Understanding("", Outcome.REJECT, reject=Reject.NO_MATCH))

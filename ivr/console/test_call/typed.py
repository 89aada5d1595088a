"""A call whose caller types: the conversation so far is held again each time.

Keeps nothing between two requests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.call.desk import DeskBook, LiveDesk
from ivr.call.knowledge import LiveKnowledge
from ivr.console.french_names import told
from ivr.console.services import Parts
from ivr.console.typography import percent
from ivr.dialogue.actions import Action, HangUp, LeaveMessage, Line, Perform, Say, Transfer
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.reception import reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.events import KEYS
from ivr.dialogue.ports import Knowledge, Offers
from ivr.dialogue.typed import TextCall
from ivr.dialogue.understanding import Understanding
from ivr.knowledge.comparison import Meaning
from ivr.knowledge.published import Content, PublishedKnowledge
from ivr.telephony.queueboard import QueueBoard

SILENCE = "…"
"""What the form sends for « he says nothing »."""
NEAREST = 3
"""Other questions told with their scores."""


@dataclass(slots=True)
class Turn:
    """What the caller did, and what the line answered."""

    said: str
    """Empty for the greeting."""
    understood: str = ""
    lines: list[Line] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


def hold(
    knowledge: Knowledge, talk_of: "TalkOf", said: Sequence[str], labels: dict[str, str]
) -> tuple[list[Turn], bool]:
    """Hold a call in which the caller says *said*; return its turns, and whether it has ended."""
    understood: list[Understanding] = []
    call = TextCall(Dialogue(reception(talk_of(LiveKnowledge(lambda: knowledge, understood.append)))))
    turns = [_turn("", call.answer() + call.listen(), understood, labels)]
    for text in said:
        if call.ended:
            break
        turns.append(_turn(text, _act(call, text), understood, labels))
    return turns, call.ended


class TalkOf:
    """Makes the conversation of a call at the desk of one edition."""

    def __init__(self, parts: Parts, content: Content) -> None:
        self._parts, self._content = parts, content

    def __call__(self, knowledge: Knowledge) -> Conversation:
        """Return it."""
        settings = self._parts.settings
        offers = Offers(links=self._content.addressed())
        desk = LiveDesk(DeskBook(settings.desk, lambda: self._content.desk), QueueBoard())
        return Conversation(knowledge, desk, offers=offers, greeting=settings.call.greeting)


async def knowledge_of(parts: Parts, source: str) -> PublishedKnowledge:
    """What the call knows; the draft is learned first if its phrasings are new, which takes a while."""
    if source == "published":
        return parts.publisher.current
    loaded = await parts.draft.loaded()
    return PublishedKnowledge(loaded.content, await parts.workshop.matcher(parts.draft.folder))


def _act(call: TextCall, text: str) -> list[Action]:
    if text == SILENCE:
        actions = call.stay_silent()
    elif text in KEYS:
        actions = call.press(text)
    else:
        actions = call.say(text)
    return actions + call.listen()


def _turn(
    said: str, actions: Sequence[Action], understood: list[Understanding], labels: dict[str, str]
) -> Turn:
    turn = Turn(said, "; ".join(understood_as(each, labels) for each in understood))
    understood.clear()
    for action in actions:
        if isinstance(action, Say):
            turn.lines += action.lines
        else:
            turn.events += told_of(action)
    return turn


def understood_as(understanding: Understanding, labels: Mapping[str, str]) -> str:
    """Return what an utterance was taken for, and what else it came near to, with scores."""
    meaning = Meaning.of(understanding)
    scored = {
        each.intent: f"{labels.get(each.intent, each.intent)} {percent(each.score)}"
        for each in understanding.intents
    }
    ranked = sorted(understanding.intents, key=lambda each: -each.score)
    others = [scored[each.intent] for each in ranked if each.intent not in meaning.what][:NEAREST]
    return told(meaning, {**labels, **scored}) + (f" ; autres pistes : {', '.join(others)}" if others else "")


def told_of(action: Action) -> Iterator[str]:
    match action:
        case Transfer(queue):
            yield f"L'appelant est passé à la file « {queue} »."
        case LeaveMessage():
            yield "L'appelant laisse un message."
        case HangUp():
            yield "La ligne raccroche."
        case Perform():
            yield "La ligne fait ce qu'elle a promis (ici, pour de faux)."
        case _:
            pass

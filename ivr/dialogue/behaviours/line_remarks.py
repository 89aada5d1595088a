"""What callers ask the line about itself and its words, at any question: a term, its hours, « allô ? ».

Finds what to say to it; the question that is pending goes on, and is not known here.
"""

from ivr.dialogue.actions import Line
from ivr.dialogue.behaviours.conversation import Conversation
from ivr.dialogue.behaviours.questions import asks_about_recording
from ivr.dialogue.understanding import Reject, Understanding

ABOUT_US = {
    Reject.PRESENCE: "apropos.presence",
    Reject.MACHINE: "apropos.machine",
    Reject.LANGUAGE: "apropos.langue",
    Reject.STUCK: "apropos.bloque",
    Reject.ANGER: "apropos.colere",
}
HELPLESS = frozenset({"apropos.bloque", "apropos.colere", "apropos.langue", "apropos.sans-horaires"})
"""After these a person is offered, once per call."""


FEW_WORDS = 7
"""Of « et à Noël, vous êtes là ? »."""


def aside(talk: Conversation, understood: Understanding) -> Line | None:
    """Return what is said to an utterance that asks about the line or its words, else None."""
    if talk.caller.recorded and talk.offers.notice and asks_about_recording(understood):
        return talk.line("enreg.info", lieu_mentions=talk.offers.notice)
    if understood.reject is Reject.HOURS or _asks_for_a_day(talk, understood):
        talk.told_hours = True
        return _hours(talk, understood.text)
    if understood.reject is Reject.STUCK and talk.answer is None:
        return None  # in what?
    if understood.reject in ABOUT_US:
        return talk.line(ABOUT_US[understood.reject])
    return talk.knowledge.gloss(understood.text) if understood.text else None


def _asks_for_a_day(talk: Conversation, understood: Understanding) -> bool:
    """Whether « et à Noël ? » follows the hours that were told."""
    short = len(understood.text.split()) <= FEW_WORDS and understood.reject is not None
    return talk.told_hours and short and talk.desk.hours_on(understood.text) is not None


def _hours(talk: Conversation, text: str) -> Line:
    desk = talk.desk.availability(talk.queue)
    if desk.hours is None:
        return talk.line("apropos.sans-horaires")
    if day := talk.desk.hours_on(text):
        if day.hours is None:
            return talk.line("apropos.jour.ferme", quand=day.day)
        return talk.line("apropos.jour", quand=day.day, horaires=day.hours)
    return talk.line("apropos.horaires" if desk.open else "tr.ferme", horaires=desk.hours)

"""Giving the caller the address of a document: send it, else dictate it, else offer an agent.

Offers only what this installation can do.
"""

from collections.abc import Iterable
from dataclasses import replace

from ivr.dialogue.actions import SendLink
from ivr.dialogue.behaviours.asking import ask, perform, yes_or_no
from ivr.dialogue.behaviours.conversation import (
    AgentOffered,
    Behaving,
    Conversation,
    NewQuestion,
    OpenQuestion,
)
from ivr.dialogue.behaviours.numbers import ask_number
from ivr.dialogue.behaviours.questions import SEARCHING_PATIENCE, Kind, Question
from ivr.dialogue.ports import Link
from ivr.dialogue.understanding import Command
from ivr.french.phone import last_digits

SMS, EMAIL = "sms", "email"
BY_SMS = ("SMS", "par SMS", "texto", "message", "le premier", "premier")
BY_EMAIL = ("e-mail", "par e-mail", "email", "mail", "courriel", "le deuxième", "deuxième", "second")
EMAIL_SHOWN = 3
"""Characters of the address on file that are said, to confirm it."""


def offer_link(talk: Conversation, key: str) -> Behaving[None]:
    """Offer the document *key*; ends when the caller does not want it, or heard it dictated.

    Raises:
        OpenQuestion: It was sent.
        AgentOffered: There is no address, or no way to pass it on.
    """
    link = talk.link(key)
    channels = _channels(talk)
    talk.place = None
    if link is None or not can_pass_on(talk, key):
        raise AgentOffered(talk.line("lien.absent"))
    if not channels:
        _dictate(talk, link)
        return
    if (yield from _wants_it(talk, channels)) and (yield from _send(talk, link, channels)):
        raise OpenQuestion("lien.envoye")


def _wants_it(talk: Conversation, channels: tuple[str, ...]) -> Behaving[bool]:
    """Ask whether to send the link; « par mail » is a yes that chooses as well."""
    words = (*BY_SMS[:4], *BY_EMAIL[:5])
    reply = yield from ask(talk, Question((talk.line("lien.proposer"),), Kind.YES_NO, words))
    if reply.word:
        talk.channel = EMAIL if reply.word in BY_EMAIL else SMS
        return True
    if reply.is_question and reply.command is None:
        raise NewQuestion(replace(reply.understanding, corrects=False))
    return reply.command in (Command.YES, Command.NEXT)


def send_now(talk: Conversation, keys: Iterable[str | None], channel: str) -> Behaving[None]:
    """Send the first of the documents *keys* that can be, as the caller asks; tell him how that went."""
    talk.place = None
    channels = _channels(talk)
    key = next((key for key in keys if can_send(talk, key)), None)
    link = talk.link(key)
    if link is None:
        talk.tell("envoi.rien")
        return
    if channel and channel not in channels:
        talk.tell("envoi.sms" if SMS in channels else "envoi.email")
    talk.channel = channel if channel in channels else ""
    if (yield from _send(talk, link, channels)):
        talk.tell("lien.envoye.court")


def can_send(talk: Conversation, key: str | None) -> bool:
    """Return whether the document *key* can be sent to this caller."""
    return talk.link(key) is not None and bool(_channels(talk))


def can_pass_on(talk: Conversation, key: str | None) -> bool:
    """Return whether it can be sent, or at least dictated."""
    link = talk.link(key)
    return can_send(talk, key) or (link is not None and link.dictate is not None)


def _send(talk: Conversation, link: Link, channels: tuple[str, ...]) -> Behaving[bool]:
    chosen, talk.channel = talk.channel, ""
    channel = channels[0] if len(channels) == 1 else chosen or (yield from _choose_channel(talk))
    recipient = yield from (_mobile(talk) if channel == SMS else _mailbox(talk))
    if recipient and (yield from perform(talk, SendLink(link.key, channel, recipient))):
        talk.promise = talk.promise or "link"
        return True
    talk.tell("lien.echec")
    _dictate(talk, link)
    return False


def _channels(talk: Conversation) -> tuple[str, ...]:
    """Return how a link can be sent: an e-mail only to the address on file."""
    by_email = (EMAIL,) if talk.offers.email and talk.caller.email else ()
    return ((SMS,) if talk.offers.sms else ()) + by_email


def _choose_channel(talk: Conversation) -> Behaving[str]:
    question = Question(
        (talk.line("lien.canal"),),
        Kind.CHOICE,
        words=(*BY_SMS, *BY_EMAIL),
        keyed=(BY_SMS[0], BY_EMAIL[0]),
        patience=SEARCHING_PATIENCE,
    )
    reply = yield from ask(talk, question)
    if reply.is_question and not reply.word:
        raise NewQuestion(reply.understanding)
    if reply.command is Command.NO:
        raise OpenQuestion("tr.refus")
    return EMAIL if reply.word in BY_EMAIL else SMS


def _mobile(talk: Conversation) -> Behaving[str | None]:
    number, fits = talk.caller.number, talk.offers.plan.may_be_written
    if number and fits(number):
        line = talk.line("lien.sms.appelant", quatre_derniers_chiffres=last_digits(number))
        if (yield from yes_or_no(talk, Question((line,), Kind.YES_NO))):
            return number
    return (yield from ask_number(talk, "lien.sms.numero", "lien.sms.verif", fits, "num.pourquoi.lien"))


def _mailbox(talk: Conversation) -> Behaving[str]:
    email = talk.caller.email or ""
    line = talk.line("lien.mail.verif", debut_adresse=email[:EMAIL_SHOWN])
    if not (yield from yes_or_no(talk, Question((line,), Kind.YES_NO))):
        raise OpenQuestion("tr.refus")  # nothing was tried, so nothing failed
    return email


def _dictate(talk: Conversation, link: Link) -> None:
    if link.dictate is None:
        raise AgentOffered(talk.line("lien.absent"))
    talk.tell(link.dictate)

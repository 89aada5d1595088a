"""The states of a call that callers are met in: how each is reached, and what is done there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from ivr.config import DeskSettings
from ivr.dialogue.actions import Action, BookCallback, HangUp, LeaveMessage, Perform, Say, Transfer
from ivr.dialogue.behaviours import Conversation, reception
from ivr.dialogue.dialogue import Dialogue
from ivr.dialogue.ports import Appointment, Availability, Caller, Knowledge, Offers
from ivr.dialogue.typed import TextCall
from ivr.knowledge.appointments import appointment
from ivr.knowledge.hours import OpeningHours
from ivr.knowledge.published import PublishedKnowledge
from ivr.simulator.transcript import Scripted
from tests.fakes import FakeDesk

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
CLOSED = ("ferme", "numero", "relecture", "creneau")
"""States in which nobody answers at the desk."""
STATES: dict[str, Sequence[str]] = {
    "menu": (),
    "autre": ["answer tarifs-inclus-mobile-operateur:les mobiles sont inclus"],
    "suite": ["answer adresse-mac:où est l'adresse mac"],
    "manip": ["answer adresse-mac:où est l'adresse mac", "next:suite"],
    "engage": ["answer depart-collaborateur:un collaborateur nous quitte"],
    "sommeil": ["answer depart-collaborateur:un collaborateur nous quitte", "yes:oui"],
    "version": ["answer version-firmware:la version de firmware", "next:suite", "next:suite", "next:suite"],
    "ip": ["answer poste-ne-s-enregistre-pas:mon poste ne s'enregistre pas", "next:suite"],
    "choix": ["answer fonctionnalites-incluses:que contient mon offre"],
    "acces": [
        "choose perte-compte-administrateur mot-de-passe-collaborateur acces-espace-client:mot de passe perdu"
    ],
    "offre": ["answer ajouter-modifier-sites-utilisateurs:ajouter un utilisateur"],
    "confirme": ["confirm test-ping:le test"],
    "ferme": ["agent:un conseiller"],
    "numero": ["agent:un conseiller", "no-match:être rappelé"],
    "relecture": [
        "agent:un conseiller",
        "no-match:être rappelé",
        "no-match:zéro six douze trente-quatre cinquante-six soixante-dix-huit",
    ],
    "creneau": [
        "agent:un conseiller",
        "no-match:être rappelé",
        "no-match:zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "yes:oui",
    ],
}
"""How each state is reached: what the caller means, and says."""


class OpenDesk(FakeDesk):
    """Somebody can always call back."""

    def appointment(self, text: str) -> Appointment | None:
        return appointment(text, NOW, OpeningHours.from_settings(DeskSettings()))


def done(actions: Sequence[Action]) -> list[str]:
    """What the line did, in words that the list uses: prompts by name, effects and exits."""
    acts: list[str] = []
    for action in actions:
        match action:
            case Say(lines=lines):
                acts += [line.prompt for line in lines]
            case Perform(effect=BookCallback() as booked):
                acts.append(f"BOOK {booked.slot}")
            case Transfer():
                acts.append("TRANSFER")
            case LeaveMessage():
                acts.append("MESSAGE")
            case HangUp():
                acts.append("HANGUP")
    return acts


def reach(knowledge: PublishedKnowledge, state: str) -> tuple[TextCall, Conversation, list[str]]:
    """Return a call in *state*, its memory, and what the line did last."""
    desk = OpenDesk(
        Availability(open=state not in CLOSED, callback=True, slots=True, hours="du lundi au vendredi")
    )
    scripted = Scripted(knowledge)
    talk = Conversation(cast(Knowledge, scripted), desk, Caller(), Offers())
    call = TextCall(Dialogue(reception(talk)))
    actions = call.answer()
    for step in STATES[state]:
        scripted.meaning, _, words = step.partition(":")
        actions = call.say(words)
    actions += call.listen()
    scripted.meaning = None
    return call, talk, done(actions)

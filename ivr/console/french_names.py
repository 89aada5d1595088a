"""The French of what the line understands and decides, of how calls end, and of why they are handed off.

Words only.
"""

from collections.abc import Mapping

from ivr.dialogue.actions import HandOffReason
from ivr.dialogue.understanding import Command, Outcome, Reject
from ivr.knowledge.comparison import Meaning
from ivr.store.outcomes import CallOutcome, Message

OUTCOMES = {
    Outcome.ANSWER: "Répond",
    Outcome.CONFIRM: "Demande confirmation",
    Outcome.CHOOSE: "Propose un choix",
    Outcome.COMMAND: "Commande",
    Outcome.REJECT: "Ne sait pas",
}
COMMANDS = {
    Command.AGENT: "conseiller",
    Command.REPEAT: "répéter",
    Command.SLOWER: "moins vite",
    Command.LOUDER: "plus fort",
    Command.NEXT: "suite",
    Command.BACK: "retour",
    Command.YES: "oui",
    Command.NO: "non",
    Command.GOODBYE: "au revoir",
    Command.HELP: "aide",
    Command.MENU: "menu",
    Command.RESTART: "recommencer",
    Command.STOP: "stop",
}
REJECTS = {
    Reject.NO_MATCH: "pas compris",
    Reject.OUT_OF_SCOPE: "hors sujet",
    Reject.NEAR_MISS: "sujet voisin sans réponse",
    Reject.NOISE: "bruit",
    Reject.WAIT: "demande de patienter",
    Reject.PRESENCE: "demande si on l'entend",
    Reject.MACHINE: "demande si c'est une machine",
    Reject.LANGUAGE: "demande une autre langue",
    Reject.HOURS: "demande les horaires",
    Reject.STUCK: "n'y arrive pas",
    Reject.ANGER: "colère",
    Reject.ANOTHER: "annonce une autre question",
    Reject.NOT_MY_QUESTION: "dit que ce n'est pas sa question",
    Reject.HEARING: "entend mal",
    Reject.STEP: "demande une étape",
    Reject.STEPS: "demande combien d'étapes",
    Reject.SPELL: "demande d'épeler",
    Reject.SEND: "demande un envoi",
    Reject.UNSURE: "ne sait pas",
    Reject.DIFFERENCE: "demande la différence",
    Reject.WHY: "demande pourquoi",
    Reject.COST: "demande si c'est payant",
    Reject.LATER: "remet à plus tard",
    Reject.IDENTITY: "donne son nom ou sa référence",
    Reject.DELAY: "demande le délai",
}
OUTCOME_NAMES = {
    CallOutcome.RESOLVED: "Renseigné",
    CallOutcome.LEFT: "Renseigné, a raccroché",
    CallOutcome.TRANSFERRED: "Passé à un conseiller",
    CallOutcome.MESSAGE: "Passé à la messagerie",
    CallOutcome.CALLBACK: "Sera rappelé",
    CallOutcome.UNANSWERED: "Sans réponse",
    CallOutcome.ABANDONED: "Abandonné",
    CallOutcome.INTERRUPTED: "Coupé par un arrêt",
}
MESSAGE_NAMES = {
    Message.LEFT: "Message laissé",
    Message.NONE: "Aucun message",
    Message.REFUSED: "Messagerie absente ou pleine",
}
REASON_NAMES = {
    HandOffReason.REQUESTED: "L'appelant l'a demandé",
    HandOffReason.NO_MATCH: "Pas compris",
    HandOffReason.NO_INPUT: "Silence",
    HandOffReason.FAQ: "Prévu par la réponse",
    HandOffReason.NEAR_MISS: "La réponse ne va pas plus loin",
    HandOffReason.MISSING: "La ligne n'a pas la réponse",
    HandOffReason.FAILURE: "Panne",
    HandOffReason.SUPERVISOR: "Décision d'un superviseur",
    HandOffReason.RETURNED: "Revenu de la file",
    HandOffReason.EMERGENCY: "Urgence signalée",
    HandOffReason.ANGER: "Appelant mécontent",
}


def told(meaning: Meaning, labels: Mapping[str, str] | None = None) -> str:
    """Return what the line would do, in French."""
    names = labels or {}
    match meaning.outcome:
        case Outcome.COMMAND:
            return f"Commande : {COMMANDS.get(Command(meaning.what[0]), '')}"
        case Outcome.REJECT:
            return f"Ne sait pas : {REJECTS.get(Reject(meaning.what[0]), '')}"
        case outcome:
            return f"{OUTCOMES[outcome]} : {', '.join(names.get(each, each) for each in meaning.what)}"

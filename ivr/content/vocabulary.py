"""What the keys and values of ``prompts/`` are called on the screen, in French.

Names; knows no content.
"""

import re
from collections.abc import Mapping, Sequence

from ivr.dialogue.answers import Tail

FIELDS = {
    "anywhere": "À tout moment",
    "category": "Catégorie",
    "choice-word": "Mot du choix",
    "display": "Réponse écrite",
    "follow-ups": "Questions voisines",
    "known": "Réponse déjà connue",
    "label": "Sujet",
    "links": "Documents cités",
    "openings": "Autre début",
    "password-guard": "Avertissement sur les mots de passe",
    "phrasings": "Formulation",
    "position": "Place dans la liste",
    "question": "Question",
    "queue": "File",
    "start": "Première phrase",
    "transfer": "Conseiller",
}
STEP_FIELDS = {
    "branches": "réponse",
    "if-closed": "si personne ne peut répondre",
    "link": "document",
    "next": "étape suivante",
    "skip-when-pushed": "passée quand une autre question revient ici",
    "tail": "ensuite",
    "with-link": "si le document a une adresse",
    "without-link": "si le document n'a pas d'adresse",
}
TAILS = {
    Tail.END: "Fin de la réponse",
    Tail.NEXT: "L'étape suivante, sur « suite »",
    Tail.HANDS: "Il manipule, puis l'étape suivante",
    Tail.CHAIN: "L'étape suivante, aussitôt",
    Tail.QUESTION: "L'appelant répond à la question",
    Tail.LINK: "L'envoi d'un document est proposé",
    Tail.TRANSFER: "Un conseiller est proposé",
}
REPLIES = {"oui": "oui", "non": "non", "inconnu": "je ne sais pas", "say": "autre chose…"}
ELSEWHERE = {
    "menu": "Demander une autre question",
    "offer-transfer": "Proposer un conseiller",
    "transfer": "Passer à un conseiller",
    "near-miss": "Dire qu'on n'en sait pas plus",
}
TRANSFER_RULES = {
    "never": "Ne pas proposer de conseiller",
    "courtesy": "Le proposer par courtoisie",
    "end": "Le proposer à la fin",
    "branch": "Le proposer selon la réponse de l'appelant",
    "always": "Passer toujours à un conseiller",
}
PROMPT_GROUPS = {
    "accueil": "Accueil",
    "aide": "Aide",
    "amb": "Départager deux questions",
    "cb": "Rappel",
    "clavier": "Clavier",
    "conf": "Confirmer une question",
    "enreg": "Enregistrement de l'appel",
    "err": "Panne",
    "fin": "Fin d'appel",
    "glose": "Explications de mots",
    "hs": "Hors sujet",
    "lien": "Envoi d'un document",
    "menu": "Autre question",
    "msg": "Messagerie",
    "multi": "Deux questions à la fois",
    "nav": "Navigation",
    "ni": "Silence",
    "nm": "Pas compris",
    "secu": "Sécurité",
    "tr": "Conseiller",
    "urgence": "Urgence",
}
"""Shared messages, by the first part of their names."""
PROMPT_WORDS = {
    "acces": "accès",
    "creneau": "créneau",
    "debut": "début",
    "depart": "départ",
    "duree": "durée",
    "echec": "échec",
    "envoye": "envoyé",
    "ferme": "fermé",
    "generique": "générique",
    "mail": "e-mail",
    "mdp": "mot de passe",
    "numero": "numéro",
    "occupe": "occupé",
    "ok": "confirmé",
    "ouinon": "oui ou non",
    "reseau": "réseau",
    "sms": "SMS",
    "simultanes": "simultanés",
    "verif": "vérification",
}
QUEUE_NAMES = {"support": "Assistance", "technical": "Service technique"}


def line_titles(names: Sequence[str], start: str = "r", resume: str = "") -> dict[str, str]:
    """Return what the spoken lines of an answer are called on the screen, by their names in the file."""
    plain = [name for name in names if re.fullmatch(r"e\d+", name) and name != start]
    return {name: _line_title(name, start, resume, plain) for name in names}


def _line_title(name: str, start: str, resume: str, plain: Sequence[str]) -> str:
    if name == start:
        return "Première phrase"
    if name == resume:
        return "Reprise"
    if name in plain:
        return f"Étape {plain.index(name) + 1}"
    if name.startswith("r."):
        return f"Autre entrée : {name[2:]}"
    if found := re.fullmatch(r"q(\d*)", name):
        return f"Question {found[1]}".strip()
    return name.replace("-", " ").replace(".", " · ").capitalize()


def prompt_group(prompt: str) -> str:
    """Return the occasion on which a shared message is said."""
    return PROMPT_GROUPS.get(prompt.partition(".")[0], "Autres")


def prompt_title(prompt: str) -> str:
    """Return what a shared message is called beside its group: « Occupé, sans durée »."""
    parts = prompt.split(".")[1:] or [prompt]
    named = (" ".join(PROMPT_WORDS.get(word, word) for word in part.split("-")) for part in parts)
    title = ", ".join(named)
    return f"Message {title}" if title.isdecimal() else title[:1].upper() + title[1:]


def value_name(key: str, value: str, titles: Mapping[str, str]) -> str:
    """Return what *value* of the field *key* is called; *titles* are those of lines and questions."""
    if key == "tail" and value in list(Tail):
        return TAILS[Tail(value)]
    if key == "transfer":
        return TRANSFER_RULES.get(value, value)
    if key == "queue":
        return QUEUE_NAMES.get(value, value)
    if key in ("next", "start", "resume", "with-link", "without-link", "if-closed", "follow-ups", "go"):
        kind, _, name = value.rpartition(":")
        return titles.get(value) or ELSEWHERE.get(value) or (kind and titles.get(name)) or value
    return value

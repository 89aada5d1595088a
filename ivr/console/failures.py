"""What fails in the voice, the ear or a simulated call, in a supervisor's words.

The one place that words it; of what it does not know it says where the operator reads the cause.
"""

import re

OTHERWISE = "L'exploitant en lira la cause dans le journal du serveur."

_FRENCH = (
    (r"the server did not answer within (\d+) s", r"La ligne n'a pas répondu en \1 secondes."),
    (r"the server gave the call back .*", "La ligne a rendu l'appel sans l'écouter."),
    (r"the line was patient for more than (\d+) s", r"La ligne n'a rien dit pendant plus de \1 secondes."),
    (r"the line did not listen within (\d+) s", r"La ligne n'a pas écouté l'appelant en \1 secondes."),
    (r"(?:.*/)?([^/]+): not a readable recording .*", r"L'enregistrement « \1 » ne peut pas être lu."),
    (r"(?:.*/)?([^/]+): no call of the name .*", r"Cet appel n'est plus dans « \1 » : rechargez la page."),
    (r"(?:.*/)?([^/]+\.(?:yaml|txt)): .*", r"Le fichier « \1 » ne peut pas être joué tel qu'il est écrit."),
    (
        r"(?:.*: )?.* took longer than .* s",
        "La voix met trop de temps : la machine est peut-être surchargée.",
    ),
    (r"([\w-]+) is not installed", r"Le programme « \1 » n'est pas installé sur le serveur."),
    (r".*(?:no such model folder|not a Vosk model).*", "Le modèle de reconnaissance est introuvable."),
    (r"the audio is silent|.* (?:says nothing|wrote no audio)", "Ce texte ne donne aucun son."),
    (r"the speech engine .*", "La voix de synthèse est en panne."),
    (r"unreadable audio: .*", "Cet enregistrement ne peut pas être lu."),
)


def worded(reason: str) -> str:
    """Return an error's message in French, as one sentence."""
    found = ((re.fullmatch(pattern, reason), text) for pattern, text in _FRENCH)
    return next((match.expand(text) for match, text in found if match), OTHERWISE)

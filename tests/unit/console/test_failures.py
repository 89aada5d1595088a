"""Failures in French: no supervisor reads an English message."""

import pytest

from ivr.console.failures import OTHERWISE, worded

pytestmark = pytest.mark.unit


FAILURES = {
    "the server did not answer within 10 s": "La ligne n'a pas répondu en 10 secondes.",
    "the line was patient for more than 30 s": "La ligne n'a rien dit pendant plus de 30 secondes.",
    "calls/a.wav: not a readable recording (empty)": "L'enregistrement « a.wav » ne peut pas être lu.",
    "/r/a.yaml: no call of the name 'x'": "Cet appel n'est plus dans « a.yaml » : rechargez la page.",
    "/r/a.yaml: calls.0: no": "Le fichier « a.yaml » ne peut pas être joué tel qu'il est écrit.",
    "espeak-ng is not installed": "Le programme « espeak-ng » n'est pas installé sur le serveur.",
    "a prompt took longer than 5 s": "La voix met trop de temps : la machine est peut-être surchargée.",
    "/m: not a Vosk model, conf/ is missing": "Le modèle de reconnaissance est introuvable.",
    "the audio is silent": "Ce texte ne donne aucun son.",
    "KeyError: 'x'": OTHERWISE,
    "status -9": OTHERWISE,
}


@pytest.mark.parametrize("reason", FAILURES)
def test_a_failure_is_worded_for_whoever_reads_it(reason: str) -> None:
    """What it means for the line; what is not known is the operator's to read."""
    assert worded(reason) == FAILURES[reason]

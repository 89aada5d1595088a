"""Makes the recordings of `regression/calls.yaml`: `python -m regression.make_audio` (espeak-ng, seeded).

In voices that no training uses, through noise at 20 dB and the telephone's codec, whose samples they keep.
"""

from pathlib import Path

import soundfile

from models.training import telephone
from tests.speech.make_audio import VOICES, heard

FOLDER = Path(__file__).parent / "audio"
SAID = {
    "ping": "comment faire un test ping sur mon poste",
    "adresse-mac": "où trouver l'adresse mac de mon téléphone",
    "suite": "la suite",
    "etranger": "quels sont les tarifs des appels vers l'étranger",
    "eteint": "mon poste ne s'allume pas",
    "espace-client": "comment accéder à mon espace client",
    "demenagement": "nous allons déménager notre site",
    "conseiller": "je veux parler à un conseiller",
    "hors-sujet": "le chat dort sur le canapé",
}


def main() -> None:
    """Write every recording."""
    FOLDER.mkdir(exist_ok=True)
    for number, (name, text) in enumerate(SAID.items()):
        samples = heard(text, VOICES[number % len(VOICES)], number)
        soundfile.write(FOLDER / f"{name}.wav", samples, telephone.RATE, subtype="ALAW")


if __name__ == "__main__":
    main()

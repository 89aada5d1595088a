"""What the tests on a real recogniser share."""

from pathlib import Path

import pytest

from ivr.speech.recognition.vosk_recognizer import VoskRecognizer
from tests.speech import clips


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The model under test."""
    return clips.model_path()


@pytest.fixture(scope="session")
def recognizer(model_path: Path) -> VoskRecognizer:
    """The model, loaded once."""
    return VoskRecognizer(model_path)


@pytest.fixture(scope="session")
def question() -> bytes:
    """A caller's question as line audio."""
    speech = clips.say("je voudrais changer l'adresse mac de mon téléphone")
    return clips.slin(clips.join(clips.silence(0.3), speech, clips.silence(0.5)))

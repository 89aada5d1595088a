"""The recogniser that the configuration asks for.

Imports only the engine that is configured.
"""

from pathlib import Path

from ivr.config import RecognitionSettings
from ivr.speech.recognition.recognizers import Recognizer


def create(settings: RecognitionSettings, model: Path | None = None) -> Recognizer:
    """Load the configured recogniser, with *model* in place of the configured one if given.

    Raises:
        EngineError: the model cannot be loaded; the message names the remedy.
    """
    from ivr.speech.recognition.vosk_recognizer import VoskRecognizer

    return VoskRecognizer(model or settings.model, alternatives=settings.alternatives)
